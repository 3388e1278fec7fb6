"""How the device is."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge_anpr.config.delivery import MqttConfig
from edge_anpr.daemon.condition import (
    certificate_problems,
    oldest_owed_s,
    storage_problems,
)
from edge_anpr.runtime.clock import Clock
from edge_anpr.storage.status import storage_status
from edge_anpr.storage.viewing import View
from tests.delivery.certificates import certificate
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


def _sentences(storage: Storage) -> list[str]:
    status = storage_status(storage.db)
    return [problem.sentence for problem in storage_problems(status)]


def test_crops_that_are_given_up_are_a_problem(storage: Storage) -> None:
    for number in range(100):
        each = sighting(number, crop=b"jpeg" * 1000)
        storage.sightings.save(each, [SIGHTING, CROP])
    assert _sentences(storage) == []
    storage.leave_room(300_000)
    storage.retention.turn(None)
    (sentence,) = _sentences(storage)
    count = storage_status(storage.db).crops_given_up
    assert f"In the last week {count} crops were given up" in sentence


def test_sightings_that_were_never_stored_are_a_problem(storage: Storage) -> None:
    storage.sightings.note_lost(3)
    (sentence,) = _sentences(storage)
    assert "In the last week 3 sightings were given up" in sentence


def test_somebody_who_reads_without_an_end_is_a_problem(storage: Storage) -> None:
    storage.sightings.save(sighting(0))
    with View(storage.db.path).reading() as connection:
        connection.execute("select count(*) from sighting").fetchone()
        for number in range(1, 500):
            storage.sightings.save(sighting(number, crop=os.urandom(10_000)))
        (sentence,) = _sentences(storage)
    assert "Another program has been reading the database for long" in sentence
    storage.sightings.save(sighting(500))
    storage.sightings.save(sighting(501))
    assert _sentences(storage) == []


def test_only_a_clock_that_is_set_tells_that_a_certificate_ends(
    tmp_path: Path,
) -> None:
    now = datetime.now(UTC)
    (tmp_path / "ca.crt").write_bytes(certificate(now, now + timedelta(days=9)))
    config = MqttConfig(ca_file=tmp_path / "ca.crt")
    assert not list(certificate_problems(config, Clock(lambda: False)))
    assert list(certificate_problems(config, Clock(lambda: True)))
