"""Tell whether a database file can be used, and set it aside if not."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from edge_anpr.storage.faults import named
from edge_anpr.storage.files import condemnation
from edge_anpr.storage.schema import APPLICATION_ID, MIGRATIONS, version

LOG_SUFFIXES = ("", "-wal", "-shm")


def find_damage(path: Path) -> str | None:
    """What is wrong with the file; reads all of it. Raises StorageFailed."""
    if condemnation(path).exists():
        return "it was found damaged in use"
    try:
        # Opened for writing, a damaged file would change, and its log be gone.
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            return _find_damage(connection)
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            return str(error)
        raise named(error, path) from error


def _find_damage(connection: sqlite3.Connection) -> str | None:
    found = version(connection)
    if found > len(MIGRATIONS):
        return f"its version is {found}, and this program knows {len(MIGRATIONS)}"
    tables = connection.execute("select count(*) from sqlite_schema").fetchone()[0]
    owner = connection.execute("pragma application_id").fetchone()[0]
    if tables and (owner != APPLICATION_ID or not found):
        return "it is not a database of edge-anpr"
    finding = str(connection.execute("pragma quick_check(1)").fetchone()[0])
    return None if finding == "ok" else finding


def set_aside(path: Path) -> Path:
    """Rename the database with its log, and return its new path; raise OSError."""
    aside = _free_name(path)
    for suffix in LOG_SUFFIXES:
        file = path.with_name(path.name + suffix)
        if file.exists():
            file.rename(aside.with_name(aside.name + suffix))
    condemnation(path).unlink(missing_ok=True)
    return aside


def _free_name(path: Path) -> Path:
    stem = f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    names = (path.with_name(f"{stem}-{count}") for count in range(1, 1000))
    return next(name for name in names if not name.exists())
