"""How the device is."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from edge_anpr.daemon.condition import oldest_owed_s
from edge_anpr.storage.status import storage_status
from tests.storage.making import CROP, SIGHTING, Storage, sighting


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    storage = Storage(tmp_path)
    yield storage
    storage.db.close()


def test_what_has_waited_longest_is_told_by_its_age(storage: Storage) -> None:
    for number in (2, 1, 3):
        storage.sightings.save(sighting(number, crop=b"jpeg"), [SIGHTING, CROP])
    now = sighting(1).last_seen + timedelta(seconds=90.5)
    assert oldest_owed_s(storage_status(storage.db), now) == 90.5
    storage.deliver_all()
    assert oldest_owed_s(storage_status(storage.db), now) is None


def test_a_clock_that_was_set_back_makes_no_negative_age(storage: Storage) -> None:
    storage.sightings.save(sighting(1), [SIGHTING])
    before = sighting(1).last_seen - timedelta(days=1)
    assert oldest_owed_s(storage_status(storage.db), before) == 0
