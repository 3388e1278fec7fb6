"""Tell whether a database file can be used, and set it aside if not."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from edge_anpr.errors import DatabaseTooNew
from edge_anpr.storage.faults import damage_in, named
from edge_anpr.storage.files import condemnation
from edge_anpr.storage.schema import (
    APPLICATION_ID,
    MIGRATIONS,
    tables_in,
    tables_of,
    version,
)

LOG_SUFFIXES = ("", "-wal", "-shm")


def find_damage(path: Path) -> str | None:
    """What is wrong with the file; reads all of it.

    Raises DatabaseTooNew and StorageFailed.
    """
    if condemnation(path).exists():
        return "it was found damaged in use"
    try:
        # Opened for writing, a damaged file would change, and its log be gone.
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            damage = _find_damage(connection) or _find_damage_in_header(path)
            if not damage:
                _refuse_newer(connection, path)
            return damage
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_ERROR:
            return str(error)  # of these queries that never fail with a sound file
        if damage := damage_in(error):
            return damage
        raise named(error, path) from error


def _find_damage(connection: sqlite3.Connection) -> str | None:
    count = connection.execute("select count(*) from sqlite_schema").fetchone()[0]
    owner = connection.execute("pragma application_id").fetchone()[0]
    found = version(connection)
    if count and (owner != APPLICATION_ID or not found):
        return "it is not a database of edge-anpr"
    # It also compares every index with its table; reading the file takes longer.
    finding = str(connection.execute("pragma integrity_check(1)").fetchone()[0])
    if finding != "ok":
        return finding
    tables = tables_in(connection)
    # Every version has tables of its own: that of a later one has others.
    is_later = found > len(MIGRATIONS) and tables != tables_of(len(MIGRATIONS))
    if is_later or (0 <= found <= len(MIGRATIONS) and tables == tables_of(found)):
        return None
    return f"its tables are not those of version {found}"


def _refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    found = version(connection)
    if found > len(MIGRATIONS):
        raise DatabaseTooNew(
            f"{path}: a later edge-anpr has written this database (version {found}; "
            f"this program knows {len(MIGRATIONS)}); install that one again, or move "
            "the file away to begin without it."
        )


def _find_damage_in_header(path: Path) -> str | None:
    """SQLite would call the file read-only."""
    with path.open("rb") as file:
        format_versions = file.read(20)[18:]
    if format_versions in {b"", b"\1\1", b"\2\2"}:
        return None
    return "its header names a format that does not exist"


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
