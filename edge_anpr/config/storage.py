"""Settings of storage."""

from pathlib import Path

from pydantic import Field

from edge_anpr.config.paths import SomePath
from edge_anpr.config.section import Section

LONGEST_DAYS = 365_000  # a thousand years; a calendar begins with the year 1


class StorageConfig(Section):
    """Where sightings are kept, for how long, and in how much space."""

    folder: SomePath = Path("/var/lib/edge-anpr")
    """Folder of the database; it must exist and be writable, and one service alone may
    keep its sightings in it: a second one does not start."""

    keep_sightings_days: float = Field(default=30, gt=0, le=LONGEST_DAYS)
    """Delivered sightings older than this are erased; fractions of a day will do."""

    keep_crops_days: float = Field(default=7, gt=0, le=LONGEST_DAYS)
    """Delivered crops older than this are erased."""

    keep_owed_days: float | None = Field(default=None, gt=0, le=LONGEST_DAYS)
    """What could not be delivered for this long is erased all the same, and
    counted; null: it is kept until it is delivered."""

    keep_access_days: float = Field(default=365, gt=0, le=LONGEST_DAYS)
    """Who looked at which plate is known for this long, as long as what could not be
    delivered does not need the room."""

    max_mb: int = Field(default=512, ge=16)
    """All files together never take more megabytes (10^6 bytes) than this."""
