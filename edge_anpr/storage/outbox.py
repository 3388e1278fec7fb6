"""What is owed to each destination: nothing leaves but by delivery or with a reason.

Alerts come before sightings and sightings before crops; within a kind, the oldest
first. There is no time to retry at: a destination out of reach takes nothing at all,
and whoever delivers waits for it.
"""

import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from edge_anpr.errors import DiskFull, DiskReadOnly
from edge_anpr.records import Kind, Sighting
from edge_anpr.storage.database import Database, Safety
from edge_anpr.storage.rows import decoded, to_json, to_sighting

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """What a sighting is to owe to whom once it is stored."""

    destination: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Owed:
    """A stored sighting, or a part of it, that a destination does not have yet."""

    number: int
    kind: Kind
    sighting: Sighting


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of something owed."""

    owed: Owed
    refused: str | None = None  # why it never will arrive; None: it has


class Outbox:
    """What is owed to one destination; for one thread."""

    def __init__(self, db: Database, destination: str) -> None:
        self.destination = destination
        self._db = db
        self._unrecorded: list[_Outcome] = []

    def next_owed(self) -> Owed | None:
        """Raise StorageFailed."""
        if self._unrecorded:
            self._record()
        with self._db.reading() as connection:
            rows = connection.execute(
                """
                select sighting.*, crop.jpeg, owed.number as owed_number, owed.kind,
                  owed.sighting_id as owed_id, owed.revision as owed_revision
                from owed
                join sighting on sighting.id = owed.sighting_id
                  and sighting.revision = owed.revision
                left join crop on crop.number = sighting.crop
                where destination = ? and refused is null
                  and owed.number || ' ' || owed.revision || ' ' || owed.sighting_id
                    not in (select value from json_each(?))
                order by kind, owed.number limit 1
                """,
                (self.destination, to_json([_key(e.owed) for e in self._unrecorded])),
            ).fetchall()
            return next(iter(decoded(to_owed, rows)), None)

    def delivered(self, owed: Owed) -> None:
        """Call once the destination has it. A newer revision stays owed.

        While the disk cannot be written, this is remembered until it can, so that
        nothing is sent again and again; a restart before then sends it once more.
        """
        self._record(_Outcome(owed))

    def refused(self, owed: Owed, reason: str) -> None:
        """Keep it with the reason, out of the way of the next.

        Remembered like what is delivered, while the disk cannot be written.
        """
        self._record(_Outcome(owed, reason))

    def owe_refused_again(self) -> int:
        """Give what was refused another chance, when its cause is mended; count it."""
        with self._db.writing(Safety.CRASH) as connection:
            return connection.execute(
                """
                update owed set refused = null
                where destination = ? and refused is not null
                """,
                (self.destination,),
            ).rowcount

    def _record(self, *outcomes: _Outcome) -> None:
        self._unrecorded += outcomes
        try:
            # Undone by a pulled plug it is delivered twice, which receivers expect.
            self._db.write_little(Safety.CRASH, self._write)
        except (DiskFull, DiskReadOnly) as fault:
            if len(self._unrecorded) == 1:  # say it once
                log.warning("Deliveries cannot be recorded for now: %s", fault)
            return
        self._unrecorded.clear()

    def _write(self, connection: sqlite3.Connection) -> None:
        settle(connection, [e.owed for e in self._unrecorded if e.refused is None])
        for each in self._unrecorded:
            if each.refused is not None:
                refuse(connection, each.owed, each.refused)


def owe(connection: sqlite3.Connection, sighting: Sighting, due: Sequence[Due]) -> None:
    """Owe what is due of a sighting, in the transaction that stores it.

    Where an earlier revision is still owed, the new one takes its place in the line.
    Not so an alert: each is sent, for someone may have to answer for it.
    """
    for each in due:
        if each.kind is Kind.CROP and sighting.crop_jpeg is None:
            continue
        if each.kind is not Kind.ALERT and _replace(connection, sighting, each):
            continue
        connection.execute(
            """
            insert into owed (destination, kind, sighting_id, revision)
            values (?, ?, ?, ?)
            """,
            (each.destination, each.kind, sighting.id, sighting.revision),
        )


def to_owed(row: sqlite3.Row) -> Owed:
    """row: as for to_sighting, and what is owed of it. For use in decoded."""
    sighting = to_sighting(row)
    if (sighting.id, sighting.revision) != (row["owed_id"], row["owed_revision"]):
        # An index led to another row: what is delivered could never be settled.
        raise ValueError("It is another sighting that is owed.")
    return Owed(row["owed_number"], Kind(row["kind"]), sighting)


def settle(connection: sqlite3.Connection, delivered: Sequence[Owed]) -> int:
    """Owe these no longer; count those that still were owed."""
    return connection.executemany(
        "delete from owed where number = ? and sighting_id = ? and revision = ?",
        [_identity(owed) for owed in delivered],
    ).rowcount


def refuse(connection: sqlite3.Connection, owed: Owed, reason: str) -> None:
    """Keep it with the reason, and do not offer it again."""
    connection.execute(
        """
        update owed set refused = ?
        where number = ? and sighting_id = ? and revision = ?
        """,
        (reason, *_identity(owed)),
    )


def _replace(connection: sqlite3.Connection, sighting: Sighting, due: Due) -> bool:
    cursor = connection.execute(
        """
        update owed set revision = ?
        where sighting_id = ? and destination = ? and kind = ? and refused is null
        """,
        (sighting.revision, sighting.id, due.destination, due.kind),
    )
    return cursor.rowcount > 0


def _identity(owed: Owed) -> tuple[int, str, int]:
    """SQLite gives numbers out again, so the number alone is not enough."""
    return owed.number, owed.sighting.id, owed.sighting.revision


def _key(owed: Owed) -> str:
    return f"{owed.number} {owed.sighting.revision} {owed.sighting.id}"
