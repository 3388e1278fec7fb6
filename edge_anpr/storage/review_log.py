"""What came of every review, for judging whether they are worth their money.

It outlives the sightings, and holds no plate.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from edge_anpr.records import Outcome, Sighting, Stage
from edge_anpr.storage.database import Database
from edge_anpr.storage.rows import decoded, to_micros, to_time

KEEP = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class ReviewFact:
    """What came of one review."""

    heard: datetime
    outcome: Outcome
    confidence: float  # of the device's own read, 0..1
    fits: bool  # whether that fitted a national format
    revealed: bool  # whether it led to an alert
    corrected: bool  # a person has put another plate since


def review_facts(db: Database) -> list[ReviewFact]:
    """Of the last year, oldest first; raise StorageFailed."""
    with db.reading() as connection:
        rows = connection.execute(
            """
            select heard, outcome, confidence, fits, revealed, corrected
            from review_outcome order by heard
            """
        ).fetchall()
        return decoded(_fact, rows)


@dataclass(frozen=True, slots=True)
class ReviewCount:
    """How often something came of a review."""

    reviews: int = 0
    corrected: int = 0


def review_counts(db: Database) -> dict[Outcome, ReviewCount]:
    """Of the last year, with every outcome; raise StorageFailed."""
    with db.reading() as connection:
        rows = connection.execute(
            """
            select outcome, count(*) as reviews, sum(corrected) as corrected
            from review_outcome
            group by outcome
            """
        ).fetchall()
        found = dict(decoded(_count, rows))
    return {each: found.get(each, ReviewCount()) for each in Outcome}


def note_review(
    connection: sqlite3.Connection,
    before: Sighting,
    after: Sighting,
    *,
    is_revealed: bool,
) -> None:
    """In the transaction that stores the reviewed revision."""
    if not after.review:
        return
    now = datetime.now(UTC)
    connection.execute(
        "delete from review_outcome where heard < ?", (to_micros(now - KEEP),)
    )
    connection.execute(
        """
        insert into review_outcome
          (sighting_id, heard, outcome, confidence, fits, revealed)
        values (?, ?, ?, ?, ?, ?)
        """,
        (
            after.id,
            to_micros(now),
            after.review.outcome,
            before.confidence,
            before.format is not None,
            is_revealed,
        ),
    )


def note_correction(connection: sqlite3.Connection, corrected: Sighting) -> None:
    """In the transaction that stores what a person says the plate is."""
    connection.execute(
        """
        update review_outcome set corrected = exists (
          select 1 from sighting where id = ? and stage = ? and plate != ?
        )
        where sighting_id = ?
        """,
        (corrected.id, Stage.REVIEWED, corrected.plate, corrected.id),
    )


def _fact(row: sqlite3.Row) -> ReviewFact:
    return ReviewFact(
        to_time(row["heard"]),
        Outcome(row["outcome"]),
        row["confidence"],
        bool(row["fits"]),
        bool(row["revealed"]),
        bool(row["corrected"]),
    )


def _count(row: sqlite3.Row) -> tuple[Outcome, ReviewCount]:
    return Outcome(row["outcome"]), ReviewCount(row["reviews"], row["corrected"])
