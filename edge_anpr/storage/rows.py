"""How a sighting becomes a row, and a row a sighting."""

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import asdict, astuple
from datetime import UTC, datetime, timedelta
from typing import TypeVar

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
from edge_anpr.storage.faults import RowGarbled

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Value = str | int | float | None
Record = TypeVar("Record")

# A flipped bit turns a text into a blob.
TEXTS = ("id", "plate", "raw_text")
TEXTS_OR_NULL = ("country", "format")
NUMBERS = ("revision", "reads", "confidence")


def to_micros(time: datetime) -> int:
    return (time - EPOCH) // MICROSECOND


def to_time(micros: int) -> datetime:
    return EPOCH + micros * MICROSECOND


def decoded(
    convert: Callable[[sqlite3.Row], Record], rows: Iterable[sqlite3.Row]
) -> list[Record]:
    """What the rows hold; for use within reading, which names the RowGarbled."""
    try:
        return [convert(row) for row in rows]
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        # Not what the error says, which may have a plate in it.
        raise RowGarbled("a row cannot be read") from error


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
    """row: all columns of table sighting, and the jpeg of its crop.

    For use in decoded.
    """
    _check_types(row)
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


def _check_types(row: sqlite3.Row) -> None:
    """Of what no later step would stumble over."""
    are_right = (
        all(isinstance(row[name], str) for name in TEXTS)
        and all(isinstance(row[name], str | None) for name in TEXTS_OR_NULL)
        and all(isinstance(row[name], int | float) for name in NUMBERS)
        and isinstance(row["jpeg"], bytes | None)
    )
    if not are_right:
        raise TypeError("A column holds what it should not.")


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
