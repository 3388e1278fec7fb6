"""A receiver that is away, while messages pile up for it at a real Mosquitto."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge_anpr.config.delivery import MqttConfig
from edge_anpr.delivery.messages import Message
from edge_anpr.delivery.mqtt import MqttLine
from edge_anpr.errors import DeliveryFailed
from tests.broker import WITHIN_S, Mosquitto, Receiver

pytestmark = pytest.mark.broker

POLE = "pole-7"
TOPIC = f"edge-anpr/{POLE}/sighting"
AWAY = "node-red"
DAY_S = 86400
USUAL_LIMIT = 1000  # Mosquitto's own, for one receiver


@contextmanager
def _session(broker: Mosquitto, wanted: int) -> Iterator[list[bytes]]:
    """Connect as a receiver whose session is kept; ends once it has so many."""
    got: list[bytes] = []
    ready, complete = Event(), Event()
    client = Client(
        CallbackAPIVersion.VERSION2, AWAY, protocol=MQTTProtocolVersion.MQTTv5
    )
    file = broker.folder / f"{AWAY}.credentials"
    client.username_pw_set(*file.read_text().splitlines())
    client.tls_set(str(broker.ca_file))

    def received(_client: Client, _userdata: object, message: MQTTMessage) -> None:
        got.append(bytes(message.payload))
        if len(got) >= wanted:
            complete.set()

    def connected(*_: object) -> None:
        client.subscribe(TOPIC, 1)

    client.on_connect = connected
    client.on_subscribe = lambda *_: ready.set()
    client.on_message = received
    kept = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    kept.SessionExpiryInterval = DAY_S
    client.connect(broker.host, broker.port, clean_start=False, properties=kept)
    client.loop_start()
    try:
        assert ready.wait(WITHIN_S)
        yield got
        assert not wanted or complete.wait(WITHIN_S)
    finally:
        client.disconnect()
        client.loop_stop()


@pytest.fixture
def line(mosquitto: Mosquitto) -> Iterator[MqttLine]:
    mosquitto.add(AWAY)
    credentials = mosquitto.add(POLE)
    config = MqttConfig(
        host=mosquitto.host,
        port=mosquitto.port,
        ca_file=mosquitto.ca_file,
        credentials_file=credentials,
    )
    line = MqttLine(config, POLE)
    yield line
    line.disconnect()


def test_more_waits_for_a_receiver_than_a_broker_usually_keeps(
    mosquitto: Mosquitto, line: MqttLine
) -> None:
    with _session(mosquitto, 0):
        pass  # makes itself known, and goes
    line.connect()
    sent = [b"%d" % number for number in range(USUAL_LIMIT + 200)]
    for each in sent:
        line.publish(Message(TOPIC, each))
    with _session(mosquitto, len(sent)) as got:
        pass
    assert got == sent


def test_a_full_queue_of_one_receiver_holds_up_nobody(
    mosquitto: Mosquitto, receiver: Receiver, line: MqttLine
) -> None:
    mosquitto.stop()
    mosquitto.extra = "max_queued_messages 5\nmax_inflight_messages 5"
    mosquitto.start()
    receiver.wait_for_subscription(2)
    with _session(mosquitto, 0):
        pass
    line.connect()
    for number in range(30):
        line.publish(Message(TOPIC, b"%d" % number))
        receiver.wait_for(number + 1)
    with _session(mosquitto, 5) as got:
        pass
    assert len(got) < 30


@pytest.mark.parametrize("code", [0x80, 0x83, 0x87, 0x97])
def test_a_broker_that_has_no_room_is_asked_again(
    code: int, line: MqttLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Failed, not refused: what is refused is never sent again."""
    line.connect()
    answer = ReasonCode(PacketTypes.PUBACK, identifier=code)
    monkeypatch.setattr(line, "_answer", lambda *_: [answer])
    with pytest.raises(DeliveryFailed, match=str(answer)):
        line.publish(Message(TOPIC, b"{}"))
