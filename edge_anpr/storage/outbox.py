"""What is owed to each destination: nothing leaves but by delivery or with a reason.

Alerts come before sightings and sightings before crops; within a kind, the oldest
first. There is no time to retry at: a destination out of reach takes nothing at all,
and whoever delivers waits for it.
"""

import logging
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from edge_anpr.errors import DiskUnusable
from edge_anpr.records import Kind, Sighting
from edge_anpr.storage.database import Database, Safety
from edge_anpr.storage.rows import decoded, to_sighting

log = logging.getLogger(__name__)

BATCH = 100  # recorded in one transaction, so that a try is cheap where it fails

WHAT_IS_OWED = """
  select sighting.*, crop.jpeg, owed.number as owed_number, owed.kind,
    owed.sighting_id as owed_id, owed.revision as owed_revision
  from owed
  join sighting on sighting.id = owed.sighting_id
    and sighting.revision = owed.revision
  left join crop on crop.number = sighting.crop
"""  # rows for `to_owed`
NEXT = f"""
  {WHAT_IS_OWED} where destination = ? and kind = ? and refused is null
    and owed.number > ?
  order by owed.number limit 1
"""


@dataclass(frozen=True, slots=True)
class Due:
    """What a sighting is to owe to whom once it is stored."""

    destination: str
    kind: Kind


class Identity(NamedTuple):
    """Of something owed; not the number alone, for SQLite gives numbers out again."""

    number: int
    sighting_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class Owed:
    """A stored sighting, or a part of it, that a destination does not have yet."""

    number: int
    kind: Kind
    sighting: Sighting

    @property
    def identity(self) -> Identity:
        return Identity(self.number, self.sighting.id, self.sighting.revision)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of something owed; without its crop, for many may be remembered."""

    owed: Identity
    refused: str | None = None  # why it never will arrive; None: it has


class Outbox:
    """What is owed to one destination; for one thread."""

    def __init__(self, db: Database, destination: str) -> None:
        self.destination = destination
        self._db = db
        self._unrecorded: list[_Outcome] = []
        # Up to which number of a kind all that is owed is among these. A newer revision
        # that takes its place there is offered once they are recorded.
        self._passed: dict[Kind, int] = {}
        self._is_held_up = False

    def next_owed(self, besides: Collection[Kind] = ()) -> Owed | None:
        """What comes first, of other kinds than these; raise StorageFailed."""
        self._record()
        with self._db.reading() as connection:
            for kind in (each for each in Kind if each not in besides):
                rows = connection.execute(
                    NEXT,
                    (self.destination, kind, self._passed.get(kind, 0)),
                ).fetchall()
                if rows:
                    return decoded(to_owed, rows)[0]
        return None

    def delivered(self, owed: Owed) -> None:
        """Call once the destination has it. A newer revision stays owed.

        While the disk cannot be written, this is remembered until it can, so that
        nothing is sent again and again; a restart before then sends it once more.
        """
        self._note(owed)

    def refused(self, owed: Owed, reason: str) -> None:
        """Keep it with the reason, out of the way of the next.

        Remembered like what is delivered, while the disk cannot be written.
        """
        self._note(owed, reason)

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

    def refuse_all(self, reason: str) -> int:
        """Keep all with the reason, for as long as the rest is kept; count it."""
        with self._db.writing(Safety.CRASH) as connection:
            return connection.execute(
                """
                update owed set refused = ?
                where destination = ? and refused is null
                """,
                (reason, self.destination),
            ).rowcount

    def _note(self, owed: Owed, refused: str | None = None) -> None:
        self._unrecorded.append(_Outcome(owed.identity, refused))
        self._passed[owed.kind] = owed.number
        self._record()

    def _record(self) -> None:
        """What is remembered, as far as the disk takes it."""
        try:
            while self._unrecorded:
                write = partial(_write, self._unrecorded[:BATCH])
                # Undone by a pulled plug it is delivered twice, which receivers expect.
                self._db.write_little(Safety.CRASH, write)
                del self._unrecorded[:BATCH]
        except DiskUnusable as fault:
            if not self._is_held_up:  # say it once
                log.warning("Deliveries cannot be recorded for now: %s", fault)
            self._is_held_up = True
            return
        self._passed.clear()
        self._is_held_up = False


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


def settle(connection: sqlite3.Connection, delivered: Sequence[Identity]) -> int:
    """Owe these no longer; count those that still were owed."""
    return connection.executemany(
        "delete from owed where number = ? and sighting_id = ? and revision = ?",
        delivered,
    ).rowcount


def refuse(connection: sqlite3.Connection, owed: Identity, reason: str) -> None:
    """Keep it with the reason, and do not offer it again."""
    connection.execute(
        """
        update owed set refused = ?
        where number = ? and sighting_id = ? and revision = ?
        """,
        (reason, *owed),
    )


def _write(outcomes: Sequence[_Outcome], connection: sqlite3.Connection) -> None:
    settle(connection, [each.owed for each in outcomes if each.refused is None])
    for each in outcomes:
        if each.refused is not None:
            refuse(connection, each.owed, each.refused)


def _replace(connection: sqlite3.Connection, sighting: Sighting, due: Due) -> bool:
    cursor = connection.execute(
        """
        update owed set revision = ?
        where sighting_id = ? and destination = ? and kind = ? and refused is null
        """,
        (sighting.revision, sighting.id, due.destination, due.kind),
    )
    return cursor.rowcount > 0
