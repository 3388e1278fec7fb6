"""What is sent over MQTT, as docs/mqtt.md and the schemas beside this file have it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from edge_anpr.delivery.topics import Topics
from edge_anpr.records import Alternative, Review, Sighting, WatchMatch
from edge_anpr.runtime.health import Health

# Goes up when a field changes its meaning or goes; a new field does not count.
SCHEMA_VERSION = 1

JSON = "application/json"
JPEG = "image/jpeg"
TEXT = "text/plain"


@dataclass(frozen=True, slots=True)
class Message:
    """One MQTT message. The labels are user properties, which only MQTT 5 carries."""

    topic: str
    payload: bytes
    content_type: str = TEXT
    retain: bool = False
    expire_after_s: int = 0  # 0: never
    labels: tuple[tuple[str, str], ...] = ()


def sighting_message(topics: Topics, sighting: Sighting, *, buffered: bool) -> Message:
    """A revision of a sighting, for everyone."""
    return _json_message(
        topics.sighting, sighting_fields(topics, sighting, buffered=buffered)
    )


def alert_message(topics: Topics, sighting: Sighting, *, buffered: bool) -> Message:
    """The same, for those who want only vehicles on a deny or watch list."""
    return _json_message(
        topics.alert, sighting_fields(topics, sighting, buffered=buffered)
    )


def crop_message(
    topics: Topics, sighting: Sighting, jpeg: bytes, *, buffered: bool
) -> Message:
    """The crop as it is, because Home Assistant shows raw JPEG and nothing else.

    Its sha256 in the sighting ties the two together, with MQTT 3.1.1 too.
    """
    labels = (
        ("schema", str(SCHEMA_VERSION)),
        ("id", sighting.id),
        ("revision", str(sighting.revision)),
        ("buffered", json.dumps(buffered)),
    )
    return Message(topics.crop, jpeg, JPEG, labels=labels)


def status_message(topics: Topics, status: str) -> Message:
    return Message(topics.status, status.encode(), retain=True)


def health_message(
    topics: Topics, health: Health, sent_at: datetime, every_s: float
) -> Message:
    """Retained, so that who looks later sees the last one.

    every_s: after so long it is said again.
    """
    fields = {
        "schema": SCHEMA_VERSION,
        "device": topics.device,
        **_time("sent_at", sent_at),
        "every_s": every_s,
        "degraded": bool(health.problems),
        **asdict(health),
    }
    return _json_message(topics.health, fields, retain=True)


def sighting_fields(
    topics: Topics, sighting: Sighting, *, buffered: bool
) -> dict[str, object]:
    """The JSON object, field by field."""
    return {
        "schema": SCHEMA_VERSION,
        "device": topics.device,
        "id": sighting.id,
        "revision": sighting.revision,
        "stage": sighting.stage,
        "plate": sighting.plate,
        "raw_text": sighting.raw_text,
        "alternatives": [_alternative(each) for each in sighting.alternatives],
        "confidence": _fraction(sighting.confidence),
        "unsure": sighting.is_unsure,
        "char_confidences": [_fraction(each) for each in sighting.char_confidences],
        "country": sighting.country,
        "format": sighting.format,
        **_time("first_seen", sighting.first_seen),
        **_time("last_seen", sighting.last_seen),
        "clock": sighting.clock,
        "reads": sighting.reads,
        "direction": sighting.direction,
        "match": _match(sighting.match) if sighting.match else None,
        "crop": _crop(topics, sighting.crop_jpeg) if sighting.crop_jpeg else None,
        "models": list(sighting.models),
        "review": _review(sighting.review) if sighting.review else None,
        "buffered": buffered,
    }


def _json_message(
    topic: str, fields: dict[str, object], *, retain: bool = False
) -> Message:
    payload = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    labels = (("schema", str(SCHEMA_VERSION)),)
    return Message(topic, payload, JSON, retain, labels=labels)


def _alternative(alternative: Alternative) -> dict[str, object]:
    return {
        "text": alternative.text,
        "confidence": _fraction(alternative.confidence),
    }


def _match(match: WatchMatch) -> dict[str, object]:
    return {
        "kind": match.kind,
        "list": match.list_name,
        "entry": match.entry,
        "name": match.name,
        "why": match.why,
    }


def _review(review: Review) -> dict[str, object]:
    sure = review.confidence
    return {
        "reviewer": review.reviewer,
        "outcome": review.outcome,
        "before": review.before,
        "text": review.text,
        "confidence": None if sure is None else _fraction(sure),
    }


def _crop(topics: Topics, jpeg: bytes) -> dict[str, object]:
    return {
        "topic": topics.crop,
        "bytes": len(jpeg),
        "sha256": hashlib.sha256(jpeg).hexdigest(),
    }


def _time(name: str, time: datetime) -> dict[str, object]:
    """RFC 3339 in UTC for people, seconds since 1970 for machines; both to the ms."""
    time = time.astimezone(UTC)
    time = time.replace(microsecond=time.microsecond // 1000 * 1000)
    text = time.isoformat(timespec="milliseconds")
    return {
        name: text.replace("+00:00", "Z"),
        f"{name}_epoch": round(time.timestamp(), 3),
    }


def _fraction(confidence: float) -> float:
    return round(confidence, 4)
