"""Set right the times of what was stored before the clock was, a few at a time.

By how much the clock of a boot was wrong is on disk until all is done, so that neither
a fault nor a stop between two of the times loses it.
"""

import sqlite3
from datetime import datetime, timedelta

from edge_anpr.records import Sighting
from edge_anpr.storage.rows import (
    MICROSECOND,
    decoded,
    to_json,
    to_micros,
    to_sighting,
)

BATCH = 50  # in one transaction, so that others need not wait long

LEFT = """
  select distinct id from sighting
  where clock = 'unsynced' and boot in (select boot from clock_shift) limit ?
"""


def note_shift(connection: sqlite3.Connection, boot: str, shift: timedelta) -> None:
    """shift: the true time less the time that the clock of this boot showed."""
    connection.execute(
        """
        delete from clock_shift
        where boot not in (select boot from sighting where clock = 'unsynced')
        """
    )
    connection.execute(
        "insert or replace into clock_shift (boot, shift) values (?, ?)",
        (boot, shift // MICROSECOND),
    )


def begin_run(connection: sqlite3.Connection, boot: str) -> None:
    """What an earlier run of the program learnt of this boot is for its own sightings.

    When no time server has answered for nine hours, the kernel no longer vouches for a
    clock that it had vouched for: what a run that begins then dates is not off by what
    the clock was off by at first.
    """
    connection.execute(
        """
        update sighting set boot = clock_shift.boot || ' ' || shift from clock_shift
        where clock_shift.boot = :boot and sighting.boot = :boot and clock = 'unsynced'
        """,
        {"boot": boot},
    )
    connection.execute(
        """
        update or replace clock_shift set boot = boot || ' ' || shift where boot = ?
        """,
        (boot,),
    )


def is_left(connection: sqlite3.Connection) -> bool:
    """Whether there is anything to restamp; costs next to nothing."""
    return connection.execute(LEFT, (1,)).fetchone() is not None


def restamp(connection: sqlite3.Connection, now: datetime) -> list[Sighting]:
    """Restamp the next few in all their revisions, and return the last of each.

    What was seen after the clock was set, but before anybody noticed, has the right
    time already: with the shift it would lie in the future.
    """
    ids = to_json([row["id"] for row in connection.execute(LEFT, (BATCH,))])
    connection.execute(
        """
        update sighting set clock = 'synced',
          first_seen = first_seen + iif(first_seen + shift > :now, 0, shift),
          last_seen = last_seen + iif(last_seen + shift > :now, 0, shift)
        from clock_shift
        where clock_shift.boot = sighting.boot and clock = 'unsynced'
        and id in (select value from json_each(:ids))
        """,
        {"ids": ids, "now": to_micros(now)},
    )
    rows = connection.execute(
        """
        select sighting.*, jpeg from sighting
        left join crop on crop.number = sighting.crop
        where id in (select value from json_each(?))
        and not exists (select 1 from sighting as newer
          where newer.id = sighting.id and newer.revision > sighting.revision)
        """,
        (ids,),
    ).fetchall()
    return decoded(to_sighting, rows)
