"""Save from a damaged database what it still owes, into the fresh one that follows it.

So it is with the units that were spent and with what was given up. Row by row, by the
tables alone: an index may be what is damaged. What cannot be read, or makes no sense,
is left and counted. The fresh database grows beside the damaged one and takes its place
when it is complete, so that a pulled plug costs only the time.
"""

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from time import monotonic

from edge_anpr.errors import DiskFull
from edge_anpr.records import Kind
from edge_anpr.storage.database import Database, Safety
from edge_anpr.storage.faults import RowGarbled, damage_in
from edge_anpr.storage.files import all_files
from edge_anpr.storage.given_up import count_given_up
from edge_anpr.storage.retention import erase_crops
from edge_anpr.storage.review_units import UNTOLD, UNTOLD_UNITS, book_untold
from edge_anpr.storage.rows import decoded, to_sighting
from edge_anpr.storage.schema import migrate, version

log = logging.getLogger(__name__)

MOST_S = 180.0  # then the rest is left: nobody reads plates meanwhile
BATCH = 25  # rows in one transaction, which a full disk takes all or none of
MOST_VALUE_BYTES = 4_000_000  # a damaged row may claim to be of any size
INSTRUCTIONS = 100_000  # of SQLite, between two looks at the clock
LONGEST_HOLE = 2**40  # in numbers of rows

UNREADABLE = (sqlite3.Error, UnicodeDecodeError)

OWED = "number, destination, kind, sighting_id, revision, refused, tries"
SIGHTING = """
  number, id, revision, stage, plate, raw_text, alternatives, confidence,
  char_confidences, country, format, first_seen, last_seen, reads, direction, match,
  crop, clock, models, boot, review, known_since
"""
CROP = "number, jpeg"
UNITS = "review_units"
UNITS_SINCE = 3  # version of the tables
ACCOUNTS = {
    UNITS: "day, units",
    "given_up": "kind, day, count",
}
IS_LOST = """
  (sighting_id, revision) not in (select id, revision from sighting)
"""
HAS_LOST_CROP = """
  crop is not null and crop not in (select number from crop)
"""
COUNTS = f"""
  select
    (select count(distinct id) from sighting),
    (select count(distinct sighting_id) from owed where {IS_LOST}),
    (select count(distinct id) from sighting
      join owed on sighting_id = id and owed.revision = sighting.revision
      where {HAS_LOST_CROP} and kind = {Kind.CROP})
"""  # noqa: S608 (all of it ours)


@dataclass(frozen=True, slots=True)
class Salvage:
    """What became of what was owed; all 0 when not even that can be read."""

    sightings: int  # saved
    lost_sightings: int  # as far as can be known
    lost_crops: int  # likewise, of sightings that are saved


def fresh_file(path: Path) -> Path:
    """Where the database grows that is to follow the one at the path."""
    return path.with_name(f"{path.name}.fresh")


def discard_fresh(path: Path) -> None:
    """Raise OSError."""
    for file in all_files(fresh_file(path)):
        file.unlink(missing_ok=True)


def salvage(
    path: Path, max_bytes: int, clock: Callable[[], float] = monotonic
) -> Salvage:
    """Leave a sound database in the fresh file; raise StorageFailed and OSError."""
    discard_fresh(path)
    fresh_file(path).touch(mode=0o600)
    fresh = Database(fresh_file(path), max_bytes)
    try:
        with fresh.reading() as connection:
            migrate(connection)
            # What is owed comes before what it belongs to.
            connection.execute("pragma foreign_keys = off")
        fresh.ballast.hold()  # for the last step, if the disk is full by then
        done = _Salvaging(path, fresh, clock).run()
        fresh.ballast.release()
        fresh.checkpoint("truncate")
    finally:
        fresh.close()
    return done


class _Salvaging:
    def __init__(self, path: Path, fresh: Database, clock: Callable[[], float]) -> None:
        self._path = path
        self._fresh = fresh
        self._clock = clock
        self._late_s = clock() + MOST_S
        self._unreadable = Counter[str]()  # rows, by table
        self._knows_units = False

    def run(self) -> Salvage:
        uri = f"{self._path.absolute().as_uri()}?mode=ro"
        try:
            with closing(sqlite3.connect(uri, uri=True)) as source:
                source.row_factory = sqlite3.Row
                source.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_VALUE_BYTES)
                source.set_progress_handler(self._is_late, INSTRUCTIONS)
                self._copy_accounts(source)
                self._copy_all(source)
        except UNREADABLE as error:  # it is no database, or has other tables
            log.error("What it owed cannot be told: %s", damage_in(error) or error)
        return self._fresh.write_little(Safety.PULLED_PLUG, self._conclude)

    def _copy_accounts(self, source: sqlite3.Connection) -> None:
        """First, for they are small."""
        there = [each for each in ACCOUNTS.items() if _has(source, *each)]
        try:
            for table, columns in there:
                self._copy(table, columns, self._account(source, table, columns))
        except DiskFull as fault:
            log.error("Not all that was counted can be saved: %s", fault)
            return
        has_units = UNITS in dict(there) or version(source) < UNITS_SINCE
        self._knows_units = has_units and not self._unreadable[UNITS]

    def _copy_all(self, source: sqlite3.Connection) -> None:
        for table, columns in (("owed", OWED), ("sighting", SIGHTING), ("crop", CROP)):
            source.execute(f"select {columns} from {table} limit 0")  # noqa: S608 (ours)
        try:
            self._copy("owed", OWED, self._owed(source))
            self._copy("sighting", SIGHTING, self._sightings(source))
            self._copy("crop", CROP, self._crops(source))
        except DiskFull as fault:
            log.error("Not all that was owed can be saved: %s", fault)

    def _copy(self, table: str, columns: str, rows: Iterator[sqlite3.Row]) -> None:
        values = ", ".join(f":{each.strip()}" for each in columns.split(","))
        # Of two rows that say they are the same, or one crop of two revisions.
        query = f"insert or ignore into {table} ({columns}) values ({values})"  # noqa: S608 (ours)
        while batch := self._copy_some(query, islice(rows, BATCH)):
            log.debug("%d rows of %s are saved", batch, table)

    def _copy_some(self, query: str, rows: Iterable[sqlite3.Row]) -> int:
        with self._fresh.writing(Safety.CRASH) as connection:
            count = 0
            for count, row in enumerate(rows, 1):  # noqa: B007 (how many there were)
                connection.execute(query, dict(row))
            return count

    def _account(
        self, source: sqlite3.Connection, table: str, columns: str
    ) -> Iterator[sqlite3.Row]:
        for number in self._numbers(source, table):
            row = _read(source, table, columns, number)
            if row and _adds_up(row):
                yield row
            else:
                self._unreadable[table] += 1

    def _owed(self, source: sqlite3.Connection) -> Iterator[sqlite3.Row]:
        for number in self._numbers(source, "owed"):
            row = _read(source, "owed", OWED, number)
            if row and _is_sound(row):
                yield row
            else:
                self._unreadable["owed"] += 1

    def _sightings(self, source: sqlite3.Connection) -> Iterator[sqlite3.Row]:
        """All revisions of those that something is owed of."""
        for number in self._numbers(source, "sighting"):
            row = _read(source, "sighting", f"{SIGHTING}, null as jpeg", number)
            if row and _makes_sense(row) and self._is_owed(row["id"]):
                yield row

    def _crops(self, source: sqlite3.Connection) -> Iterator[sqlite3.Row]:
        """Those of the sightings that are saved, one at a time in memory."""
        number = 0
        while not self._is_late():
            with self._fresh.reading() as connection:
                found = connection.execute(
                    """
                    select number, crop from sighting
                    where number > ? and crop is not null order by number limit 1
                    """,
                    (number,),
                ).fetchone()
            if not found:
                return
            number = found["number"]
            row = _read(source, "crop", CROP, found["crop"])
            if row and isinstance(row["jpeg"], bytes):
                yield row

    def _is_owed(self, sighting_id: str) -> bool:
        with self._fresh.reading() as connection:
            query = "select 1 from owed where sighting_id = ? limit 1"
            return connection.execute(query, (sighting_id,)).fetchone() is not None

    def _numbers(self, source: sqlite3.Connection, table: str) -> Iterator[int]:
        """Of the rows of a table, as far as they can be found and there is time."""
        number = 0
        while not self._is_late():
            try:
                found = _first_from(source, table, number)
            except UNREADABLE:
                self._unreadable[table] += 1  # one at least
                behind = _behind_hole(source, table, number)
                if behind is None:
                    return
                number = behind
            else:
                if found is None:
                    return
                yield found
                number = found + 1

    def _is_late(self) -> bool:
        return self._clock() >= self._late_s

    def _conclude(self, connection: sqlite3.Connection) -> Salvage:
        """Owe nothing that is not there, and count it."""
        saved, lost, crops = connection.execute(COUNTS).fetchone()
        connection.execute(f"delete from owed where {IS_LOST}")  # noqa: S608 (ours)
        query = f"select distinct id, crop from sighting where {HAS_LOST_CROP}"  # noqa: S608
        rows = connection.execute(query).fetchall()
        erase_crops(connection, [(row["id"], row["crop"]) for row in rows])
        lost += self._unreadable["owed"]
        count_given_up(connection, Kind.SIGHTING, lost)
        count_given_up(connection, Kind.CROP, crops)
        if not self._knows_units:
            log.error("%s", UNTOLD)
            book_untold(connection)
        return Salvage(saved, lost, crops)


def _read(
    source: sqlite3.Connection, table: str, columns: str, number: int
) -> sqlite3.Row | None:
    """None if it cannot be read."""
    query = f"select {columns} from {table} where rowid = ?"  # noqa: S608 (ours)
    try:
        row: sqlite3.Row | None = source.execute(query, (number,)).fetchone()
    except UNREADABLE:
        return None
    return row


def _first_from(source: sqlite3.Connection, table: str, number: int) -> int | None:
    """The number of the first row from this number on, if there is one."""
    query = f"select rowid from {table} where rowid >= ? order by rowid limit 1"  # noqa: S608 (ours)
    row = source.execute(query, (number,)).fetchone()
    return int(row[0]) if row else None


def _behind_hole(source: sqlite3.Connection, table: str, number: int) -> int | None:
    """From which number on the table can be read again."""
    step = 1
    while not _is_readable(source, table, number + step):
        step *= 2
        if step > LONGEST_HOLE:
            return None
    low, high = number + step // 2, number + step
    while high - low > 1:
        middle = (low + high) // 2
        if _is_readable(source, table, middle):
            high = middle
        else:
            low = middle
    return high


def _is_readable(source: sqlite3.Connection, table: str, number: int) -> bool:
    try:
        _first_from(source, table, number)
    except UNREADABLE:
        return False
    return True


def _has(source: sqlite3.Connection, table: str, columns: str) -> bool:
    """False in a database of an earlier version."""
    try:
        source.execute(f"select {columns} from {table} limit 0")  # noqa: S608 (ours)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
            return False
        raise
    return True


def _adds_up(account: sqlite3.Row) -> bool:
    *kind, day, amount = account
    return (
        set(kind) <= set(Kind)
        and _is_day(day)
        and isinstance(amount, int)
        and 0 <= amount <= UNTOLD_UNITS
    )


def _is_day(value: object) -> bool:
    """Another text might count for ever; a day that is not known yet is empty."""
    try:
        return value == "" or str(date.fromisoformat(str(value))) == value
    except ValueError:
        return False


def _is_sound(owed: sqlite3.Row) -> bool:
    return (
        all(isinstance(owed[name], str) for name in ("destination", "sighting_id"))
        and all(isinstance(owed[name], int) for name in ("kind", "revision", "tries"))
        and isinstance(owed["refused"], str | None)
        and owed["kind"] in set(Kind)
    )


def _makes_sense(sighting: sqlite3.Row) -> bool:
    try:
        decoded(to_sighting, [sighting])
    except RowGarbled:
        return False
    return isinstance(sighting["boot"], str) and all(
        isinstance(sighting[name], int | None) for name in ("crop", "known_since")
    )
