import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from edge_anpr.config.delivery import DeviceConfig, HomeAssistantConfig, MqttConfig
from edge_anpr.delivery.health_report import HealthReport
from edge_anpr.delivery.home_assistant import HomeAssistant, introduction
from edge_anpr.delivery.line import Speaker
from edge_anpr.delivery.messages import Message
from edge_anpr.delivery.mqtt_destination import CLOSE_S, MqttDestination
from edge_anpr.delivery.rivalry import HUNG_UP_TIMES, TAKEN_OVER_TIMES, Ending
from edge_anpr.delivery.sparing import REST_S, TRIES
from edge_anpr.delivery.topics import Topics
from edge_anpr.delivery.trust import SOON
from edge_anpr.errors import DeliveryFailed, DeliveryRefused, HungUp, TimedOut
from edge_anpr.records import ClockQuality, Kind
from edge_anpr.runtime.health import Health
from tests.delivery.owed import NOON, OwedItem, sighting

TOPICS = Topics("pole-7")
INTRODUCTION = "homeassistant/device/pole-7/config"
HEALTH = "edge-anpr/pole-7/health"


class FakeLine:
    """Writes down what is said on it."""

    def __init__(self) -> None:
        self.said: list[Message] = []
        self.heeds: list[str] = []
        self.forbidden: set[str] = set()  # topics
        self.impossible: set[str] = set()  # topics
        self.deadly: set[str] = set()  # topics
        self.fault: type[DeliveryFailed] = HungUp  # on those
        self.is_connected = False
        self.held_s = 0.0
        self.ending: Ending | None = None
        self.trusted_until: datetime | None = None
        self.limits_s: list[float] = []

    def connect(self) -> None:
        self.is_connected = True

    def publish(self, message: Message) -> None:
        if message.topic in self.forbidden:
            raise DeliveryFailed("not authorised")
        if message.topic in self.impossible:
            raise DeliveryRefused("Topic name invalid")
        if message.topic in self.deadly:
            self.is_connected = False
            raise self.fault("the connection was lost")
        self.said.append(message)

    def subscribe(self, filters: Sequence[str]) -> None:
        if not self.deadly.isdisjoint(filters):
            self.is_connected = False
            raise DeliveryFailed("the connection was lost (Not authorized)")
        self.heeds += filters

    def hurry(self, limit_s: float) -> None:
        self.limits_s.append(limit_s)

    def disconnect(self) -> None:
        self.is_connected = False

    @property
    def topics(self) -> list[str]:
        return [message.topic for message in self.said]


class FakeTime:
    """Stands still unless told otherwise."""

    def __init__(self) -> None:
        self.passed_s = 0.0

    def clock(self) -> float:
        return self.passed_s

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.passed_s)


def _home_assistant(time: FakeTime, *, enabled: bool = True) -> HomeAssistant:
    config = HomeAssistantConfig(enabled=enabled)
    device = DeviceConfig(id="pole-7", name="Pole 7", area="North gate")
    told = introduction(config, device, TOPICS, 60)
    return HomeAssistant(config, told, time.clock, lambda: 0.5)


def _report(time: FakeTime) -> HealthReport:
    return HealthReport(
        TOPICS,
        60,
        lambda: Health("0.1.0", 1.0, ClockQuality.SYNCED),
        time.clock,
        time.now,
    )


def _destination(line: FakeLine, time: FakeTime) -> MqttDestination:
    speakers: list[Speaker] = [_home_assistant(time), _report(time)]
    return MqttDestination(line, TOPICS, MqttConfig(), speakers, time.now)


def test_every_connection_begins_with_the_birth() -> None:
    line, time = FakeLine(), FakeTime()
    destination = _destination(line, time)
    destination.prepare()
    destination.prepare()
    line.disconnect()
    destination.prepare()
    once = ["edge-anpr/pole-7/status", INTRODUCTION, HEALTH]
    assert line.topics == once * 2
    assert line.said[0].payload == b"online"


def test_a_birth_that_fails_is_said_again() -> None:
    line = FakeLine()
    destination = _destination(line, FakeTime())
    line.forbidden = {"edge-anpr/pole-7/status"}
    with pytest.raises(DeliveryFailed):
        destination.prepare()
    line.forbidden = set()
    destination.prepare()
    assert line.topics[0] == "edge-anpr/pole-7/status"


def test_a_birth_that_is_refused_is_a_failure_and_ends_nothing() -> None:
    line = FakeLine()
    destination = _destination(line, FakeTime())
    line.impossible = {"edge-anpr/pole-7/status"}
    with pytest.raises(DeliveryFailed, match="Topic name invalid"):
        destination.prepare()
    destination.close()
    assert not line.is_connected
    assert line.said == []


def test_health_is_said_when_connected_soon_after_and_every_minute() -> None:
    line, time = FakeLine(), FakeTime()
    destination = _destination(line, time)
    said = []
    for time.passed_s in (0, 4, 5, 6, 64, 65, 66, 125):
        destination.prepare()
        said.append(line.topics.count(HEALTH))
    assert said == [1, 1, 2, 2, 2, 3, 3, 4]


@pytest.mark.parametrize(
    ("age_s", "buffered"),
    [(-7200, True), (-5, True), (-1, False), (0, False), (9, False), (11, True)],
)
@pytest.mark.parametrize("kind", [Kind.ALERT, Kind.SIGHTING])
def test_what_is_sent_late_says_so(age_s: float, buffered: bool, kind: Kind) -> None:
    line, time = FakeLine(), FakeTime()
    time.passed_s = age_s
    _destination(line, time).deliver(OwedItem(kind, sighting()))
    assert json.loads(line.said[0].payload)["buffered"] is buffered


def test_a_sighting_is_not_kept_for_ever_by_the_broker() -> None:
    line = FakeLine()
    _destination(line, FakeTime()).deliver(OwedItem(Kind.SIGHTING, sighting()))
    assert line.said[0].expire_after_s == 7 * 24 * 3600


def test_a_crop_that_is_gone_is_refused() -> None:
    with pytest.raises(DeliveryRefused, match="no longer stored"):
        _destination(FakeLine(), FakeTime()).deliver(
            OwedItem(Kind.CROP, sighting(crop_jpeg=None))
        )


@pytest.mark.parametrize(
    ("on_purpose", "status"), [(True, b"stopped"), (False, b"offline")]
)
def test_a_device_says_whether_it_was_stopped_on_purpose(
    on_purpose: bool, status: bytes
) -> None:
    line = FakeLine()
    destination = _destination(line, FakeTime())
    destination.prepare()
    destination.close(on_purpose=on_purpose)
    assert (line.said[-1].payload, line.is_connected) == (status, False)
    assert line.said[-1].retain
    assert line.limits_s == [CLOSE_S]


def test_a_device_never_connected_stops_in_silence() -> None:
    line = FakeLine()
    _destination(line, FakeTime()).close()
    assert line.said == []


@pytest.mark.parametrize(
    ("ending", "times"),
    [(Ending.HUNG_UP, HUNG_UP_TIMES), (Ending.TAKEN_OVER, TAKEN_OVER_TIMES)],
)
def test_one_that_is_thrown_out_again_and_again_gives_way_once_each_time(
    ending: Ending, times: int
) -> None:
    line = FakeLine()
    destination = _destination(line, FakeTime())
    destination.prepare()
    line.ending = ending
    for _ in range(times - 1):
        line.is_connected = False
        destination.prepare()
    assert not destination.is_contested
    for _ in range(3):
        line.is_connected = False
        with pytest.raises(DeliveryFailed, match="throws it out again and again"):
            destination.prepare()
        destination.prepare()
        assert destination.is_contested
        (problem,) = destination.problems()
        assert "device.id, pole-7" in problem.reason
    line.held_s = 2 * MqttConfig().max_retry_s + 1
    destination.prepare()
    assert not destination.is_contested
    assert list(destination.problems()) == []


@pytest.mark.parametrize(
    ("left", "is_told"),
    [(SOON + timedelta(days=1), False), (SOON, True), (timedelta(days=-1), True)],
)
def test_a_certificate_that_ends_soon_is_told_until_it_is_renewed(
    left: timedelta, is_told: bool
) -> None:
    line = FakeLine()
    destination = _destination(line, FakeTime())
    line.trusted_until = NOON + left
    destination.prepare()
    said = [each.reason for each in destination.problems()]
    assert [str((NOON + left).date()) in each for each in said] == [True] * is_told
    line.trusted_until = NOON + timedelta(days=365)
    destination.prepare()
    assert list(destination.problems()) == []


def test_a_line_that_ends_instead_of_an_answer_has_no_rival() -> None:
    line = FakeLine()
    destination = _destination(line, FakeTime())
    for _ in range(50):
        destination.prepare()
        line.is_connected = False
    assert not destination.is_contested


def test_home_assistant_is_told_again_some_seconds_after_it_starts() -> None:
    line, time = FakeLine(), FakeTime()
    home_assistant = _home_assistant(time)
    home_assistant.greet(line)
    assert line.heeds == ["homeassistant/status"]
    home_assistant.heard("homeassistant/status", b"online")
    told = []
    for seconds in (0, 5.4, 5.5, 60):
        time.passed_s = seconds
        home_assistant.attend(line)
        told.append(len(line.said))
    assert told == [1, 1, 2, 2]


def test_home_assistant_going_down_changes_nothing() -> None:
    line, time = FakeLine(), FakeTime()
    home_assistant = _home_assistant(time)
    home_assistant.heard("homeassistant/status", b"offline")
    time.passed_s = 60
    home_assistant.attend(line)
    assert line.said == []


def test_switched_off_an_earlier_introduction_is_taken_back() -> None:
    line = FakeLine()
    _home_assistant(FakeTime(), enabled=False).greet(line)
    (message,) = line.said
    assert (message.topic, message.payload, message.retain) == (INTRODUCTION, b"", True)
    assert line.heeds == []


@pytest.mark.parametrize("topic", [INTRODUCTION, HEALTH])
def test_a_broker_that_forbids_what_can_be_left_out_still_gets_sightings(
    topic: str,
) -> None:
    line = FakeLine()
    line.forbidden = {topic}
    destination = _destination(line, FakeTime())
    destination.prepare()
    destination.deliver(OwedItem(Kind.SIGHTING, sighting()))
    assert line.topics[-1] == "edge-anpr/pole-7/sighting"


def test_a_health_that_is_forbidden_is_a_problem_until_it_is_allowed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    line, time = FakeLine(), FakeTime()
    line.forbidden = {HEALTH}
    report = _report(time)
    line.connect()
    for time.passed_s in (0, 60, 120):
        report.attend(line)
    (problem,) = report.problems()
    assert "cannot be sent: not authorised" in problem.sentence
    assert len(caplog.records) == 1
    line.forbidden, time.passed_s = set(), 180
    report.attend(line)
    assert list(report.problems()) == []


def test_a_line_that_breaks_on_the_health_is_a_failure() -> None:
    line = FakeLine()
    line.deadly = {HEALTH}
    line.connect()
    with pytest.raises(DeliveryFailed, match="connection was lost"):
        _report(FakeTime()).greet(line)


@pytest.mark.parametrize("fault", [HungUp, TimedOut])
@pytest.mark.parametrize("topic", [INTRODUCTION, HEALTH, "homeassistant/status"])
def test_what_a_connection_ends_on_is_left_out_for_an_hour(
    topic: str, fault: type[DeliveryFailed]
) -> None:
    line, time = FakeLine(), FakeTime()
    line.deadly, line.fault = {topic}, fault
    destination = _destination(line, time)
    for _ in range(TRIES):
        with pytest.raises(DeliveryFailed):
            destination.prepare()
    destination.prepare()
    destination.deliver(OwedItem(Kind.SIGHTING, sighting()))
    assert line.topics[-1] == "edge-anpr/pole-7/sighting"
    line.deadly, time.passed_s = set(), REST_S
    line.disconnect()
    destination.prepare()
    assert topic in line.topics + line.heeds
