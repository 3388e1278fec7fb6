import hashlib
import json
import re
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import ValidationError

from edge_anpr.delivery.messages import (
    Message,
    alert_message,
    crop_message,
    health_message,
    sighting_message,
    status_message,
)
from edge_anpr.delivery.topics import Topics
from edge_anpr.records import (
    Alternative,
    ClockQuality,
    Direction,
    ListKind,
    Outcome,
    Review,
    ReviewState,
    ReviewStatus,
    Sighting,
    Stage,
    WatchMatch,
)
from edge_anpr.runtime.health import Health
from tests.delivery.owed import JPEG, NOON, WATCHED, sighting
from tests.delivery.schemas import NAMES, schema, validate

TOPICS = Topics("pole-7")
HEALTH = Health("0.1.0", 12.5, ClockQuality.UNSYNCED)
GUIDE = Path(__file__).parent.parent.parent / "docs" / "mqtt.md"

FRACTIONS = st.floats(0, 1)
TEXTS = st.text(max_size=12)
# A device whose clock has never been set starts in 1970.
TIMES = st.datetimes(datetime(1971, 1, 1), timezones=st.timezones())  # noqa: DTZ001
SIGHTINGS = st.builds(
    Sighting,
    id=st.from_regex("[A-Za-z0-9-]{1,36}", fullmatch=True),
    revision=st.integers(1, 1000),
    stage=st.sampled_from(Stage),
    plate=st.from_regex("[A-Z0-9]{1,12}", fullmatch=True),
    raw_text=TEXTS,
    alternatives=st.tuples(st.builds(Alternative, TEXTS, FRACTIONS)),
    confidence=FRACTIONS,
    char_confidences=st.tuples(FRACTIONS, FRACTIONS),
    country=st.none() | TEXTS,
    format=st.none() | TEXTS,
    first_seen=TIMES,
    last_seen=TIMES,
    reads=st.integers(0, 1000),
    direction=st.sampled_from(Direction),
    match=st.none()
    | st.builds(WatchMatch, st.sampled_from(ListKind), TEXTS, TEXTS, TEXTS, TEXTS),
    crop_jpeg=st.none() | st.binary(min_size=1, max_size=8),
    clock=st.sampled_from(ClockQuality),
    models=st.tuples(TEXTS),
)


def _fields(message: Message) -> dict[str, object]:
    loaded: dict[str, object] = json.loads(message.payload)
    return loaded


@given(SIGHTINGS, st.booleans())
def test_every_sighting_is_as_the_schema_has_it(one: Sighting, buffered: bool) -> None:
    validate("sighting", sighting_message(TOPICS, one, buffered=buffered).payload)
    alert = alert_message(TOPICS, replace(one, match=WATCHED), buffered=buffered)
    validate("alert", alert.payload)


def test_an_alert_without_a_match_is_not_as_the_schema_has_it() -> None:
    with pytest.raises(ValidationError):
        validate("alert", alert_message(TOPICS, sighting(), buffered=False).payload)


@pytest.mark.parametrize(
    "health",
    [
        HEALTH,
        Health(
            version="0.1.0",
            uptime_s=1,
            clock=ClockQuality.SYNCED,
            problems=("The camera gives no frames.",),
            can_read=True,
            frames_per_s=14.5,
            frames_dropped=3,
            sightings=10,
            alerts=1,
            owed=2,
            oldest_owed_s=4.5,
            refused=0,
            sightings_given_up=1,
            crops_given_up=2,
            storage_used_bytes=1,
            storage_free_bytes=2,
            cpu_celsius=61.5,
            throttled=False,
            weak_power=False,
            models=("plate_reader 1.0",),
        ),
    ],
    ids=["little known", "all known"],
)
def test_health_is_as_the_schema_has_it(health: Health) -> None:
    message = health_message(TOPICS, health, NOON, 60)
    validate("health", message.payload)
    assert message.retain


def test_a_device_with_a_problem_is_degraded() -> None:
    well = health_message(TOPICS, HEALTH, NOON, 60)
    ill = health_message(TOPICS, replace(HEALTH, problems=("No frames.",)), NOON, 60)
    assert (_fields(well)["degraded"], _fields(ill)["degraded"]) == (False, True)


def test_times_are_in_utc_wherever_the_device_thinks_it_is() -> None:
    tokyo = timezone(timedelta(hours=9))
    there = replace(sighting(), last_seen=NOON.astimezone(tokyo))
    sent = _fields(sighting_message(TOPICS, there, buffered=False))
    assert sent["last_seen"] == "2026-03-01T12:00:00.000Z"
    assert sent["last_seen_epoch"] == NOON.timestamp()


@given(SIGHTINGS)
def test_both_forms_of_a_time_say_the_same(one: Sighting) -> None:
    sent = _fields(sighting_message(TOPICS, one, buffered=False))
    text = datetime.fromisoformat(str(sent["last_seen"]))
    assert text.timestamp() == pytest.approx(sent["last_seen_epoch"], abs=1e-4)


def test_a_crop_is_tied_to_its_sighting_by_its_hash() -> None:
    sent = sighting_message(TOPICS, sighting(), buffered=False)
    crop = crop_message(TOPICS, sighting(), JPEG, buffered=False)
    digest = hashlib.sha256(crop.payload).hexdigest()
    assert _fields(sent)["crop"] == {
        "topic": crop.topic,
        "bytes": len(crop.payload),
        "sha256": digest,
    }
    assert ("id", "s1") in crop.labels


@given(SIGHTINGS)
def test_nothing_with_a_plate_is_retained_or_in_a_topic(one: Sighting) -> None:
    messages = [
        sighting_message(TOPICS, one, buffered=False),
        alert_message(TOPICS, one, buffered=False),
        crop_message(TOPICS, one, b"x", buffered=False),
    ]
    assert not any(message.retain for message in messages)
    assert {message.topic for message in messages} == {
        "edge-anpr/pole-7/sighting",
        "edge-anpr/pole-7/alert",
        "edge-anpr/pole-7/crop",
    }


def test_the_status_is_retained() -> None:
    message = status_message(TOPICS, "online")
    assert (message.payload, message.retain) == (b"online", True)


def test_health_sends_all_it_has() -> None:
    sent = _fields(health_message(TOPICS, HEALTH, NOON, 60))
    assert {field.name for field in fields(Health)} <= sent.keys()


@pytest.mark.parametrize("name", NAMES)
def test_the_guide_describes_every_field(name: str) -> None:
    described = set(re.findall(r"^\| `([a-z_.]+)` \|", GUIDE.read_text(), re.MULTILINE))
    properties = schema(name).get("properties")
    assert isinstance(properties, dict)
    assert set(properties) - described == set()


@pytest.mark.parametrize("confidence", [None, 0.87654])
def test_a_review_is_sent_with_both_readings(confidence: float | None) -> None:
    review = Review(
        "google-cloud-vision", Outcome.CHANGED, "A812CDE", "AB12CDE", confidence
    )
    reviewed = replace(sighting(), stage=Stage.REVIEWED, review=review)
    payload = sighting_message(TOPICS, reviewed, buffered=True).payload
    validate("sighting", payload)
    assert json.loads(payload)["review"] == {
        "reviewer": "google-cloud-vision",
        "outcome": "changed",
        "before": "A812CDE",
        "text": "AB12CDE",
        "confidence": confidence and round(confidence, 4),
    }


def test_the_health_tells_of_second_opinions() -> None:
    status = ReviewStatus(ReviewState.SPENT, "no more", 3, 9, 9, 90, 9, 4, 3, 2, 1, 0)
    health = Health("1", 1.0, ClockQuality.SYNCED, review=status)
    payload = health_message(TOPICS, health, NOON, 60).payload
    validate("health", payload)
    assert json.loads(payload)["review"]["state"] == "spent"
