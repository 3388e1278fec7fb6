"""Sightings that are owed a review: the least tried first, of those the newest."""

from collections.abc import Sequence
from datetime import datetime

from edge_anpr.records import Kind
from edge_anpr.storage.ageing import OLD, OLD_UNSYNCED
from edge_anpr.storage.database import Database, Safety
from edge_anpr.storage.outbox import WHAT_IS_OWED, Due, Owed, refuse, settle, to_owed
from edge_anpr.storage.rows import decoded, to_micros

REVIEW = "review"
REVIEW_DUE = Due(REVIEW, Kind.CROP)  # without its crop there is nothing to review

FIRST = f"""
  {WHAT_IS_OWED} where destination = ? and refused is null
  order by tries, last_seen desc, owed.number desc limit ?
"""
EXPIRE = """
  delete from owed where destination = :destination and (sighting_id, revision) in
    (select id, revision from {these})
"""


class ReviewQueue:
    """For one thread; its methods raise StorageFailed."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def first(self, most: int) -> list[Owed]:
        """What to ask next, at most so many."""
        with self._db.reading() as connection:
            rows = connection.execute(FIRST, (REVIEW, most)).fetchall()
            return decoded(to_owed, rows)

    def count(self) -> int:
        with self._db.reading() as connection:
            query = """
                select count(*) from owed where destination = ? and refused is null
            """
            return int(connection.execute(query, (REVIEW,)).fetchone()[0])

    def withdraw(self, owed: Sequence[Owed]) -> None:
        """These need no review any more."""
        with self._db.writing(Safety.CRASH) as connection:
            settle(connection, [each.identity for each in owed])

    def refuse(self, owed: Owed, reason: str) -> None:
        """There will be no review of this; keep the reason."""
        self._db.write_little(
            Safety.CRASH, lambda connection: refuse(connection, owed.identity, reason)
        )

    def refuse_tried(self, times: int) -> int:
        """Give up on what has been paid for so often without an answer; count it."""
        with self._db.writing(Safety.CRASH) as connection:
            return connection.execute(
                """
                update owed set refused = ?
                where destination = ? and refused is null and tries >= ?
                """,
                (f"no answer after {times} tries", REVIEW, times),
            ).rowcount

    def expire(self, before: datetime) -> int:
        """Owe no review of what was last seen before this; count it.

        What an unset clock dated waits for its true time.
        """
        with self._db.writing(Safety.CRASH) as connection:
            return sum(
                connection.execute(
                    EXPIRE.format(these=these),
                    {"destination": REVIEW, "before": to_micros(before)},
                ).rowcount
                for these in (OLD, OLD_UNSYNCED)
            )

    def forget(self) -> int:
        """Owe no review at all; count them."""
        return self._db.write_little(
            Safety.CRASH,
            lambda connection: (
                connection.execute(
                    "delete from owed where destination = ?", (REVIEW,)
                ).rowcount
            ),
        )
