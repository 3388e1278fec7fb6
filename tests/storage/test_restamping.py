"""Times are set right once the clock is, whatever comes between."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from edge_anpr.errors import DiskReadOnly
from edge_anpr.records import ClockQuality, Sighting, Stage
from edge_anpr.storage.outbox import Due
from edge_anpr.storage.restamping import BATCH
from edge_anpr.storage.sightings import SightingStore
from tests.storage.making import NOON, SIGHTING, Storage, sighting

SHIFT = timedelta(days=400, microseconds=7)
NOW = NOON + SHIFT + timedelta(days=1)


def _unsynced(number: int) -> Sighting:
    return replace(sighting(number, crop=b"jpeg"), clock=ClockQuality.UNSYNCED)


def _right(sighting: Sighting, revision: int) -> Sighting:
    return replace(
        sighting,
        revision=revision,
        first_seen=sighting.first_seen + SHIFT,
        last_seen=sighting.last_seen + SHIFT,
        clock=ClockQuality.SYNCED,
    )


def _due(_: Sighting) -> list[Due]:
    return [SIGHTING]


def _finish(store: SightingStore, now: datetime = NOW) -> int:
    """How many turns it takes."""
    turns = 0
    while store.restamp(_due, now):
        turns += 1
    return turns


def test_all_revisions_are_set_right_and_the_last_is_sent_again(
    storage: Storage,
) -> None:
    early = replace(_unsynced(1), stage=Stage.PROVISIONAL)
    storage.sightings.save(early)
    storage.sightings.save(replace(_unsynced(1), revision=2), [SIGHTING])
    storage.deliver_all()
    storage.sightings.save(sighting(2))
    storage.sightings.clock_was_set(SHIFT)
    assert storage.sightings.restamp(_due, NOW) == [early.id]
    assert storage.sightings.restamp(_due, NOW) == []
    assert storage.sightings.revisions(early.id) == [
        _right(early, 1),
        _right(_unsynced(1), 2),
        _right(_unsynced(1), 3),
    ]
    owed = storage.outbox.next_owed()
    assert owed
    assert owed.sighting == _right(_unsynced(1), 3)
    assert storage.sightings.latest(sighting(2).id) == sighting(2)
    with storage.db.reading() as connection:
        assert connection.execute("select count(*) from crop").fetchone()[0] == 1


def test_a_vehicle_in_view_waits_for_its_next_revision(storage: Storage) -> None:
    early = replace(_unsynced(1), stage=Stage.PROVISIONAL)
    storage.sightings.save(early)
    storage.sightings.clock_was_set(SHIFT)
    storage.sightings.restamp(_due, NOW)
    assert storage.sightings.revisions(early.id) == [_right(early, 1)]
    assert storage.outbox.next_owed() is None


def test_a_turn_is_short(storage: Storage) -> None:
    for number in range(2 * BATCH + 1):
        storage.sightings.save(_unsynced(number), [SIGHTING])
    storage.sightings.clock_was_set(SHIFT)
    assert len(storage.sightings.restamp(_due, NOW)) == BATCH
    assert _finish(storage.sightings) == 2


def test_a_stop_in_between_loses_nothing(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    for number in range(BATCH + 1):
        storage.sightings.save(_unsynced(number))
    storage.sightings.clock_was_set(SHIFT)
    storage.sightings.restamp(_due, NOW)
    storage.db.close()
    storage = Storage(tmp_path)
    after_reboot = SightingStore(storage.db, storage.retention, boot="boot-2")
    assert _finish(after_reboot) == 1
    for number in range(BATCH + 1):
        assert after_reboot.latest(sighting(number).id) == _right(_unsynced(number), 2)
    storage.db.close()


def test_a_fault_in_between_loses_nothing(storage: Storage) -> None:
    storage.sightings.save(_unsynced(1))
    storage.sightings.clock_was_set(SHIFT)
    with storage.db.reading() as connection:
        connection.execute("pragma query_only = on")
        with pytest.raises(DiskReadOnly):
            storage.sightings.restamp(_due, NOW)
        connection.execute("pragma query_only = off")
    assert _finish(storage.sightings) == 1
    assert storage.sightings.latest(sighting(1).id) == _right(_unsynced(1), 2)


def test_times_of_an_earlier_boot_stay_as_they_are(storage: Storage) -> None:
    storage.sightings.save(_unsynced(1))
    after_reboot = SightingStore(storage.db, storage.retention, boot="boot-2")
    after_reboot.clock_was_set(SHIFT)
    assert after_reboot.restamp(_due, NOW) == []
    assert after_reboot.latest(sighting(1).id) == _unsynced(1)


def test_what_comes_late_is_set_right_too(storage: Storage) -> None:
    storage.sightings.clock_was_set(SHIFT)
    storage.sightings.save(_unsynced(1))
    assert _finish(storage.sightings) == 1


def test_what_was_seen_just_after_the_clock_was_set_is_right_already(
    storage: Storage,
) -> None:
    late = _unsynced(1)
    storage.sightings.save(replace(late, first_seen=late.first_seen - SHIFT))
    storage.sightings.clock_was_set(SHIFT)
    _finish(storage.sightings, now=late.last_seen)
    latest = storage.sightings.latest(late.id)
    assert latest == replace(late, revision=2, clock=ClockQuality.SYNCED)


def test_a_run_whose_clock_is_not_vouched_for_any_more_is_not_shifted_again(
    storage: Storage,
) -> None:
    """A service that starts anew while no time server has answered for long."""
    storage.sightings.save(_unsynced(1))
    storage.sightings.clock_was_set(SHIFT)
    _finish(storage.sightings)
    storage.sightings.begin_run()
    storage.sightings.save(_unsynced(2))
    assert storage.sightings.restamp(_due, NOW) == []
    assert storage.sightings.latest(sighting(2).id) == _unsynced(2)


def test_each_run_of_a_boot_is_set_right_by_its_own_shift(storage: Storage) -> None:
    for number in range(BATCH + 1):
        storage.sightings.save(_unsynced(number))
    storage.sightings.clock_was_set(SHIFT)
    storage.sightings.restamp(_due, NOW)  # all but one, which is left to the next run
    storage.sightings.begin_run()
    later = _unsynced(BATCH + 1)
    storage.sightings.save(later)
    storage.sightings.clock_was_set(timedelta(0))
    _finish(storage.sightings)
    assert storage.sightings.latest(sighting(BATCH).id) == _right(_unsynced(BATCH), 2)
    latest = storage.sightings.latest(later.id)
    assert latest == replace(later, revision=2, clock=ClockQuality.SYNCED)


def test_runs_before_the_clock_was_set_share_their_shift(storage: Storage) -> None:
    storage.sightings.save(_unsynced(1))
    storage.sightings.begin_run()
    storage.sightings.save(_unsynced(2))
    storage.sightings.clock_was_set(SHIFT)
    _finish(storage.sightings)
    for number in (1, 2):
        latest = storage.sightings.latest(sighting(number).id)
        assert latest == _right(_unsynced(number), 2)
