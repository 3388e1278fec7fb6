"""A device of the fleet, at a real broker."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from edge_anpr.config.delivery import DeviceConfig, HomeAssistantConfig, MqttConfig
from edge_anpr.delivery.courier import Pace
from edge_anpr.delivery.mqtt_destination import MqttDestination, open_mqtt
from edge_anpr.records import ClockQuality
from edge_anpr.runtime.health import Health
from tests.broker import Mosquitto

POLE = "pole-7"
PACE = Pace(first_retry_s=0.01, max_retry_s=0.02)


def config(broker: Mosquitto, **settings: object) -> MqttConfig:
    """How it reaches the broker, where it gets a password if it has none."""
    file = broker.folder / f"{POLE}.credentials"
    if not file.exists():
        broker.add(POLE)
    usual = MqttConfig(
        host=broker.host,
        port=broker.port,
        ca_file=broker.ca_file,
        credentials_file=file,
        timeout_s=2.0,
    )
    return usual.model_copy(update=settings)


@contextmanager
def destination(
    config: MqttConfig,
    *,
    device: str = POLE,
    introduces: bool = True,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[MqttDestination]:
    """What it says and sends; stopped on purpose at the end."""
    credentials = config.credentials_file
    assert credentials
    opened = open_mqtt(
        config,
        DeviceConfig(id=device),
        HomeAssistantConfig(enabled=introduces),
        lambda: Health("0.1.0", 1.0, ClockQuality.SYNCED),
        credentials.with_name("names"),
        now,
    )
    try:
        yield opened
    finally:
        opened.close()
