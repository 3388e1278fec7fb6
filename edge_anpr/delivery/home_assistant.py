"""How a device introduces itself to Home Assistant, by MQTT device discovery.

Home Assistant 2024.11 or later; the keys are those of
https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload
"""

import json
import logging
import math
import random
from collections.abc import Callable
from threading import Event
from time import monotonic

from edge_anpr import __version__
from edge_anpr.config.delivery import DeviceConfig, HomeAssistantConfig
from edge_anpr.delivery.line import Line
from edge_anpr.delivery.messages import JPEG, JSON, Message
from edge_anpr.delivery.silence import MISSED
from edge_anpr.delivery.sparing import Sparing
from edge_anpr.delivery.topics import ONLINE, Topics, introduction_topic
from edge_anpr.errors import DeliveryFailed, DeliveryRefused
from edge_anpr.records import Problem, Stage

log = logging.getLogger(__name__)

BIRTH = b"online"  # what Home Assistant says when it has started
MAX_JITTER_S = 10.0  # a fleet does not answer that all at once
MIN_JITTER_S = 1.0
HOLD_S = 60  # how long a vehicle keeps a binary sensor on
BUFFERED = "buffered"

# What is sent late must not look as if it happened now, nor open a gate.
EVENT = (
    "{{ dict(value_json, event_type='buffered' if value_json.buffered "
    "else value_json.stage) | to_json }}"
)
LAST_PLATE = "{{ this.state if value_json.buffered else value_json.plate }}"
ALLOWED = (
    "{% if value_json.match and value_json.match.kind == 'allow' "
    "and not value_json.buffered %}ON{% endif %}"
)
FREE_GB = (
    "{{ none if value_json.storage_free_bytes is none "
    "else (value_json.storage_free_bytes / 1e9) | round(1) }}"
)
ALERT = "{% if not value_json.buffered %}ON{% endif %}"


class HomeAssistant:
    """Introduces the device, and again whenever Home Assistant has started."""

    def __init__(
        self,
        config: HomeAssistantConfig,
        introduction: Message,
        clock: Callable[[], float] = monotonic,  # seconds
        chance: Callable[[], float] = random.random,  # 0..1
    ) -> None:
        self._config = config
        self._clock = clock
        self._chance = chance
        self._status = f"{config.prefix}/status"
        self._introduction = introduction
        self._has_started = Event()
        self._due_s: float | None = None
        self._sparing = Sparing("the introduction to Home Assistant", clock)
        self._heeding = Sparing("the subscription to Home Assistant's status", clock)

    def heard(self, topic: str, payload: bytes) -> None:
        """Take what was subscribed to; called from another thread."""
        if topic == self._status and payload == BIRTH:
            self._has_started.set()

    def greet(self, line: Line) -> None:
        """Raise DeliveryFailed when the line breaks."""
        self._has_started.clear()
        self._introduce(line)
        if not self._config.enabled:
            return
        try:
            self._heeding.subscribe(line, [self._status])
        except DeliveryRefused as error:
            log.warning("Restarts of Home Assistant will go unnoticed: %s", error)

    def attend(self, line: Line) -> None:
        """Raise DeliveryFailed when the line breaks."""
        if self._has_started.is_set():
            self._has_started.clear()
            spread_s = MAX_JITTER_S - MIN_JITTER_S
            self._due_s = self._clock() + MIN_JITTER_S + spread_s * self._chance()
        if self._due_s is not None and self._clock() >= self._due_s:
            self._introduce(line)

    def problems(self) -> tuple[Problem, ...]:
        """None: a broker need not have a Home Assistant behind it."""
        return ()

    def _introduce(self, line: Line) -> None:
        self._due_s = None
        try:
            self._sparing.publish(line, self._introduction)
        except (DeliveryFailed, DeliveryRefused) as error:
            if not line.is_connected:
                raise DeliveryFailed(str(error)) from error
            # Sightings matter more than how they look in Home Assistant.
            if self._config.enabled:
                log.warning("No introduction to Home Assistant: %s", error)


def introduction(
    config: HomeAssistantConfig,
    device: DeviceConfig,
    topics: Topics,
    health_every_s: float,
) -> Message:
    """Retained, and empty when switched off, which removes an earlier one."""
    topic = introduction_topic(config.prefix, topics.device)
    if not config.enabled:
        return Message(topic, b"", retain=True)
    told = _discovery(config, device, topics, health_every_s)
    payload = json.dumps(told, ensure_ascii=False)
    return Message(topic, payload.encode(), JSON, retain=True)


def _discovery(
    config: HomeAssistantConfig,
    device: DeviceConfig,
    topics: Topics,
    health_every_s: float,
) -> dict[str, object]:
    about: dict[str, object] = {
        "identifiers": [f"edge-anpr-{topics.device}"],
        "name": device.title,
        "manufacturer": "edge-anpr",
        "model": "Number plate reader",
        "sw_version": __version__,
    }
    if device.area:
        about["suggested_area"] = device.area
    if config.link:
        about["configuration_url"] = config.link
    return {
        "device": about,
        "origin": {"name": "edge-anpr", "sw_version": __version__},
        "availability": [
            {
                "topic": topics.status,
                # `stopped` too means that nobody is there.
                "value_template": f"{{{{ 'online' if value == '{ONLINE}' "
                "else 'offline' }}",
            }
        ],
        "components": {
            # Home Assistant takes no qos from beside the components.
            key: {
                "unique_id": f"edge-anpr-{topics.device}-{key}",
                "qos": 1,
                **component,
            }
            for key, component in _components(topics, health_every_s).items()
        },
    }


def _components(topics: Topics, health_every_s: float) -> dict[str, dict[str, object]]:
    def diagnostic(platform: str, name: str) -> dict[str, object]:
        return {
            "platform": platform,
            "name": name,
            "entity_category": "diagnostic",
            "state_topic": topics.health,
            # What a device said before it died at an unlucky moment is true no longer.
            "expire_after": math.ceil(MISSED * health_every_s),
        }

    event_types = [*(stage.value for stage in Stage), BUFFERED]
    return {
        "plate": {
            "platform": "sensor",
            "name": "Last plate",
            "icon": "mdi:car-back",
            "state_topic": topics.sighting,
            "value_template": LAST_PLATE,
        },
        "sighting": {
            "platform": "event",
            "name": "Sighting",
            "icon": "mdi:car",
            "state_topic": topics.sighting,
            "event_types": event_types,
            "value_template": EVENT,
        },
        "alert": {
            "platform": "event",
            "name": "Alert",
            "icon": "mdi:car-emergency",
            "state_topic": topics.alert,
            "event_types": event_types,
            "value_template": EVENT,
        },
        "alerted": {
            "platform": "binary_sensor",
            "name": "Wanted vehicle",
            "icon": "mdi:car-emergency",
            "state_topic": topics.alert,
            "value_template": ALERT,
            "off_delay": HOLD_S,
        },
        "allowed": {
            "platform": "binary_sensor",
            "name": "Allowed vehicle",
            "icon": "mdi:car-key",
            "state_topic": topics.sighting,
            "value_template": ALLOWED,
            "off_delay": HOLD_S,
        },
        "crop": {
            "platform": "image",
            "name": "Last crop",
            "image_topic": topics.crop,
            "content_type": JPEG,
        },
        "problem": {
            **diagnostic("binary_sensor", "Problem"),
            "device_class": "problem",
            "value_template": "{{ 'ON' if value_json.degraded else 'OFF' }}",
            "json_attributes_topic": topics.health,
            "json_attributes_template": "{{ {'problems': value_json.problems} "
            "| to_json }}",
        },
        "cpu": {
            **diagnostic("sensor", "Processor temperature"),
            "device_class": "temperature",
            "state_class": "measurement",
            "unit_of_measurement": "°C",
            "value_template": "{{ value_json.cpu_celsius }}",
        },
        "frames": {
            **diagnostic("sensor", "Frames"),
            "icon": "mdi:filmstrip",
            "state_class": "measurement",
            "unit_of_measurement": "1/s",
            "value_template": "{{ value_json.frames_per_s }}",
        },
        "owed": {
            **diagnostic("sensor", "Not yet sent"),
            "icon": "mdi:tray-full",
            "state_class": "measurement",
            "value_template": "{{ value_json.owed }}",
        },
        "free": {
            **diagnostic("sensor", "Free storage"),
            "device_class": "data_size",
            "state_class": "measurement",
            "unit_of_measurement": "GB",
            "value_template": FREE_GB,
        },
    }
