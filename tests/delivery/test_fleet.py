import json
from collections.abc import Iterator
from dataclasses import replace
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.config.delivery import MqttConfig
from edge_anpr.delivery.fleet import (
    HEADER,
    DeviceProblems,
    DeviceStatus,
    Heard,
    News,
    Overlooked,
    Passage,
    Seen,
    Unreadable,
    broker_config,
    follow,
    parse,
)
from edge_anpr.delivery.messages import (
    SCHEMA_VERSION,
    alert_message,
    health_message,
    sighting_message,
    status_message,
)
from edge_anpr.delivery.mqtt import MqttLine
from edge_anpr.delivery.topics import Topics
from edge_anpr.errors import ConfigError
from edge_anpr.records import ClockQuality
from edge_anpr.runtime.health import Health
from tests.broker import WITHIN_S, Mosquitto, wait_until
from tests.delivery.owed import NOON, WATCHED, sighting

TOPICS = Topics("pole-7")
NARROWEST = 80  # columns of a terminal


def _passage(*, buffered: bool = False) -> Passage:
    message = alert_message(TOPICS, sighting(match=WATCHED), buffered=buffered)
    news = parse(message.topic, message.payload)
    assert isinstance(news, Passage)
    return news


def test_an_alert_becomes_a_row_below_the_header() -> None:
    line = _passage(buffered=True).line
    assert line == (
        "2026-03-01 11:59:58  pole-7            AB12CDE      88%  final        "
        "ALERT, watch list wanted (Röver), sent late, approaching"
    )
    assert HEADER.index("PLATE") == line.index("AB12CDE")
    assert HEADER.index("NOTE") == line.index("ALERT")
    assert line.index("ALERT") + len("ALERT") <= NARROWEST


def test_a_doubtful_plate_is_called_unsure() -> None:
    doubtful = replace(sighting(), confidence=0.79)
    message = sighting_message(TOPICS, doubtful, buffered=False)
    news = parse(message.topic, message.payload)
    assert isinstance(news, Passage)
    assert news.line.endswith("final        unsure, approaching")


def test_a_time_that_nobody_vouches_for_is_named() -> None:
    early = replace(sighting(), clock=ClockQuality.UNSYNCED)
    message = sighting_message(TOPICS, early, buffered=False)
    news = parse(message.topic, message.payload)
    assert news
    assert "clock not set" in news.line


def _problems(*reasons: str) -> DeviceProblems:
    health = Health("0.1.0", 1.0, ClockQuality.SYNCED, problems=reasons)
    message = health_message(TOPICS, health, NOON, 60)
    news = parse(message.topic, message.payload)
    assert isinstance(news, DeviceProblems)
    return news


def test_what_someone_should_mend_is_a_row_too() -> None:
    told = _problems("The lens is covered.", "The disk is full.").line.strip()
    assert told == "pole-7            has a problem: The lens is covered. (and 1 more)"
    assert _problems().line.strip() == "pole-7            has no problem any more"


def test_problems_are_told_when_they_change() -> None:
    seen = Seen()
    told = [_problems(), _problems("Fog."), _problems("Fog."), _problems()]
    assert [seen.is_new(news) for news in told] == [False, True, False, True]


def test_an_alert_becomes_a_line_of_json() -> None:
    message = alert_message(TOPICS, sighting(match=WATCHED), buffered=False)
    assert json.loads(_passage().json) == json.loads(message.payload)
    assert "\n" not in _passage().json


def test_a_device_that_goes_is_a_row_too() -> None:
    news = parse("edge-anpr/pole-7/status", b"offline")
    assert news == DeviceStatus("pole-7", "offline")
    assert news
    assert news.line.strip() == "pole-7            is offline"


def test_of_what_cannot_be_shown_in_time_the_newest_is_kept() -> None:
    heard = Heard(most=3)
    for number in range(5):
        heard.put(f"edge-anpr/pole-{number}/status", b"online")
    shown = [heard.next(wait_s=0) for _ in range(5)]
    kept = [DeviceStatus(f"pole-{number}", "online") for number in (2, 3, 4)]
    assert shown == [Overlooked(2), *kept, None]
    assert shown[0]
    assert shown[0].line.strip() == "2 messages came faster than they could be shown"
    assert json.loads(shown[0].json) == {"overlooked": 2}


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("edge-anpr/pole-7/status", b""),  # as it is cleared
        ("edge-anpr/pole-7/crop", b"\xff\xd8"),
        ("edge-anpr/pole-7/health", b""),
        ("edge-anpr/pole-7", b"online"),
        ("elsewhere/pole-7/status", b"online"),
    ],
)
def test_what_is_not_of_interest_is_left_out(topic: str, payload: bytes) -> None:
    assert parse(topic, payload) is None


@pytest.mark.parametrize(
    "payload",
    [
        b" ",
        b"not JSON",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"device": "pole-8"}',
        b"[" * 60_000,
    ],
    ids=lambda payload: str(payload[:12]),
)
@pytest.mark.parametrize("kind", ["sighting", "alert", "health"])
def test_what_is_not_as_it_should_be_is_told(kind: str, payload: bytes) -> None:
    news = parse(f"edge-anpr/pole-7/{kind}", payload)
    assert news == Unreadable("pole-7")
    assert news.line.split(maxsplit=1) == [
        "pole-7",
        "sends what this version of edge-anpr does not understand",
    ]
    assert json.loads(news.json) == {"device": "pole-7", "unreadable": True}


def test_a_later_version_of_a_sighting_is_not_taken_for_this_one() -> None:
    message = sighting_message(TOPICS, sighting(), buffered=False)
    later = {**json.loads(message.payload), "schema": SCHEMA_VERSION + 1}
    assert parse(message.topic, json.dumps(later).encode()) == Unreadable("pole-7")


@given(
    st.text(), st.sampled_from(["status", "sighting", "alert", "health"]), st.binary()
)
def test_whatever_comes_is_one_printable_line(
    device: str, kind: str, payload: bytes
) -> None:
    news = parse(f"edge-anpr/{device}/{kind}", payload)
    assert news is None or news.line.isprintable()


def test_a_device_cannot_fill_the_memory() -> None:
    heard, message = Heard(), sighting_message(TOPICS, sighting(), buffered=False)
    heard.put(message.topic, message.payload + b" " * 200_000)
    assert isinstance(heard.next(wait_s=0), Passage)
    heard.put(message.topic, b" " * 200_000 + message.payload)
    assert heard.next(wait_s=0) == Unreadable("pole-7")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("confidence", b"1" + b"0" * 400),
        ("confidence", b"1e300"),
        ("confidence", b"NaN"),
        ("confidence", b"-0.1"),
        ("revision", b"1" + b"0" * 5000),
        ("more", b"[" * 60_000),
        ("more", b"[" * 900 + b"]" * 900),
        ("more", b"Infinity"),
    ],
    ids=lambda value: str(value[:12]),
)
def test_a_sighting_with_an_impossible_value_never_ends_the_program(
    name: str, value: bytes
) -> None:
    message = sighting_message(TOPICS, sighting(), buffered=False)
    evil = message.payload[:-1] + b',"%s":%s}' % (name.encode(), value)
    news = parse(message.topic, evil)
    assert news is None or len(news.line) < 160


@pytest.mark.parametrize("name", ["plate", "stage", "direction", "first_seen"])
def test_a_device_cannot_fill_the_screen(name: str) -> None:
    message = sighting_message(TOPICS, sighting(), buffered=False)
    news = parse(
        message.topic,
        json.dumps({**json.loads(message.payload), name: "A" * 60_000}).encode(),
    )
    assert news
    assert len(news.line) < 240
    status = parse("edge-anpr/pole-7/status", b"A" * 60_000)
    assert status
    assert len(status.line) < 160


def test_a_device_cannot_speak_for_another() -> None:
    message = sighting_message(TOPICS, sighting(), buffered=False)
    news = parse("edge-anpr/pole-8/sighting", message.payload)
    assert news == Unreadable("pole-8")


def test_a_device_cannot_write_to_the_terminal() -> None:
    message = sighting_message(TOPICS, sighting(), buffered=False)
    evil = message.payload.replace(b"AB12CDE", b"\\u001b[2J")
    news = parse(message.topic, evil)
    assert news
    assert "\x1b" not in news.line + news.json
    status = parse("edge-anpr/pole-7/status", b"\x1b]0;gone\x07\nonline")
    assert status
    assert status.line.isprintable()


def test_what_comes_twice_is_new_once() -> None:
    seen = Seen(remembered=2)
    assert [seen.is_new(_passage()) for _ in range(3)] == [True, False, False]
    strange = Unreadable("pole-7")
    assert [seen.is_new(strange) for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mqtts://broker.example", ("broker.example", 8883, True)),
        ("mqtt://10.0.0.1", ("10.0.0.1", 1883, False)),
        ("mqtts://[::1]:4444", ("::1", 4444, True)),
    ],
)
def test_a_broker_s_address_is_a_url(url: str, expected: tuple[str, int, bool]) -> None:
    config = broker_config(url)
    assert (config.host, config.port, config.tls) == expected


@pytest.mark.parametrize(
    "url",
    [
        "broker",
        "https://broker",
        "mqtts://",
        "mqtts://b:x",
        "mqtts://u:p@b",
        "mqtts://broker..lan",
        "mqtt://.local",
    ],
)
def test_any_other_address_is_an_error(url: str) -> None:
    with pytest.raises(ConfigError):
        broker_config(url)


def _followed(mosquitto: Mosquitto, name: str, stop: Event) -> Iterator[News]:
    url = f"mqtts://{mosquitto.host}:{mosquitto.port}"
    return follow(broker_config(url, mosquitto.ca_file, mosquitto.add(name)), stop)


def _pole(mosquitto: Mosquitto, name: str) -> MqttLine:
    config = MqttConfig(
        host=mosquitto.host,
        port=mosquitto.port,
        ca_file=mosquitto.ca_file,
        credentials_file=mosquitto.add(name),
    )
    line = MqttLine(config, name)
    line.connect()
    return line


def _watcher(mosquitto: Mosquitto) -> MqttLine:
    """With the credentials that `watch` has already."""
    config = MqttConfig(
        host=mosquitto.host,
        port=mosquitto.port,
        ca_file=mosquitto.ca_file,
        credentials_file=mosquitto.folder / "watch.credentials",
    )
    return MqttLine(config, "watch")


@pytest.mark.broker
def test_a_fleet_is_followed_through_a_restart_of_its_broker(
    mosquitto: Mosquitto,
) -> None:
    stop = Event()
    pole = _pole(mosquitto, "pole-7")
    pole.publish(status_message(TOPICS, "online"))
    news = _followed(mosquitto, "watch", stop)
    assert next(news) == DeviceStatus("pole-7", "online")
    message = sighting_message(TOPICS, sighting(), buffered=False)
    pole.publish(message)
    first = next(news)
    mosquitto.stop()
    mosquitto.start()
    assert next(news) == DeviceStatus("pole-7", "online")
    pole.connect()
    pole.publish(message)
    pole.publish(alert_message(TOPICS, sighting(match=WATCHED), buffered=False))
    second = next(news)
    stop.set()
    pole.disconnect()
    assert isinstance(first, Passage)
    assert isinstance(second, Passage)
    assert (first.is_alert, second.is_alert) == (False, True)
    assert list(news) == []


@pytest.mark.broker
def test_two_who_watch_with_one_name_give_way_and_are_told(
    mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    stop = Event()
    _pole(mosquitto, "pole-7").publish(status_message(TOPICS, "online"))
    news = _followed(mosquitto, "watch", stop)
    assert next(news) == DeviceStatus("pole-7", "online")
    watching = Thread(target=list, args=[news], daemon=True)
    watching.start()
    other = _watcher(mosquitto)

    def is_told() -> bool:
        if not other.is_connected:
            stop.wait(0.5)  # so that the first is well in again
            other.connect()
        return caplog.text.count("give each their own") > 1

    wait_until(is_told)
    stop.set()
    watching.join(WITHIN_S)
    other.disconnect()
