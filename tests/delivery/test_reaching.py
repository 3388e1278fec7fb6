"""How a line finds its broker, where that is no Mosquitto."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

import pytest

from edge_anpr.config.delivery import MqttConfig, MqttProtocol
from edge_anpr.delivery.messages import Message
from edge_anpr.delivery.mqtt import DOUBTFUL_TRIES, MqttLine
from edge_anpr.delivery.rivalry import Ending
from edge_anpr.demo import embedded
from edge_anpr.demo.broker import HOST, free_port
from edge_anpr.errors import DeliveryFailed
from tests.broker import WITHIN_S, Mosquitto, Wire, wait_until

POLE = "pole-7"
HANGS_UP = b""
LET_IN = b"\x20\x03\x00\x00\x00"  # of MQTT 5, as is what follows
TAKEN_OVER = b"\xe0\x01\x8e"
SHUTTING_DOWN = b"\xe0\x01\x8b"
MESSAGE = Message(f"edge-anpr/{POLE}/health", b"{}")


def _line(port: int, **settings: object) -> MqttLine:
    usual = MqttConfig(host=HOST, port=port, tls=False, timeout_s=1.0)
    return MqttLine(usual.model_copy(update=settings), POLE)


@pytest.fixture
def amqtt() -> Iterator[int]:
    """The port of a broker that leaves a CONNECT of MQTT 5 without an answer."""
    port = free_port()
    with embedded.serving(HOST, port):
        yield port


def test_a_broker_that_is_silent_in_mqtt_5_is_spoken_to_in_3_1_1(amqtt: int) -> None:
    line = _line(amqtt)
    for _ in range(2):
        line.connect()
        line.publish(MESSAGE)
        line.disconnect()


def test_asked_for_mqtt_5_silence_is_a_failure(amqtt: int) -> None:
    with pytest.raises(DeliveryFailed, match="no answer in time"):
        _line(amqtt, protocol=MqttProtocol.V5).connect()


@pytest.fixture
def plain(mosquitto: Mosquitto) -> Mosquitto:
    """Without TLS, so that a wire can tell versions apart."""
    port = free_port()
    mosquitto.add(POLE)
    mosquitto.stop()
    mosquitto.extra = f"listener {port} {HOST}"
    mosquitto.start()
    mosquitto.port = port
    return mosquitto


@pytest.mark.broker
def test_a_broker_that_hangs_up_on_mqtt_5_is_asked_first_all_the_same(
    plain: Mosquitto,
) -> None:
    wire = Wire(plain, HANGS_UP)
    line = _line(wire.port, credentials_file=plain.folder / f"{POLE}.credentials")
    for _ in range(2):
        line.connect()
        line.publish(MESSAGE)
        line.disconnect()
    assert wire.calls == 4
    wire.close()


def _no_longer_speaking_v5(plain: Mosquitto) -> tuple[Wire, MqttLine]:
    """A broker, after the line has once reached it by MQTT 5."""
    wire = Wire(plain)
    line = _line(wire.port, credentials_file=plain.folder / f"{POLE}.credentials")
    line.connect()
    line.disconnect()
    wire.answer_to_v5 = HANGS_UP
    return wire, line


@pytest.mark.broker
def test_a_broker_known_to_speak_mqtt_5_is_not_asked_for_less(
    plain: Mosquitto,
) -> None:
    wire, line = _no_longer_speaking_v5(plain)
    with pytest.raises(DeliveryFailed, match="hangs up without an answer"):
        line.connect()
    assert wire.calls == 2
    wire.close()


@pytest.mark.broker
def test_a_broker_that_is_replaced_by_one_of_another_version_is_reached_again(
    plain: Mosquitto,
) -> None:
    wire, line = _no_longer_speaking_v5(plain)
    for _ in range(DOUBTFUL_TRIES):
        with pytest.raises(DeliveryFailed, match="hangs up without an answer"):
            line.connect()
    line.connect()
    line.publish(MESSAGE)
    line.disconnect()
    wire.close()


@pytest.mark.parametrize(
    ("farewell", "ending"),
    [(TAKEN_OVER, Ending.TAKEN_OVER), (SHUTTING_DOWN, None), (b"", Ending.HUNG_UP)],
)
def test_a_broker_may_say_why_it_hangs_up(
    farewell: bytes, ending: Ending | None
) -> None:
    with socket.create_server((HOST, 0)) as listener:
        line = _line(listener.getsockname()[1], protocol=MqttProtocol.V5)
        with ThreadPoolExecutor(1) as broker:
            answer = broker.submit(_let_in, listener)
            line.connect()
            with answer.result() as caller:
                assert (line.ending, line.is_connected) == (None, True)
                caller.sendall(farewell)
        wait_until(lambda: not line.is_connected)
        assert line.ending is ending
        held_s = line.held_s
        Event().wait(0.05)
        assert line.held_s == held_s < WITHIN_S


def _let_in(listener: socket.socket) -> socket.socket:
    caller, _ = listener.accept()
    caller.recv(65536)
    caller.sendall(LET_IN)
    return caller


@pytest.mark.parametrize("hurry_s", [0.0, 0.2])
def test_nobody_in_a_hurry_waits_for_a_broker_that_takes_its_time(
    hurry_s: float,
) -> None:
    with socket.create_server((HOST, 0)) as silent:
        line = _line(silent.getsockname()[1], tls=True, timeout_s=60.0)
        line.hurry(hurry_s)
        began_s = monotonic()
        with pytest.raises(DeliveryFailed):
            line.connect()
    assert monotonic() - began_s < WITHIN_S


@pytest.mark.parametrize("host", ["broker..lan", ".local", "a" * 64 + ".lan"])
def test_a_name_the_resolver_stumbles_over_is_a_failure(host: str) -> None:
    config = MqttConfig(tls=False).model_copy(update={"host": host})
    with pytest.raises(DeliveryFailed, match="there is no such name"):
        MqttLine(config, "pole-7").connect()
