"""What a device says over MQTT, and when; docs/mqtt.md describes it for receivers."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from edge_anpr.config.delivery import DeviceConfig, HomeAssistantConfig, MqttConfig
from edge_anpr.delivery.courier import Owed, Pace
from edge_anpr.delivery.former import Former, Name
from edge_anpr.delivery.health_report import HealthReport
from edge_anpr.delivery.home_assistant import HomeAssistant, introduction
from edge_anpr.delivery.line import Line, Speaker
from edge_anpr.delivery.messages import (
    Message,
    alert_message,
    crop_message,
    sighting_message,
    status_message,
)
from edge_anpr.delivery.mqtt import MqttLine
from edge_anpr.delivery.rivalry import Rivalry
from edge_anpr.delivery.suspicion import STEADY_S, Suspicion
from edge_anpr.delivery.tally import Tally
from edge_anpr.delivery.topics import OFFLINE, ONLINE, STOPPED, Topics
from edge_anpr.delivery.trust import ending_trust
from edge_anpr.errors import (
    DeliveryFailed,
    DeliveryForbidden,
    DeliveryRefused,
    HungUp,
    TimedOut,
)
from edge_anpr.records import Kind, Problem
from edge_anpr.runtime.health import Health

log = logging.getLogger(__name__)

CLIENT_ID_PREFIX = "edge-anpr-"
CLOSE_S = 2.0
HANGS_UP = (
    "the broker hangs up on it again and again, and on nothing else; its {} bytes may "
    "be more than the broker takes"
)
IS_SILENT = (
    "it gets no answer again and again, and all else does; its {} bytes may be more "
    "than the line carries in mqtt.timeout_s"
)
CLOCK_SLEW_S = 2.0  # a clock that is being set right may run back so far


class MqttDestination:
    """A broker that gets the sightings of this device.

    To be used from one thread, but for hurry and problems.
    """

    name = "mqtt"

    def __init__(
        self,
        line: Line,
        topics: Topics,
        config: MqttConfig,
        speakers: Sequence[Speaker] = (),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """now: by the clock that dates sightings."""
        self.sent = Tally(now)
        self._line = line
        self._topics = topics
        self._config = config
        self._speakers = speakers
        self._now = now
        self._has_greeted = False
        self._is_patient = False  # on every other connection
        self._suspicion = Suspicion()
        self._rivalry = Rivalry(topics.device, config.max_retry_s)
        self._ending_trust: Problem | None = None
        self._was_let_in = False  # and how that ended is not known yet

    @property
    def is_contested(self) -> bool:
        return self._rivalry.is_on

    def prepare(self) -> None:
        """Connect when needed, and say what is due; raise DeliveryFailed."""
        if not self._line.is_connected:
            self._has_greeted = False
            self._give_way()
            self._connect()
        self._rivalry.holds(self._line.held_s)
        self._ending_trust = ending_trust(self._line.trusted_until, self._now())
        if not self._has_greeted:
            self._greet()
        for speaker in self._speakers:
            speaker.attend(self._line)

    def deliver(self, owed: Owed) -> None:
        """Raise DeliveryFailed or DeliveryRefused."""
        message = self._message(owed)
        size_bytes = len(message.payload)
        is_trial = self._suspicion.falls_on(owed) and self._may_wait(owed)
        if is_trial:
            self._see_that_the_line_holds()
        try:
            self._line.publish(
                replace(message, expire_after_s=self._config.expire_after_s)
            )
        except (HungUp, TimedOut) as error:
            if not self._suspicion.is_certain(
                owed, size_bytes, error, was_steady=is_trial
            ):
                if self._suspicion.is_strong(owed):
                    why = f"the broker hangs up on {message.topic} again and again"
                    raise DeliveryForbidden(why) from error
                raise
            why = HANGS_UP if isinstance(error, HungUp) else IS_SILENT
            raise DeliveryRefused(why.format(size_bytes)) from error
        self._suspicion.acknowledged(size_bytes)
        self.sent.count(owed)

    def problems(self) -> Iterator[Problem]:
        """What the broker does not take besides sightings, and should.

        And that another device uses the same id, or its certificate ends.
        """
        yield from self._rivalry.problems()
        if ending := self._ending_trust:
            yield ending
        for speaker in self._speakers:
            yield from speaker.problems()

    def hurry(self, limit_s: float) -> None:
        """Come to an end within this time, also with what is being delivered now."""
        self._line.hurry(limit_s)

    def close(self, *, on_purpose: bool = True) -> None:
        """Say that the device was stopped, on purpose or not, if anyone listens."""
        if not self._line.is_connected:
            return
        self._line.hurry(CLOSE_S)
        try:
            status = STOPPED if on_purpose else OFFLINE
            self._line.publish(status_message(self._topics, status))
        except (DeliveryFailed, DeliveryRefused) as error:
            log.info("The broker will report this device as offline: %s", error)
        self._line.disconnect()

    def _give_way(self) -> None:
        """Raise DeliveryFailed once where the broker throws this device out."""
        ending = self._line.ending if self._was_let_in else None
        self._was_let_in = False
        if ending:
            self._rivalry.thrown_out(ending, self._line.held_s)
            if self._rivalry.is_on:
                raise DeliveryFailed("the broker throws it out again and again")

    def _connect(self) -> None:
        try:
            self._line.connect()
        except DeliveryFailed:
            self._rivalry.out_of_reach()
            raise
        self._was_let_in = True

    def _greet(self) -> None:
        try:
            self._line.publish(status_message(self._topics, ONLINE))
        except DeliveryRefused as error:  # someone will correct the broker's settings
            raise DeliveryFailed(f"the broker refuses the status: {error}") from error
        for speaker in self._speakers:
            speaker.greet(self._line)
        self._is_patient = not self._is_patient
        self._has_greeted = True

    def _may_wait(self, owed: Owed) -> bool:
        """On a line that never holds for long, the rest has to go at once or never."""
        return owed.kind is Kind.CROP or self._is_patient

    def _see_that_the_line_holds(self) -> None:
        """Raise DeliveryFailed when it does not, or may not."""
        if self._line.held_s < STEADY_S:
            raise DeliveryFailed("the connection broke off; is it steady now?")
        self._line.publish(status_message(self._topics, ONLINE))

    def _message(self, owed: Owed) -> Message:
        sighting = owed.sighting
        age_s = (self._now() - sighting.last_seen).total_seconds()
        # Seen in the future: the clock went back, and nobody knows how old it is.
        buffered = not -CLOCK_SLEW_S <= age_s <= self._config.buffered_after_s
        if owed.kind == Kind.ALERT:
            return alert_message(self._topics, sighting, buffered=buffered)
        if owed.kind == Kind.SIGHTING:
            return sighting_message(self._topics, sighting, buffered=buffered)
        if not sighting.crop_jpeg:
            raise DeliveryRefused("the crop is no longer stored")
        return crop_message(
            self._topics, sighting, sighting.crop_jpeg, buffered=buffered
        )


def open_mqtt(  # noqa: PLR0913, PLR0917 (each from another part)
    config: MqttConfig,
    device: DeviceConfig,
    home_assistant_config: HomeAssistantConfig,
    health: Callable[[], Health],
    names: Path,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> MqttDestination:
    """Does not connect yet; prepare() does.

    names: the file in which the device remembers by which names it was known. now: by
    the clock that dates sightings.
    """
    if config.credentials_file and not config.tls:
        log.warning("Without TLS the password travels to the broker in the clear.")
    topics = Topics(device.topic_id)
    home_assistant = HomeAssistant(
        home_assistant_config,
        introduction(home_assistant_config, device, topics, config.health_every_s),
    )
    former = Former(names, Name(topics.device, home_assistant_config.prefix))

    def heard(topic: str, payload: bytes) -> None:
        home_assistant.heard(topic, payload)
        former.heard(topic, payload)

    line = MqttLine(
        config,
        CLIENT_ID_PREFIX + topics.device,
        will=status_message(topics, OFFLINE),
        on_message=heard,
    )
    report = HealthReport(topics, config.health_every_s, health)
    return MqttDestination(line, topics, config, [home_assistant, report, former], now)


def mqtt_pace(config: MqttConfig) -> Pace:
    return Pace(per_s=config.max_messages_per_s, max_retry_s=config.max_retry_s)
