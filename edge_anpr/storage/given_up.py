"""Count what was owed and will never be delivered, for as long as that is news."""

import sqlite3
from datetime import date, timedelta

from edge_anpr.records import Kind

LATELY = timedelta(days=7)


def count_given_up(connection: sqlite3.Connection, kind: Kind, count: int) -> None:
    """In the transaction that gives it up; it is dated once the clock is right."""
    if count:
        connection.execute(
            """
            insert into given_up (kind, day, count) values (?, '', ?)
            on conflict (kind, day) do update set count = count + excluded.count
            """,
            (kind, count),
        )


def age_given_up(connection: sqlite3.Connection, today: date) -> None:
    """Date what is new, and forget what is no news any more."""
    connection.execute(
        """
        insert into given_up (kind, day, count)
        select kind, ?, count from given_up where day = ''
        on conflict (kind, day) do update set count = count + excluded.count
        """,
        (today.isoformat(),),
    )
    connection.execute(
        "delete from given_up where day = '' or day < ?",
        ((today - LATELY).isoformat(),),
    )


def given_up_lately(connection: sqlite3.Connection) -> dict[Kind, int]:
    """How many of each."""
    rows = connection.execute("select kind, sum(count) from given_up group by kind")
    found = dict(tuple(row) for row in rows)
    return {kind: found.get(kind, 0) for kind in Kind}
