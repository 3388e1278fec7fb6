"""Give what SQLite reports the names of our own errors."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge_anpr.errors import (
    DatabaseDamaged,
    DiskFull,
    DiskReadOnly,
    StorageFailed,
)
from edge_anpr.storage.files import condemn

NEXT_TO_NOTHING_BYTES = 64 * 1024
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
    if code == sqlite3.SQLITE_FULL or (
        code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN} and _is_full(path)
    ):
        return DiskFull(
            f"{path}: the disk or the quota storage.max_mb is full; make room."
        )
    if code == sqlite3.SQLITE_READONLY:
        return DiskReadOnly(
            f"{path}: the disk cannot be written; check it and mount it anew."
        )
    if code in {
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
    }:
        return StorageFailed(f"{path}: the database cannot be used just now ({error}).")
    return error


def _code(error: Exception) -> int:
    """That of SQLite, without the extended part."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _is_full(path: Path) -> bool:
    """A full disk shows as an I/O error where SQLite shares memory between threads."""
    try:
        return shutil.disk_usage(path.parent).free < NEXT_TO_NOTHING_BYTES
    except OSError:
        return False
