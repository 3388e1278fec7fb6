"""Threads share the database without losing anything."""

import sqlite3
import threading
from pathlib import Path
from time import monotonic

import pytest

from edge_anpr.errors import DiskReadOnly, StorageFailed
from edge_anpr.storage.database import BUSY_S, Safety
from edge_anpr.storage.faults import named
from edge_anpr.storage.outbox import Outbox
from edge_anpr.storage.viewing import View
from tests.storage.making import CROP, REVIEW, SIGHTING, Storage, sighting

COUNT = 60


def test_couriers_deliver_each_once_while_sightings_are_saved(
    storage: Storage,
) -> None:
    got: dict[str, list[str]] = {"mqtt": [], "review": []}

    def carry(destination: str, most: int) -> None:
        outbox = Outbox(storage.db, destination)
        while len(got[destination]) < most:
            if owed := outbox.next_owed():
                outbox.delivered(owed)
                got[destination].append(f"{owed.kind} {owed.sighting.id}")

    threads = [
        threading.Thread(target=carry, args=("mqtt", 2 * COUNT), daemon=True),
        threading.Thread(target=carry, args=("review", COUNT), daemon=True),
    ]
    for thread in threads:
        thread.start()
    for number in range(COUNT):
        each = sighting(number, crop=b"jpeg")
        storage.sightings.save(each, [SIGHTING, CROP, REVIEW])
    for thread in threads:
        thread.join(timeout=30)
    assert len(set(got["mqtt"])) == 2 * COUNT
    assert len(set(got["review"])) == COUNT


def test_a_transaction_that_fails_leaves_nothing(storage: Storage) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        _insert_twice(storage)
    with storage.db.reading() as connection:
        assert connection.execute("select * from given_up").fetchall() == []


def _insert_twice(storage: Storage) -> None:
    with storage.db.writing(Safety.CRASH) as connection:
        connection.execute("insert into given_up (kind, day, count) values (2, '', 7)")
        connection.execute("insert into given_up (kind, day, count) values (2, '', 7)")


def test_a_fault_is_known_until_a_write_succeeds(storage: Storage) -> None:
    with storage.db.reading() as connection:
        connection.execute("pragma query_only = on")
        with pytest.raises(DiskReadOnly, match="cannot be written"):
            storage.sightings.save(sighting(1))
        assert storage.db.fault
        connection.execute("pragma query_only = off")
    storage.sightings.save(sighting(1))
    assert storage.db.fault is None


def test_a_database_in_use_elsewhere_is_named(storage: Storage) -> None:
    other = sqlite3.connect(storage.db.path, isolation_level=None)
    other.execute("begin immediate")
    with storage.db.reading() as connection:
        connection.execute("pragma busy_timeout = 50")
    with pytest.raises(StorageFailed, match="database is locked"):
        storage.sightings.save(sighting(1))
    other.close()


def test_a_mistake_of_ours_is_not_a_fault_of_the_disk(tmp_path: Path) -> None:
    mistake = sqlite3.OperationalError("no such table: sigting")
    assert named(mistake, tmp_path) is mistake


def test_a_reader_without_an_end_holds_nobody_up_for_long(storage: Storage) -> None:
    storage.sightings.save(sighting(1))
    with View(storage.db.path).reading() as connection:
        connection.execute("select count(*) from sighting").fetchone()
        storage.sightings.save(sighting(2))
        began_s = monotonic()
        assert not storage.db.checkpoint("restart")
        assert monotonic() - began_s < BUSY_S / 2
