"""What reviews have cost, counted before it is spent, so that no crash overspends.

Days are those that the reviewer bills by. What stands on a later day than today's, by
a clock that was once ahead, counts as today's: a budget may be lost, never exceeded.
So it is where a damaged file does not tell what was spent: more than any month has is
booked, without a day until the clock is right.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from edge_anpr.storage.database import Database, Safety
from edge_anpr.storage.outbox import Owed

KEEP_DAYS = 400  # on which any were spent
UNTOLD_UNITS = 10**9
UNTOLD = (
    "What second opinions have cost this month cannot be told; if they are on, none is "
    "asked for before the next month"
)


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


def book_untold(connection: sqlite3.Connection) -> None:
    """Spend all there is this month, for nobody knows what was."""
    connection.execute(
        "insert or ignore into review_units (day, units) values ('', ?)",
        (UNTOLD_UNITS,),
    )


def date_untold(connection: sqlite3.Connection, today: date) -> None:
    """So that there are units again next month; today: by a clock that is right."""
    connection.execute(
        """
        insert into review_units (day, units)
        select ?, units from review_units where day = ''
        on conflict (day) do update set units = units + excluded.units
        """,
        (today.isoformat(),),
    )
    connection.execute("delete from review_units where day = ''")


def _spent(connection: sqlite3.Connection, today: date) -> Spent:
    row = connection.execute(
        """
        select coalesce(sum(units), 0) as month,
          coalesce(sum(case when day >= ? or day = '' then units end), 0) as day
        from review_units where day >= ? or day = ''
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
    # Not by their age: a clock that is years ahead once must not erase this month's.
    connection.execute(
        """
        delete from review_units where day not in
          (select day from review_units order by day desc limit ?)
        """,
        (KEEP_DAYS,),
    )
    connection.executemany(
        """
        update owed set tries = max(tries + ?, 0)
        where number = ? and sighting_id = ? and revision = ?
        """,
        [(1 if units > 0 else -1, *each.identity) for each in owed],
    )
