"""Whatever the disk and the file are like, storage begins or says why not."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from edge_anpr.config.storage import StorageConfig
from edge_anpr.errors import (
    DatabaseDamaged,
    DatabaseTooNew,
    DiskFailing,
    DiskFull,
    DiskReadOnly,
    StorageFailed,
)
from edge_anpr.records import Kind
from edge_anpr.storage.opening import (
    FILE_NAME,
    longest_opening_s,
    open_beside,
    open_database,
)
from edge_anpr.storage.outbox import Outbox
from edge_anpr.storage.salvage import MOST_S
from edge_anpr.storage.schema import MIGRATIONS
from edge_anpr.storage.status import storage_status
from tests.storage.disk import Card, fail_to_tell, fill, make_read_only
from tests.storage.making import CROP, NOON, SIGHTING, Storage, sighting

DB = "sightings.db"


def _change(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(sql)


def _garbage(path: Path) -> None:
    path.write_bytes(os.urandom(5000))


def _truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _scribbled(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(1024)
        file.write(os.urandom(4096))


def _of_a_wrong_version(path: Path) -> None:
    _change(path, f"pragma user_version = {len(MIGRATIONS) + 64}")


def _of_an_earlier_version(path: Path) -> None:
    _change(path, "pragma user_version = 1")


def _of_another_program(path: Path) -> None:
    path.unlink()
    _change(path, "create table sighting (bird text)")


def _found_damaged_in_use(path: Path) -> None:
    path.with_name(f"{DB}.condemned").touch()


def _emptied(path: Path) -> None:
    os.truncate(path, 0)


def _removed(path: Path) -> None:
    path.unlink()


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """A database with some sightings, closed."""
    storage = Storage(tmp_path)
    for number in range(30):
        storage.sightings.save(sighting(number, crop=b"jpeg" * 500), [SIGHTING])
    storage.db.close()
    return tmp_path / DB


@pytest.mark.parametrize(
    "damage",
    [
        _garbage,
        _truncated,
        _scribbled,
        _of_a_wrong_version,
        _of_an_earlier_version,
        _of_another_program,
        _found_damaged_in_use,
    ],
)
def test_a_damaged_file_is_set_aside_and_a_fresh_one_begins(
    used: Path, damage: Callable[[Path], None]
) -> None:
    damage(used)
    content = used.read_bytes()
    storage = Storage(used.parent)
    saved = storage_status(storage.db).sightings  # see test_salvage
    storage.sightings.save(sighting(99), [SIGHTING])
    status = storage_status(storage.db)
    storage.db.close()
    assert status.sightings == saved + 1
    (aside,) = status.damaged_files
    assert (used.parent / aside).read_bytes() == content
    again = Storage(used.parent)
    assert storage_status(again.db).damaged_files == (aside,)
    assert storage_status(again.db).sightings == saved + 1
    again.db.close()


def test_what_a_later_version_has_written_is_left_alone(used: Path) -> None:
    _change(used, "create table later (a)")
    _change(used, f"pragma user_version = {len(MIGRATIONS) + 1}")
    content = used.read_bytes()
    with pytest.raises(DatabaseTooNew, match=r"sightings\.db: .* install that one"):
        Storage(used.parent)
    assert used.read_bytes() == content
    assert list(used.parent.glob("*.damaged-*")) == []


@pytest.mark.parametrize("damage", [_emptied, _removed])
def test_a_file_that_is_gone_begins_afresh(
    used: Path, damage: Callable[[Path], None]
) -> None:
    damage(used)
    storage = Storage(used.parent)
    storage.sightings.save(sighting(1))
    assert storage_status(storage.db).sightings == 1
    storage.db.close()


@pytest.mark.parametrize("log", [b"", b"\0" * 4096, os.urandom(4096)])
def test_a_damaged_log_does_no_harm_to_the_file(used: Path, log: bytes) -> None:
    used.with_name(f"{DB}-wal").write_bytes(log)
    storage = Storage(used.parent)
    assert storage_status(storage.db).sightings == 30
    assert storage_status(storage.db).damaged_files == ()
    storage.db.close()


def test_a_log_goes_aside_with_its_file(used: Path) -> None:
    _garbage(used)
    used.with_name(f"{DB}-wal").write_bytes(b"log")
    Storage(used.parent).db.close()
    assert len(list(used.parent.glob(f"{DB}.damaged-*-wal"))) == 1
    assert not used.with_name(f"{DB}-wal").exists()


def test_damage_found_in_use_is_mended_by_the_next_start(used: Path) -> None:
    storage = Storage(used.parent)
    with used.open("r+b") as file:
        file.seek(1024)
        file.write(os.urandom(used.stat().st_size - 1024))
    with pytest.raises(DatabaseDamaged, match="start again"):
        storage.sightings.recent(100)
    storage.db.close()
    storage = Storage(used.parent)
    assert storage_status(storage.db).sightings == 0
    assert len(storage_status(storage.db).damaged_files) == 1
    storage.db.close()


def test_a_command_leaves_a_damaged_file_to_the_service_that_uses_it(
    used: Path,
) -> None:
    storage = Storage(used.parent)
    _found_damaged_in_use(used)
    with pytest.raises(DatabaseDamaged, match="next start of the service"):
        open_beside(storage.config)
    with pytest.raises(DatabaseDamaged, match="start again"):
        storage.sightings.check()
    assert list(used.parent.glob("*.damaged-*")) == []
    storage.db.close()


def test_a_command_reads_and_writes_beside_the_service(used: Path) -> None:
    storage = Storage(used.parent)
    storage.db.ballast.release()  # as on a full disk
    db = open_beside(storage.config)
    outbox = Outbox(db, "mqtt")
    first = outbox.next_owed()
    assert first
    outbox.delivered(first)
    db.close()
    assert len(storage.deliver_all()) == 29
    assert not storage.db.ballast.is_held
    storage.db.close()


def test_nobody_else_may_read_the_plates(used: Path) -> None:
    storage = Storage(used.parent)
    storage.sightings.save(sighting(100))
    for file in (used, used.with_name(f"{DB}-wal")):
        assert file.stat().st_mode & 0o777 == 0o600
    storage.db.close()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="gone: there is no such folder"):
        open_database(StorageConfig(folder=tmp_path / "gone"))


def test_a_file_in_place_of_the_database_that_cannot_be_opened_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / DB).mkdir()
    with pytest.raises(StorageFailed, match="cannot be used just now"):
        open_database(StorageConfig(folder=tmp_path))


def test_a_read_only_disk_is_named(disk: Path) -> None:
    Storage(disk).db.close()
    make_read_only(disk)
    with pytest.raises(DiskReadOnly, match="this disk is read-only"):
        Storage(disk)


def test_a_card_that_an_error_turned_read_only_is_named(card: Card) -> None:
    Storage(card.folder).db.close()
    card.turn_read_only()
    with pytest.raises(DiskReadOnly, match="mount it anew"):
        Storage(card.folder)
    with pytest.raises(DiskReadOnly, match="mount it anew"):
        open_beside(StorageConfig(folder=card.folder))


def test_a_card_that_dies_is_named(card: Card) -> None:
    storage = Storage(card.folder)
    for number in range(30):
        storage.sightings.save(sighting(number, crop=b"jpeg" * 500), [SIGHTING])
    storage.db.close()
    card.die()
    with pytest.raises(DiskFailing, match="the disk gives errors"):
        Storage(card.folder)
    assert list(card.folder.glob("*.damaged-*")) == []


@pytest.mark.parametrize("name", ["", DB, f"{DB}.condemned", f"{DB}.ballast"])
def test_a_disk_that_does_not_even_say_what_is_on_it_is_named(
    used: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_to_tell(used.parent / name, monkeypatch)
    with pytest.raises(DiskFailing, match="the disk gives errors"):
        Storage(used.parent)


def test_storage_begins_on_a_full_disk_that_it_was_on_before(disk: Path) -> None:
    storage = Storage(disk)
    storage.sightings.save(sighting(1, crop=b"jpeg"), [SIGHTING])
    storage.db.close()
    fill(disk)
    storage = Storage(disk)
    storage.sightings.save(sighting(2, crop=b"jpeg"), [SIGHTING])
    assert storage_status(storage.db).sightings == 2
    storage.db.close()


def test_storage_cannot_begin_on_a_full_disk(disk: Path) -> None:
    fill(disk)
    with pytest.raises(DiskFull, match="make room"):
        Storage(disk)


def test_sightings_go_on_when_others_fill_the_disk(disk: Path) -> None:
    storage = Storage(disk)
    jpeg = os.urandom(5000)
    for number in range(300):
        storage.sightings.save(sighting(number, crop=jpeg + bytes([number % 256])))
    fill(disk)
    for number in range(300, 800):
        storage.sightings.save(
            sighting(number, crop=jpeg + bytes([number % 256])), [SIGHTING]
        )
        fill(disk)
    status = storage_status(storage.db)
    assert status.is_short_of_space
    assert status.fault is None
    owed = sum(each.owed for each in status.owed)
    assert owed == 500
    assert status.sightings_given_up == 0
    (disk / "others").unlink()
    storage.retention.turn(None)
    assert not storage_status(storage.db).is_short_of_space
    storage.db.close()


def test_what_a_damaged_file_owes_is_saved_without_crops_if_the_disk_is_full(
    disk: Path,
) -> None:
    storage = Storage(disk)
    for number in range(300):
        jpeg = os.urandom(13_000)
        storage.sightings.save(sighting(number, crop=jpeg), [SIGHTING, CROP])
    storage.db.close()
    _found_damaged_in_use(disk / DB)
    storage = Storage(disk)
    status = storage_status(storage.db)
    owed = {each.kind: each.owed for each in status.owed}
    assert owed[Kind.SIGHTING] == 300
    assert 0 < owed[Kind.CROP] < 300
    assert status.crops_given_up == 300 - owed[Kind.CROP]
    assert status.sightings_given_up == 0
    storage.sightings.save(sighting(300, crop=b"jpeg"), [SIGHTING])
    storage.db.close()


def _opened_on_a_full_disk(disk: Path) -> Storage:
    """With 300 sightings, of which 20 are owed."""
    storage = Storage(disk)
    for number in range(300):
        due = [SIGHTING] if number < 20 else []
        storage.sightings.save(sighting(number, crop=os.urandom(5000)), due)
    storage.db.close()
    storage = Storage(disk)
    fill(disk)
    return storage


def test_plates_age_on_a_full_disk_that_sees_no_traffic(disk: Path) -> None:
    storage = _opened_on_a_full_disk(disk)
    storage.retention.turn(NOON + timedelta(days=31))
    assert storage_status(storage.db).sightings == 20  # which are owed
    assert storage_status(storage.db).fault is None
    storage.db.close()


def test_deliveries_are_recorded_on_a_full_disk(disk: Path) -> None:
    storage = _opened_on_a_full_disk(disk)
    storage.deliver_all()
    storage.db.close()
    assert Outbox(storage.db, "mqtt").next_owed() is None
    storage.db.close()


def test_refusals_are_recorded_on_a_full_disk(disk: Path) -> None:
    storage = _opened_on_a_full_disk(disk)
    while owed := storage.outbox.next_owed():
        storage.outbox.refused(owed, "too large")
    (status,) = storage_status(storage.db).owed
    assert (status.owed, status.refused) == (0, 20)
    storage.db.close()


def test_a_large_file_is_given_the_time_to_be_read(tmp_path: Path) -> None:
    config = StorageConfig(folder=tmp_path)
    assert longest_opening_s(config) == 0
    with (tmp_path / FILE_NAME).open("wb") as file:
        file.truncate(4 * 10**9)  # takes no room
    assert longest_opening_s(config) == 1000 + MOST_S
