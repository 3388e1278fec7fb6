"""A database of any earlier version becomes one of today, or stays as it was."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_anpr.storage.schema import MIGRATIONS, migrate, tables_in, tables_of, version
from tests.storage.making import SIGHTING, Storage, sighting

NEXT = ("alter table given_up add column note text",)
BROKEN = ("create table half (a)", "create table nonsense (")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "sightings.db", isolation_level=None)
    yield connection
    connection.close()


def _schema(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    return connection.execute(
        "select name, sql from sqlite_schema order by name"
    ).fetchall()


@pytest.mark.parametrize("earlier", range(len(MIGRATIONS) + 1))
def test_every_earlier_version_becomes_todays(
    connection: sqlite3.Connection, earlier: int, tmp_path: Path
) -> None:
    migrate(connection, MIGRATIONS[:earlier])
    assert version(connection) == earlier
    storage = Storage(tmp_path)
    storage.sightings.save(sighting(1), [SIGHTING])
    storage.db.close()
    assert version(connection) == len(MIGRATIONS)


def test_what_is_stored_outlives_a_migration(connection: sqlite3.Connection) -> None:
    migrate(connection)
    connection.execute("insert into given_up (kind, day, count) values (2, '', 7)")
    migrate(connection, (*MIGRATIONS, NEXT))
    assert connection.execute("select * from given_up").fetchall() == [(2, "", 7, None)]
    assert version(connection) == len(MIGRATIONS) + 1


def test_a_migration_that_fails_changes_nothing(
    connection: sqlite3.Connection,
) -> None:
    migrate(connection)
    before = _schema(connection)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (*MIGRATIONS, BROKEN))
    assert _schema(connection) == before
    assert version(connection) == len(MIGRATIONS)


def test_every_version_has_tables_of_its_own() -> None:
    """By which one that a later program has written is told from a damaged one."""
    all_tables = [tables_of(each) for each in range(len(MIGRATIONS) + 1)]
    assert all(all_tables.count(each) == 1 for each in all_tables)


def test_tables_are_the_same_whatever_comments_they_have(
    connection: sqlite3.Connection,
) -> None:
    connection.execute("create table bird (\n  name text, -- such as owl\n age int)")
    assert tables_in(connection) == {"CREATE TABLE bird ( name text, age int)"}
