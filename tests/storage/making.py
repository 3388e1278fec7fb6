"""Sightings and databases to test with."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge_anpr.config.storage import StorageConfig
from edge_anpr.records import (
    Alternative,
    ClockQuality,
    Direction,
    Kind,
    Sighting,
    Stage,
)
from edge_anpr.storage.database import Database
from edge_anpr.storage.opening import open_database
from edge_anpr.storage.outbox import Due, Outbox
from edge_anpr.storage.retention import Retention
from edge_anpr.storage.sightings import SightingStore

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
ALERT = Due("mqtt", Kind.ALERT)
SIGHTING = Due("mqtt", Kind.SIGHTING)
CROP = Due("mqtt", Kind.CROP)
REVIEW = Due("review", Kind.CROP)


class Storage:
    """All parts of storage over one folder."""

    def __init__(
        self, folder: Path, keep_owed_days: float | None = None, max_mb: int = 16
    ) -> None:
        self.config = StorageConfig(
            folder=folder, max_mb=max_mb, keep_owed_days=keep_owed_days
        )
        self.db: Database = open_database(self.config)
        # Its turns take what they need, however slow the machine.
        self.retention = Retention(self.db, self.config, clock=lambda: 0.0)
        self.sightings = SightingStore(self.db, self.retention, boot="boot-1")
        self.outbox = Outbox(self.db, "mqtt")

    def leave_room(self, room_bytes: int) -> None:
        """Set the quota so that the database file has this much."""
        self.db.max_bytes += room_bytes - self.db.room_bytes

    def deliver_all(self) -> list[Kind]:
        """Of what was owed, in its order."""
        kinds = []
        while owed := self.outbox.next_owed():
            kinds.append(owed.kind)
            self.outbox.delivered(owed)
        return kinds


def sighting(number: int, revision: int = 1, crop: bytes | None = None) -> Sighting:
    """One a minute from noon, each with a plate of its own."""
    seen = NOON + timedelta(minutes=number)
    return Sighting(
        id=f"gate-{number:06}",
        revision=revision,
        stage=Stage.FINAL,
        plate=f"AB{number:04}XY",
        raw_text=f"A8{number:04}XY",
        alternatives=(
            Alternative(f"A8{number:04}XY", 0.1234567890123),
            Alternative(f"AB{number:04}XV", 0.0234567890123),
        ),
        confidence=0.9345678901234,
        char_confidences=(0.9945678901234,) * 8,
        country="GB",
        format="current",
        first_seen=seen,
        last_seen=seen + timedelta(seconds=2, microseconds=345678),
        reads=9,
        direction=Direction.APPROACHING,
        match=None,
        crop_jpeg=crop,
        clock=ClockQuality.SYNCED,
        models=("plate_detector 1.0.0", "plate_reader 1.0.0"),
    )
