"""What stands at a broker under an earlier id."""

from pathlib import Path

import pytest

from edge_anpr.config.delivery import MqttProtocol
from edge_anpr.delivery.former import Former, Name
from edge_anpr.delivery.mqtt_destination import MqttDestination
from edge_anpr.errors import DeliveryFailed
from tests.broker import Mosquitto, Receiver, wait_until
from tests.delivery.pole import POLE, config, destination
from tests.delivery.test_mqtt_destination import FakeLine

OLD = "pole-6"
OWN = Name(POLE, "homeassistant")
OLD_TOPICS = [
    f"homeassistant/device/{OLD}/config",
    f"edge-anpr/{OLD}/health",
    f"edge-anpr/{OLD}/status",
]
ALL_RIGHTS = f"""
user {POLE}
topic readwrite edge-anpr/#
topic readwrite homeassistant/#
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where it is noted that the device had another id."""
    file = tmp_path / "names"
    Former(file, Name(OLD, "homeassistant")).greet(FakeLine())
    return file


def _former(file: Path, line: FakeLine, status: bytes | None) -> Former:
    former = Former(file, OWN)
    line.connect()
    former.greet(line)
    if status is not None:
        former.heard(OLD_TOPICS[-1], status)
    former.attend(line)
    return former


def _is_taken_back(after: MqttDestination, receiver: Receiver) -> bool:
    """Whoever listens hears that nothing is kept any more."""
    after.prepare()
    emptied = {each.topic for each in receiver.messages if not each.payload}
    return emptied.issuperset(OLD_TOPICS)


@pytest.mark.broker
@pytest.mark.parametrize("protocol", [MqttProtocol.V5, MqttProtocol.V311])
@pytest.mark.parametrize("introduces", [True, False])
def test_what_was_left_under_an_earlier_id_is_taken_back(
    mosquitto: Mosquitto, protocol: MqttProtocol, introduces: bool
) -> None:
    settings = config(mosquitto, protocol=protocol)
    rights = mosquitto.folder / "edge-anpr.acl"
    rights.write_text(rights.read_text() + ALL_RIGHTS)
    mosquitto.stop()
    mosquitto.start()
    with destination(settings, device=OLD) as before:
        before.prepare()
    credentials = mosquitto.folder / "home-assistant.credentials"
    receiver = Receiver(mosquitto, credentials, "#")
    with destination(settings, introduces=introduces) as after:
        wait_until(lambda: _is_taken_back(after, receiver))
    receiver.close()
    assert OLD not in (mosquitto.folder / "names").read_text()


@pytest.mark.broker
def test_where_the_broker_forbids_to_take_it_back_nothing_is_held_up(
    mosquitto: Mosquitto, file: Path
) -> None:
    with destination(config(mosquitto)) as after:
        for _ in range(3):
            after.prepare()
    assert OLD in file.read_text()


@pytest.mark.parametrize("status", [b"stopped", b"offline"])
def test_it_is_taken_back_once_nobody_is_there(file: Path, status: bytes) -> None:
    line = FakeLine()
    _former(file, line, status)
    assert line.topics == OLD_TOPICS
    assert [each.payload for each in line.said] == [b""] * 3
    assert all(each.retain for each in line.said)
    again = FakeLine()
    _former(file, again, status)
    assert (again.topics, again.heeds) == ([], [])


def test_what_another_device_says_under_that_id_stays(file: Path) -> None:
    line = FakeLine()
    _former(file, line, b"online")
    _former(file, line, b"stopped")
    assert line.said == []


def test_another_discovery_prefix_leaves_the_status_alone(file: Path) -> None:
    line = FakeLine()
    former = Former(file, Name(OLD, "ha"))
    former.greet(line)
    former.attend(line)
    assert line.topics == OLD_TOPICS[:1]


def test_what_is_forbidden_is_tried_once_a_start(file: Path) -> None:
    line = FakeLine()
    line.forbidden = {OLD_TOPICS[1]}
    former = _former(file, line, b"stopped")
    former.attend(line)
    assert line.topics == OLD_TOPICS[:1]
    line.forbidden = set()
    _former(file, line, b"stopped")
    assert line.topics == OLD_TOPICS[:1] + OLD_TOPICS


def test_a_line_that_breaks_leaves_the_rest_for_the_next(file: Path) -> None:
    line = FakeLine()
    line.deadly = {OLD_TOPICS[1]}
    former = Former(file, OWN)
    former.greet(line)
    former.heard(OLD_TOPICS[-1], b"stopped")
    with pytest.raises(DeliveryFailed):
        former.attend(line)
    line.connect()
    line.deadly = set()
    former.attend(line)
    assert line.topics == OLD_TOPICS[:1] + OLD_TOPICS


@pytest.mark.parametrize("content", [b"\xff\x00", b"# +/x\npole-9 #\n\n", b""])
def test_a_file_that_makes_no_sense_is_written_anew(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    line = FakeLine()
    _former(file, line, None)
    assert (line.heeds, file.read_text()) == ([], f"{POLE} homeassistant\n")


def test_a_file_that_cannot_be_written_holds_nothing_up(tmp_path: Path) -> None:
    _former(tmp_path / "gone" / "names", FakeLine(), None)
