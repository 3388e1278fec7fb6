"""Who looked at which plate, and who changed one."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from edge_anpr.runtime.clock import EARLIEST
from edge_anpr.storage.database import Database, Safety
from edge_anpr.storage.rows import decoded, to_json, to_micros, to_time
from edge_anpr.storage.viewing import View

A_DAY = timedelta(days=1)  # by more a clock that is right is never set back


class Action(StrEnum):
    """What someone did."""

    LOGIN = "login"
    REFUSED = "refused login"
    LOOK = "look"  # plates in full, on a page or as JSON
    DOWNLOAD = "download"
    AIM = "aim"  # at the live picture
    CORRECT = "correct"
    EXPORT = "export"  # all of one plate, for its owner
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class Access:
    """One line of the log. Names no plate, for that would outlive its erasure."""

    at: datetime  # aware, UTC; if an unset clock gave it, later when one was right
    who: str
    address: str  # of the browser
    action: Action
    sightings: tuple[str, ...] = ()  # ids of those seen or changed
    detail: str = ""


class AccessLog:
    """The log in the database; any thread may write and read it."""

    def __init__(self, db: Database, view: View) -> None:
        self._db = db
        self._view = view

    def note(self, access: Access) -> None:
        """Raise StorageFailed; then nothing must be shown."""
        with self._db.writing(Safety.CRASH) as connection:
            connection.execute(
                """
                insert into access (at, who, address, action, sightings, detail)
                values (?, ?, ?, ?, ?, ?)
                """,
                (
                    to_micros(access.at),
                    access.who,
                    access.address,
                    access.action,
                    to_json(access.sightings),
                    access.detail,
                ),
            )

    def recent(self, most: int) -> list[Access]:
        """Newest first; raise StorageFailed."""
        with self._view.reading() as connection:
            rows = connection.execute(
                "select * from access order by number desc limit ?", (most,)
            ).fetchall()
            return decoded(_access, rows)

    def of_sighting(self, sighting_id: str, most: int) -> list[Access]:
        """Newest first; raise StorageFailed."""
        with self._view.reading() as connection:
            rows = connection.execute(
                """
                select * from access where instr(sightings, ?)
                order by number desc limit ?
                """,
                (f'"{sighting_id}"', most),
            ).fetchall()
            return decoded(_access, rows)


def forget_access(db: Database, now: datetime, keep: timedelta) -> None:
    """Erase what is older; raise StorageFailed.

    now: by a clock that is right. What can only have been dated by one that was not
    is kept for its time from now on, and says so.
    """
    with db.writing(Safety.CRASH) as connection:
        connection.execute(
            """
            update access set at = :now,
              detail = ltrim(detail || '; before the clock was set', '; ')
            where at < :earliest or at > :latest
            """,
            {
                "now": to_micros(now),
                "earliest": to_micros(EARLIEST),
                "latest": to_micros(now + A_DAY),
            },
        )
        before = now - keep
        connection.execute("delete from access where at < ?", (to_micros(before),))


def forget_oldest_access(db: Database, most: int) -> int:
    """Erase so many, for want of room; count them. Raise StorageFailed."""
    with db.writing(Safety.CRASH) as connection:
        return connection.execute(
            """
            delete from access where number in
              (select number from access order by number limit ?)
            """,
            (most,),
        ).rowcount


def _access(row: sqlite3.Row) -> Access:
    sightings: Sequence[str] = json.loads(row["sightings"])
    return Access(
        at=to_time(row["at"]),
        who=row["who"],
        address=row["address"],
        action=Action(row["action"]),
        sightings=tuple(sightings),
        detail=row["detail"],
    )
