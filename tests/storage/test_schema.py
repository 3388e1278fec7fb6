"""A database of any earlier version becomes one of today, or stays as it was."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


COLUMNS = {
    "id": "gate-000001",
    "revision": 1,
    "stage": "final",
    "plate": "AB0001XY",
    "raw_text": "AB0001XY",
    "alternatives": "[]",
    "confidence": 0.9,
    "char_confidences": "[]",
    "first_seen": 0,
    "last_seen": 0,
    "reads": 3,
    "direction": "unknown",
    "crop": 1,
    "clock": "unsynced",
    "models": "[]",
    "boot": "boot-1",
}


class PulledPlug(Exception):
    """The power is gone."""


class Cut(sqlite3.Connection):
    """The plug is pulled after so many statements."""

    left = 10**9

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        if not self.left:
            raise PulledPlug
        self.left -= 1
        return super().execute(*statement)


def _as_earlier(folder: Path, earlier: int) -> Cut:
    """A database of that version in which one sighting is owed with its crop."""
    folder.mkdir()
    connection = sqlite3.connect(
        folder / "sightings.db", isolation_level=None, factory=Cut
    )
    connection.execute("pragma journal_mode = wal")
    migrate(connection, MIGRATIONS[:earlier])
    holes = ", ".join("?" * len(COLUMNS))
    connection.execute("insert into crop (number, jpeg) values (1, x'ff')")
    insert = f"insert into sighting ({', '.join(COLUMNS)}) values ({holes})"  # noqa: S608
    connection.execute(insert, tuple(COLUMNS.values()))
    connection.execute(
        "insert into owed (destination, kind, sighting_id, revision) "
        "values ('mqtt', 2, 'gate-000001', 1)"
    )
    return connection


@pytest.mark.parametrize("earlier", range(1, len(MIGRATIONS)))
def test_a_plug_pulled_at_any_step_of_a_migration_costs_nothing(
    earlier: int, tmp_path: Path
) -> None:
    for steps in range(1000):
        cut, after = tmp_path / f"cut-{steps}", tmp_path / f"after-{steps}"
        connection = _as_earlier(cut, earlier)
        connection.left = steps
        is_done = True
        try:
            migrate(connection)
        except PulledPlug:
            is_done = False
        shutil.copytree(cut, after)
        connection.close()
        storage = Storage(after)
        owed = storage.outbox.next_owed()
        assert owed
        assert (owed.sighting.plate, owed.sighting.crop_jpeg) == ("AB0001XY", b"\xff")
        storage.db.close()
        assert not list(after.glob("*.damaged-*"))
        if is_done:
            return
    raise AssertionError("it never ends")


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
