"""Commissioning reports: how well plates could be seen when the camera was aimed."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from edge_anpr.storage.database import Database, Safety
from edge_anpr.storage.rows import decoded, to_json, to_micros, to_time
from edge_anpr.storage.viewing import View

MOST = 20  # the oldest goes
Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class Report:
    """One report; it holds no plate."""

    number: int
    made_at: datetime  # aware, UTC
    who: str
    body: Body  # as the page makes it
    still: bytes  # JPEG, plates made unreadable


class ReportStore:
    """The reports in the database; any thread may write and read them."""

    def __init__(self, db: Database, view: View) -> None:
        self._db = db
        self._view = view

    def save(self, made_at: datetime, who: str, body: Body, still: bytes) -> int:
        """Its number; raise StorageFailed."""
        with self._db.writing(Safety.PULLED_PLUG) as connection:
            number = connection.execute(
                "insert into aim_report (made, who, body, still) values (?, ?, ?, ?)",
                (to_micros(made_at), who, to_json(body), still),
            ).lastrowid
            connection.execute(
                """
                delete from aim_report where number not in
                  (select number from aim_report order by number desc limit ?)
                """,
                (MOST,),
            )
        return int(number or 0)

    def all(self) -> list[Report]:
        """Newest first; raise StorageFailed."""
        with self._view.reading() as connection:
            rows = connection.execute(
                "select * from aim_report order by number desc"
            ).fetchall()
            return decoded(_report, rows)

    def find(self, number: int) -> Report | None:
        """Raise StorageFailed."""
        return next((each for each in self.all() if each.number == number), None)


def _report(row: sqlite3.Row) -> Report:
    return Report(
        number=row["number"],
        made_at=to_time(row["made"]),
        who=row["who"],
        body=json.loads(row["body"]),
        still=row["still"],
    )
