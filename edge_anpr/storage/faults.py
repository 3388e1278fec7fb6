"""Give what SQLite and the system report the names of our own errors."""

import errno
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge_anpr.errors import (
    DatabaseDamaged,
    DiskFailing,
    DiskFull,
    DiskReadOnly,
    StorageFailed,
)
from edge_anpr.storage.files import condemn

NEXT_TO_NOTHING_BYTES = 64 * 1024
FULL = {errno.ENOSPC, errno.EDQUOT}
FAILING = {errno.EIO, errno.ENXIO, errno.ENODEV, errno.EUCLEAN, errno.EBADMSG}
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}


class RowGarbled(sqlite3.DatabaseError):
    """A row holds what was never written to it; says nothing of what it holds."""


@contextmanager
def faults_by_name(path: Path) -> Iterator[None]:
    """Raise StorageFailed or what derives from it, and condemn a damaged database."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        fault = named(error, path)
        if isinstance(fault, DatabaseDamaged):
            condemn(path)
        raise fault from error
    except OSError as error:
        raise named_of_system(error, path) from error


def damage_in(error: Exception) -> str | None:
    """What is wrong with the file, if that is what the error says; names no plate."""
    if isinstance(error, UnicodeDecodeError) or "decode to UTF-8" in str(error):
        return "it holds text that is no text"
    is_damage = (
        isinstance(error, RowGarbled)
        or _code(error) in DAMAGE
        # SQLite has no code for it; what we hand it ourselves is well formed.
        or str(error) == "malformed JSON"
    )
    return str(error) if is_damage else None


def named(error: Exception, path: Path) -> Exception:
    """The error to raise instead; the same one when it is a bug of ours."""
    code = _code(error)
    if damage := damage_in(error):
        return DatabaseDamaged(
            f"{path}: the database is damaged ({damage}); start again, and it is set "
            "aside for a fresh one."
        )
    if code == sqlite3.SQLITE_FULL:
        return _full(path)
    if code == sqlite3.SQLITE_READONLY:
        return _read_only(path)
    if code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}:
        return _named_by_system(error, path)
    if code in {sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY}:
        return _unusable(path, error)
    return error


def find_fault_of_disk(path: Path) -> StorageFailed | None:
    """What the system says of the disk of a database.

    It is tried: ext4 takes nothing more after an error, and says so nowhere else.
    """
    try:
        with tempfile.TemporaryFile(dir=path.parent) as file:
            file.write(b"?")
        if path.exists():
            with path.open("rb") as file:
                file.read(1)
    except OSError as error:
        return named_of_system(error, path)
    return None


def named_of_system(error: OSError, path: Path) -> StorageFailed:
    """The error to raise instead."""
    if error.errno == errno.EROFS:
        return _read_only(path)
    if error.errno in FULL:
        return _full(path)
    if error.errno in FAILING:
        return _failing(path, error.strerror)
    return _unusable(path, error.strerror)


def _named_by_system(error: Exception, path: Path) -> StorageFailed:
    """SQLite says no more than that it cannot read, write or open something."""
    if _is_full(path):
        return _full(path)
    if fault := find_fault_of_disk(path):
        return fault
    is_disk = _code(error) == sqlite3.SQLITE_IOERR
    return _failing(path, error) if is_disk else _unusable(path, error)


def _unusable(path: Path, says: object) -> StorageFailed:
    return StorageFailed(f"{path}: the database cannot be used just now ({says}).")


def _full(path: Path) -> DiskFull:
    return DiskFull(f"{path}: the disk or the quota storage.max_mb is full; make room.")


def _read_only(path: Path) -> DiskReadOnly:
    return DiskReadOnly(
        f"{path}: the disk cannot be written; check it and mount it anew."
    )


def _failing(path: Path, says: object) -> DiskFailing:
    return DiskFailing(f"{path}: the disk gives errors ({says}); replace it.")


def _code(error: Exception) -> int:
    """That of SQLite, without the extended part."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _is_full(path: Path) -> bool:
    """A full disk shows as an I/O error where SQLite shares memory between threads."""
    try:
        return shutil.disk_usage(path.parent).free < NEXT_TO_NOTHING_BYTES
    except OSError:
        return False
