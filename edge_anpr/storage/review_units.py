"""What reviews have cost, counted before it is spent, so that no crash overspends.

Days are those that the reviewer bills by. What stands on a later day than today's, by
a clock that was once ahead, counts as today's: a budget may be lost, never exceeded.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from edge_anpr.storage.database import Database, Safety
from edge_anpr.storage.outbox import Owed

KEEP = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Allowance:
    """The most units that may be spent."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Spent:
    """The units that have been spent."""

    month: int
    day: int

    def left_of(self, allowance: Allowance) -> int:
        return max(min(allowance.month - self.month, allowance.day - self.day), 0)


class ReviewUnits:
    """The account of one device; its methods raise StorageFailed."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def spent(self, today: date) -> Spent:
        with self._db.reading() as connection:
            return _spent(connection, today)

    def take(
        self, most: int, owed: Sequence[Owed], today: date, allowance: Allowance
    ) -> int:
        """Spend up to so many units, on the first of what is owed; return how many.

        Once this returns, a pulled plug does not bring them back.
        """
        with self._db.writing(Safety.PULLED_PLUG) as connection:
            taken = min(most, _spent(connection, today).left_of(allowance))
            if taken:
                _book(connection, today, taken, owed[:taken])
        return taken

    def give_back(self, units: int, owed: Sequence[Owed], day: date) -> None:
        """What was certainly not billed, on the day it was taken."""
        with self._db.writing(Safety.CRASH) as connection:
            _book(connection, day, -units, owed)


def _spent(connection: sqlite3.Connection, today: date) -> Spent:
    row = connection.execute(
        """
        select coalesce(sum(units), 0) as month,
          coalesce(sum(case when day >= ? then units end), 0) as day
        from review_units where day >= ?
        """,
        (today.isoformat(), today.replace(day=1).isoformat()),
    ).fetchone()
    return Spent(row["month"], row["day"])


def _book(
    connection: sqlite3.Connection, day: date, units: int, owed: Sequence[Owed]
) -> None:
    connection.execute(
        """
        insert into review_units (day, units) values (?, ?)
        on conflict (day) do update set units = max(units + excluded.units, 0)
        """,
        (day.isoformat(), units),
    )
    connection.execute(
        "delete from review_units where day < ?", ((day - KEEP).isoformat(),)
    )
    connection.executemany(
        """
        update owed set tries = max(tries + ?, 0)
        where number = ? and sighting_id = ? and revision = ?
        """,
        [(1 if units > 0 else -1, *each.identity) for each in owed],
    )
