"""The SQLite file: one connection a thread, short transactions, faults by name."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeVar

from edge_anpr.errors import DatabaseDamaged, DiskFull, StorageFailed
from edge_anpr.storage.ballast import Ballast
from edge_anpr.storage.faults import faults_by_name
from edge_anpr.storage.files import condemnation, set_aside_files, size_bytes

# A sighting touches a dozen pages, and SQLite writes each of them whole, first to the
# log and later to the file. To store 1000 sightings with crops of 5 kB (6 MB in all),
# deliver each of them twice and erase 1000 old ones takes 51 MB of writes with pages
# of 1024 bytes, 97 MB with the usual 4096. Of the 51, 9 MB are for overwriting what is
# deleted and 4 MB for Safety.PULLED_PLUG (tests/storage/test_writes.py measures it).
PAGE_BYTES = 1024
# Twice as long would write 7 MB less, but with the ballast take 6 MB more of the disk.
LOG_BYTES = 2_000_000
SPARE_BYTES = 1_000_000  # for the log's index, and a log kept long by a reader
LONG_LOG_BYTES = 4 * LOG_BYTES  # no reader of ours takes so long
BALLAST_BYTES = 2 * LOG_BYTES
FEWEST_PAGES = 1000  # however much a damaged file takes until it is given up
BUSY_S = 10.0
RESTART_S = 1.0  # longer waits nobody who is to store a sighting for a reader

Result = TypeVar("Result")


class Safety(StrEnum):
    """What a transaction outlives; the values are those of pragma synchronous.

    Either way it outlives kill -9, and a pulled plug cannot damage the file.
    """

    PULLED_PLUG = "full"  # on the disk before the next line runs
    CRASH = "normal"  # a pulled plug may undo it; for what can be done again


class Database:
    """A database that has been opened; safe to use from any thread."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        """max_bytes: of all files together."""
        self.path = path
        self.max_bytes = max_bytes
        self.ballast = Ballast(path.with_name(f"{path.name}.ballast"), BALLAST_BYTES)
        self.fault: StorageFailed | None = None  # of the last write, if it failed
        self._of_thread = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    @property
    def room_bytes(self) -> int:
        """What the quota leaves for the database file; SQLite keeps to it."""
        others = LOG_BYTES + SPARE_BYTES + BALLAST_BYTES
        return self.max_bytes - others - size_bytes(set_aside_files(self.path))

    @property
    def has_long_log(self) -> bool:
        """Whether somebody reads without an end, for which it grows and grows."""
        log = self.path.with_name(f"{self.path.name}-wal")
        return size_bytes([log]) > LONG_LOG_BYTES

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Raise StorageFailed or what derives from it; so do all that read."""
        with faults_by_name(self.path):
            yield self._connection()

    @contextmanager
    def writing(self, safety: Safety) -> Iterator[sqlite3.Connection]:
        """One transaction, all or nothing; raise as reading does."""
        try:
            with faults_by_name(self.path):
                connection = self._connection()
                connection.execute(f"pragma synchronous = {safety}")
                pages = max(self.room_bytes // PAGE_BYTES, FEWEST_PAGES)
                connection.execute(f"pragma max_page_count = {pages}")
                connection.execute("begin immediate")
                try:
                    yield connection
                    connection.execute("commit")
                finally:
                    if connection.in_transaction:
                        connection.execute("rollback")
        except StorageFailed as fault:
            self.fault = fault
            raise
        self.fault = None

    def write_little(
        self, safety: Safety, change: Callable[[sqlite3.Connection], Result]
    ) -> Result:
        """Likewise, also on a full disk, for what makes the file no larger."""
        try:
            with self.writing(safety) as connection:
                return change(connection)
        except DiskFull:
            self.drop_ballast()
        with self.writing(safety) as connection:
            return change(connection)

    def drop_ballast(self) -> None:
        """Have the log begin anew, with the space that was held back for it."""
        self.ballast.release()
        with suppress(DiskFull):
            self.checkpoint("restart")

    def check(self) -> None:
        """Raise DatabaseDamaged once any thread has found it so; restart then."""
        try:
            is_damaged = condemnation(self.path).exists()
        except OSError:  # which whatever else is done there tells of
            return
        if is_damaged:
            raise DatabaseDamaged(
                f"{self.path}: the database is damaged; start again, and it is set "
                "aside for a fresh one."
            )

    def checkpoint(self, mode: Literal["restart", "truncate"]) -> bool:
        """Bring the log into the file, to use it again or to empty it.

        False when someone still reads from it.
        """
        with faults_by_name(self.path):
            connection = self._connection()
            wait_s = RESTART_S if mode == "restart" else BUSY_S
            connection.execute(f"pragma busy_timeout = {wait_s * 1000:.0f}")
            try:
                pragma = connection.execute(f"pragma wal_checkpoint({mode})")
                return not pragma.fetchone()["busy"]
            finally:
                connection.execute(f"pragma busy_timeout = {BUSY_S * 1000:.0f}")

    def close(self) -> None:
        """Close the connections of all threads, which must have ended."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            self._of_thread = threading.local()

    def _connection(self) -> sqlite3.Connection:
        try:
            return self._of_thread.connection  # type: ignore[no-any-return]
        except AttributeError:
            connection = self._connect()
        with self._lock:
            self._connections.append(connection)
        self._of_thread.connection = connection
        return connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=BUSY_S,
            isolation_level=None,  # transactions begin where we say so
            check_same_thread=False,  # close() closes those of other threads
        )
        try:
            _set_up(connection)
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _set_up(connection: sqlite3.Connection) -> None:
    connection.row_factory = sqlite3.Row
    for pragma in (
        # These two count when the file is new, and only before the third.
        f"page_size = {PAGE_BYTES}",
        "auto_vacuum = incremental",
        "journal_mode = wal",
        f"wal_autocheckpoint = {LOG_BYTES // PAGE_BYTES}",
        # A log that keeps its length can be reused when the disk is full.
        f"journal_size_limit = {LOG_BYTES}",
        "foreign_keys = on",
        # What is deleted is overwritten: erased means gone from the file.
        "secure_delete = on",
    ):
        connection.execute(f"pragma {pragma}")
