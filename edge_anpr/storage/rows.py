"""How a sighting becomes a row, and a row a sighting."""

import json
import sqlite3
from dataclasses import asdict, astuple
from datetime import UTC, datetime, timedelta

from edge_anpr.records import (
    Alternative,
    ClockQuality,
    Direction,
    ListKind,
    Outcome,
    Review,
    Sighting,
    Stage,
    WatchMatch,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Value = str | int | float | None


def to_micros(time: datetime) -> int:
    return (time - EPOCH) // MICROSECOND


def to_time(micros: int) -> datetime:
    return EPOCH + micros * MICROSECOND


def to_row(sighting: Sighting, crop: int | None, boot: str) -> dict[str, Value]:
    """The columns of table sighting, less its number."""
    match = sighting.match
    return {
        "id": sighting.id,
        "revision": sighting.revision,
        "stage": sighting.stage,
        "plate": sighting.plate,
        "raw_text": sighting.raw_text,
        "alternatives": to_json([astuple(each) for each in sighting.alternatives]),
        "confidence": sighting.confidence,
        "char_confidences": to_json(sighting.char_confidences),
        "country": sighting.country,
        "format": sighting.format,
        "first_seen": to_micros(sighting.first_seen),
        "last_seen": to_micros(sighting.last_seen),
        "reads": sighting.reads,
        "direction": sighting.direction,
        "match": to_json(astuple(match)) if match else None,
        "crop": crop,
        "clock": sighting.clock,
        "models": to_json(sighting.models),
        "boot": boot,
        "review": to_json(asdict(sighting.review)) if sighting.review else None,
    }


def to_sighting(row: sqlite3.Row) -> Sighting:
    """row: all columns of table sighting, and the jpeg of its crop."""
    return Sighting(
        id=row["id"],
        revision=row["revision"],
        stage=Stage(row["stage"]),
        plate=row["plate"],
        raw_text=row["raw_text"],
        alternatives=tuple(
            Alternative(*each) for each in json.loads(row["alternatives"])
        ),
        confidence=row["confidence"],
        char_confidences=tuple(json.loads(row["char_confidences"])),
        country=row["country"],
        format=row["format"],
        first_seen=to_time(row["first_seen"]),
        last_seen=to_time(row["last_seen"]),
        reads=row["reads"],
        direction=Direction(row["direction"]),
        match=_to_match(row["match"]),
        crop_jpeg=row["jpeg"],
        clock=ClockQuality(row["clock"]),
        models=tuple(json.loads(row["models"])),
        review=_to_review(row["review"]),
    )


def to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _to_match(text: str | None) -> WatchMatch | None:
    if text is None:
        return None
    kind, *rest = json.loads(text)
    return WatchMatch(ListKind(kind), *rest)


def _to_review(text: str | None) -> Review | None:
    if text is None:
        return None
    fields = json.loads(text)
    return Review(**fields | {"outcome": Outcome(fields["outcome"])})
