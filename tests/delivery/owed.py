"""Sightings to deliver, and the simplest outbox."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from edge_anpr.records import (
    Alternative,
    ClockQuality,
    Direction,
    Kind,
    ListKind,
    Sighting,
    Stage,
    WatchMatch,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WATCHED = WatchMatch(ListKind.WATCH, "wanted", "AB12CD?", "Röver", "wildcard")
JPEG = b"\xff\xd8 not much of a picture \xff\xd9"


@dataclass(frozen=True, slots=True)
class OwedItem:
    """Something owed, as a courier needs it."""

    kind: Kind
    sighting: Sighting


@dataclass
class MemoryOutbox:
    """Forgets everything with the process."""

    items: list[OwedItem]
    reasons: dict[OwedItem, str] = field(default_factory=dict)

    def next_owed(self, besides: Collection[Kind] = ()) -> OwedItem | None:
        items = [item for item in self.items if item.kind not in besides]
        return min(items, key=lambda item: item.kind, default=None)

    def delivered(self, owed: OwedItem) -> None:
        self.items.remove(owed)

    def refused(self, owed: OwedItem, reason: str) -> None:
        self.items.remove(owed)
        self.reasons[owed] = reason


def sighting(
    id: str = "s1",
    match: WatchMatch | None = None,
    crop_jpeg: bytes | None = JPEG,
    last_seen: datetime = NOON,
) -> Sighting:
    return Sighting(
        id=id,
        revision=1,
        stage=Stage.FINAL,
        plate="AB12CDE",
        raw_text="A812CDE",
        alternatives=(Alternative("A812CDE", 0.123456),),
        confidence=0.876543,
        char_confidences=(0.9,) * 7,
        country="GB",
        format="current",
        first_seen=last_seen - timedelta(seconds=1.5),
        last_seen=last_seen,
        reads=4,
        direction=Direction.APPROACHING,
        match=match,
        crop_jpeg=crop_jpeg,
        clock=ClockQuality.SYNCED,
        models=("plate_detector 1.0", "plate_reader 1.0"),
    )


def owed(*sightings: Sighting, kinds: Sequence[Kind] = tuple(Kind)) -> MemoryOutbox:
    """Everything of these sightings, alerts only of those that are one."""
    return MemoryOutbox(
        [
            OwedItem(kind, each)
            for each in sightings
            for kind in kinds
            if kind is not Kind.ALERT or each.is_alert
        ]
    )
