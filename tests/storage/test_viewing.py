"""What only looks can change nothing, and is not in the way."""

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from edge_anpr.errors import StorageFailed
from edge_anpr.storage.browsing import Search, search
from edge_anpr.storage.viewing import View
from tests.storage.making import NOON, Storage, sighting


def test_nothing_can_be_changed_through_it(storage: Storage) -> None:
    with (
        pytest.raises(StorageFailed),
        View(storage.db.path).reading() as connection,
    ):
        connection.execute("delete from sighting")


def test_one_state_is_seen_while_another_is_written(storage: Storage) -> None:
    storage.sightings.save(sighting(1))
    count = "select count(*) from sighting"
    with View(storage.db.path).reading() as connection:
        assert connection.execute(count).fetchone()[0] == 1
        storage.sightings.save(sighting(2))
        assert connection.execute(count).fetchone()[0] == 1


def test_a_database_that_is_gone_has_a_name(storage: Storage) -> None:
    with (
        pytest.raises(StorageFailed),
        View(storage.db.path.with_name("none.db")).reading(),
    ):
        pass


def test_only_the_last_revision_is_found_and_without_its_crop(
    storage: Storage,
) -> None:
    storage.sightings.save(sighting(1, 1, b"crop"))
    storage.sightings.save(sighting(1, 2, b"crop"))
    (entry,) = search(View(storage.db.path), Search())
    assert (entry.sighting.revision, entry.has_crop) == (2, True)
    assert entry.sighting.crop_jpeg is None
    assert sqlite3.sqlite_version_info >= (3, 15)  # compares rows by two columns


def test_a_search_is_by_fragment_and_time(storage: Storage) -> None:
    for number in range(20):
        storage.sightings.save(sighting(number))
    until = NOON + timedelta(minutes=15)
    what = Search("B001", since=NOON, until=until, most=3)
    found = search(View(storage.db.path), what)
    expected = [sighting(14), sighting(13), sighting(12)]
    assert [each.sighting for each in found] == expected


def test_a_fragment_of_an_older_revision_is_not_found(storage: Storage) -> None:
    storage.sightings.save(replace(sighting(1), plate="WRONG"))
    storage.sightings.save(sighting(1, 2))
    assert search(View(storage.db.path), Search("WRONG")) == []
