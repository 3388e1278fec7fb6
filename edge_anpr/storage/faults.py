"""Give what SQLite reports the names of our own errors."""

import shutil
import sqlite3
from pathlib import Path

from edge_anpr.errors import (
    DatabaseDamaged,
    DiskFull,
    DiskReadOnly,
    StorageFailed,
)

NEXT_TO_NOTHING_BYTES = 64 * 1024


def named(error: sqlite3.Error, path: Path) -> Exception:
    """The error to raise instead; the same one when it is a bug of ours."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without the extended part
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}:
        return DatabaseDamaged(
            f"{path}: the database is damaged ({error}); start again, and it is set "
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


def _is_full(path: Path) -> bool:
    """A full disk shows as an I/O error where SQLite shares memory between threads."""
    try:
        return shutil.disk_usage(path.parent).free < NEXT_TO_NOTHING_BYTES
    except OSError:
        return False
