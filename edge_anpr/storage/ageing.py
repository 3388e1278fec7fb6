"""Which sightings are old: by their own time where it is right, else by when one was.

An unset clock may be behind or ahead, so what it dated, and nobody can date any more,
ages from when the clock was next right.
"""

from datetime import datetime

from edge_anpr.storage.database import Database, Safety
from edge_anpr.storage.rows import to_micros

# What to select from, with :before in microseconds. Two, for each has its index.
OLD = "(select * from sighting where clock = 'synced' and last_seen < :before)"
OLD_UNSYNCED = """
  (select * from sighting indexed by sighting_unsynced
  where clock = 'unsynced' and known_since < :before)
"""


def note_unsynced(db: Database, now: datetime) -> None:
    """now: by a clock that is right. Raise StorageFailed."""
    with db.writing(Safety.CRASH) as connection:
        connection.execute(
            """
            update sighting set known_since = ?
            where clock = 'unsynced' and known_since is null
            """,
            (to_micros(now),),
        )
