"""The status says what is owed and what is wrong."""

import pytest

from edge_anpr.errors import DiskFailing, StorageFailed
from edge_anpr.records import Kind
from edge_anpr.storage.database import Database
from edge_anpr.storage.status import OwedStatus, storage_status
from tests.storage.disk import fail_to_tell
from tests.storage.making import CROP, REVIEW, SIGHTING, Storage, sighting


def test_a_new_database_has_nothing_to_say(storage: Storage) -> None:
    status = storage_status(storage.db)
    assert (status.sightings, status.crops, status.owed) == (0, 0, ())
    assert 0 < status.files_bytes < status.max_bytes == 16_000_000
    assert status.damaged_files == ()
    assert not status.is_short_of_space
    assert status.fault is None


def test_what_is_owed_is_told_by_destination_and_kind(storage: Storage) -> None:
    for number in (1, 2):
        storage.sightings.save(sighting(number, crop=b"jpeg"), [SIGHTING, CROP, REVIEW])
    storage.sightings.save(sighting(2, revision=2, crop=b"jpeg"))
    refused = storage.outbox.next_owed()
    assert refused
    storage.outbox.refused(refused, "too large")
    oldest, newer = sighting(1).last_seen, sighting(2).last_seen
    status = storage_status(storage.db)
    assert (status.sightings, status.crops) == (2, 2)
    assert status.owed == (
        OwedStatus("mqtt", Kind.SIGHTING, owed=1, refused=1, oldest=newer),
        OwedStatus("mqtt", Kind.CROP, owed=2, refused=0, oldest=oldest),
        OwedStatus("review", Kind.CROP, owed=2, refused=0, oldest=oldest),
    )


def test_a_disk_that_tells_nothing_of_its_files_is_a_fault_of_storage(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_to_tell(storage.db.path.parent, monkeypatch)
    with pytest.raises(DiskFailing, match="the disk gives errors"):
        storage_status(storage.db)


class _Healing(Database):
    """Another thread writes without a fault as soon as it was asked for one."""

    _fault: StorageFailed | None = None

    @property
    def fault(self) -> StorageFailed | None:
        fault, self._fault = self._fault, None
        return fault

    @fault.setter
    def fault(self, fault: StorageFailed | None) -> None:
        self._fault = fault


def test_a_fault_that_ends_meanwhile_is_told_in_its_own_words(
    storage: Storage,
) -> None:
    db = _Healing(storage.db.path, storage.db.max_bytes)
    db.fault = DiskFailing("It gives errors.")
    assert storage_status(db).fault == "It gives errors."
    assert storage_status(db).fault is None
    db.close()
