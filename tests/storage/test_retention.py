"""Space and age are kept to, and what is owed goes last."""

import itertools
import os
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from edge_anpr.config.storage import StorageConfig
from edge_anpr.errors import StorageFailed
from edge_anpr.records import ClockQuality
from edge_anpr.storage.access import Access, AccessLog, Action
from edge_anpr.storage.files import all_files, size_bytes
from edge_anpr.storage.retention import Retention
from edge_anpr.storage.status import StorageStatus, storage_status
from edge_anpr.storage.viewing import View
from tests.storage.making import CROP, NOON, REVIEW, SIGHTING, Storage, sighting


def store(storage: Storage, numbers: range, jpeg_bytes: int = 5000) -> None:
    for number in numbers:
        each = sighting(number, crop=os.urandom(jpeg_bytes))
        storage.sightings.save(each, [SIGHTING, CROP])


def status_of(storage: Storage) -> StorageStatus:
    return storage_status(storage.db)


def test_crops_go_before_their_sightings_when_they_are_old(storage: Storage) -> None:
    store(storage, range(3))
    storage.sightings.save(sighting(1, revision=2, crop=b"other"))
    storage.deliver_all()
    storage.retention.turn(NOON + timedelta(days=7, minutes=2))
    assert [bool(each.crop_jpeg) for each in storage.sightings.recent(9)] == [
        True,
        False,
        False,
    ]
    storage.retention.turn(NOON + timedelta(days=30, minutes=2))
    assert [each.id for each in storage.sightings.recent(9)] == [sighting(2).id]
    assert status_of(storage).crops == 0


@pytest.mark.parametrize("kept", ["sightings", "crops", "owed", "access"])
@pytest.mark.parametrize("days", [100_000, 365_000, 999_999])
def test_no_age_in_the_settings_is_beyond_the_calendar(
    storage: Storage, kept: str, days: float
) -> None:
    store(storage, range(3))
    ages = {f"keep_{kept}_days": days}
    try:
        config = StorageConfig.model_validate(ages)
    except ValidationError:
        assert days > 365_000  # which is told with its line
    else:
        Retention(storage.db, config).turn(NOON)
        assert status_of(storage).crops == 3


def test_what_is_owed_does_not_age(storage: Storage) -> None:
    store(storage, range(3))
    storage.retention.turn(NOON + timedelta(days=999))
    assert status_of(storage).crops == 3


def test_what_is_owed_for_too_long_is_given_up_and_counted(tmp_path: Path) -> None:
    storage = Storage(tmp_path, keep_owed_days=60)
    store(storage, range(3))
    storage.retention.turn(NOON + timedelta(days=60, minutes=2))
    assert status_of(storage).sightings == 1
    assert status_of(storage).sightings_given_up == 2
    storage.db.close()


def _store_delivered_with_reviews_owed(storage: Storage, numbers: range) -> None:
    for number in numbers:
        each = sighting(number, crop=os.urandom(5000))
        storage.sightings.save(each, [SIGHTING, CROP, REVIEW])
    storage.deliver_all()


def test_what_owes_but_a_review_ages_like_what_is_delivered(tmp_path: Path) -> None:
    storage = Storage(tmp_path, keep_owed_days=3)
    _store_delivered_with_reviews_owed(storage, range(2))
    left = []
    for day in (3.1, 6.9, 7.1, 29.9, 30.1):
        storage.retention.turn(NOON + timedelta(days=day))
        status = status_of(storage)
        left.append((status.sightings, status.crops))
    assert left == [(2, 2), (2, 2), (2, 0), (2, 0), (0, 0)]
    assert status_of(storage).sightings_given_up == 0
    storage.db.close()


def test_for_room_reviews_go_before_what_was_not_delivered(storage: Storage) -> None:
    _store_delivered_with_reviews_owed(storage, range(50, 100))
    store(storage, range(20))
    storage.leave_room(300_000)
    storage.retention.turn(NOON)
    status = status_of(storage)
    assert (status.sightings_given_up, status.crops_given_up) == (0, 0)
    assert [each.destination for each in status.owed] == ["mqtt", "mqtt"]


WRONG = {
    "never set": datetime(1970, 1, 1, tzinfo=UTC),
    "behind": NOON - timedelta(days=50),
    "ahead": datetime(2099, 1, 1, tzinfo=UTC),
}
by_wrong_clocks = pytest.mark.parametrize("shown", WRONG.values(), ids=WRONG.keys())


def _store_with_an_unset_clock(storage: Storage, shown: datetime) -> None:
    for number in range(3):
        each = replace(
            sighting(number, crop=b"jpeg"),
            first_seen=shown,
            last_seen=shown,
            clock=ClockQuality.UNSYNCED,
        )
        storage.sightings.save(each, [SIGHTING, CROP])


@by_wrong_clocks
def test_what_an_unset_clock_dated_is_not_taken_for_old(
    tmp_path: Path, shown: datetime
) -> None:
    storage = Storage(tmp_path, keep_owed_days=60)
    _store_with_an_unset_clock(storage, shown)
    storage.retention.turn(NOON)
    assert status_of(storage).sightings == 3
    assert status_of(storage).sightings_given_up == 0
    storage.deliver_all()
    storage.retention.turn(NOON + timedelta(days=6))
    assert status_of(storage).crops == 3
    storage.db.close()


@by_wrong_clocks
def test_what_an_unset_clock_dated_ages_from_when_the_clock_was_right(
    tmp_path: Path, shown: datetime
) -> None:
    storage = Storage(tmp_path, keep_owed_days=60)
    _store_with_an_unset_clock(storage, shown)
    storage.retention.turn(NOON)
    storage.retention.turn(NOON + timedelta(days=61))
    assert status_of(storage).sightings_given_up == 3
    _store_with_an_unset_clock(storage, shown)
    storage.deliver_all()
    storage.retention.turn(NOON)
    storage.retention.turn(NOON + timedelta(days=8))
    assert (status_of(storage).crops, status_of(storage).sightings) == (0, 3)
    storage.retention.turn(NOON + timedelta(days=31))
    assert status_of(storage).sightings == 0
    storage.db.close()


@by_wrong_clocks
@pytest.mark.parametrize("now", [None, NOON], ids=["still unset", "set since"])
def test_what_an_unset_clock_dated_goes_like_any_other_for_room(
    storage: Storage, shown: datetime, now: datetime | None
) -> None:
    _store_with_an_unset_clock(storage, shown)
    storage.deliver_all()
    storage.retention.turn(now)
    storage.leave_room(10_000)
    storage.retention.turn(now)
    assert status_of(storage).sightings == 0


def test_what_was_given_up_is_told_for_a_week(tmp_path: Path) -> None:
    storage = Storage(tmp_path, keep_owed_days=1)
    store(storage, range(2))
    storage.retention.turn(NOON + timedelta(days=2))
    storage.sightings.save(sighting(3), [SIGHTING])
    told = []
    for day in (3, 8, 9, 10, 11):
        storage.retention.turn(NOON + timedelta(days=day))
        told.append(status_of(storage).sightings_given_up)
    assert told == [3, 3, 3, 1, 0]
    storage.db.close()


def test_what_was_given_up_before_the_clock_was_set_is_told(
    storage: Storage,
) -> None:
    store(storage, range(20))
    storage.leave_room(10_000)
    storage.retention.turn(None)
    assert status_of(storage).sightings_given_up == 20
    assert status_of(storage).crops_given_up == 20


def test_a_crop_that_finds_no_room_is_counted(storage: Storage) -> None:
    storage.leave_room(0)
    storage.sightings.save(sighting(1, crop=os.urandom(2_000_000)), [SIGHTING, CROP])
    status = status_of(storage)
    assert (status.sightings, status.crops, status.crops_given_up) == (1, 0, 1)


def test_what_is_refused_ages_like_what_is_delivered_and_is_counted(
    storage: Storage,
) -> None:
    store(storage, range(3))
    while owed := storage.outbox.next_owed():
        storage.outbox.refused(owed, "too large")
    told = []
    for day in (6, 8, 31):
        storage.retention.turn(NOON + timedelta(days=day))
        status = status_of(storage)
        told.append((status.crops_given_up, status.sightings_given_up))
    assert told == [(0, 0), (3, 0), (0, 3)]  # each for a week
    assert status_of(storage).sightings == 0


def test_a_delivered_crop_of_an_owed_sighting_is_not_called_lost(
    storage: Storage,
) -> None:
    for number in range(20):
        each = sighting(number, crop=os.urandom(5000))
        storage.sightings.save(each, [CROP])
    storage.deliver_all()
    for number in range(20):
        latest = storage.sightings.latest(sighting(number).id)
        assert latest
        storage.sightings.save(replace(latest, revision=2), [SIGHTING])
    storage.leave_room(90_000)
    storage.retention.turn(NOON)
    status = status_of(storage)
    assert (status.crops, status.crops_given_up) == (0, 0)
    assert (status.sightings, status.sightings_given_up) == (20, 0)


def test_nothing_is_old_before_the_clock_is_set(storage: Storage) -> None:
    store(storage, range(1))
    storage.deliver_all()
    storage.retention.turn(None)
    assert status_of(storage).crops == 1


def test_the_files_never_exceed_the_quota(storage: Storage) -> None:
    largest = 0
    for start in range(0, 700, 50):
        store(storage, range(start, start + 50), jpeg_bytes=20_000)
        if start < 200:
            storage.deliver_all()
        largest = max(largest, size_bytes(all_files(storage.db.path)))
    assert 0.8 * storage.db.max_bytes < largest <= storage.db.max_bytes
    status = status_of(storage)
    assert status.sightings_given_up == 0
    assert status.crops_given_up > 0
    assert not status.is_short_of_space
    assert {each.owed for each in status.owed if each.kind == SIGHTING.kind} == {500}


def test_a_quota_made_smaller_makes_the_file_smaller(storage: Storage) -> None:
    store(storage, range(300))
    storage.deliver_all()
    storage.leave_room(1_000_000)
    storage.retention.turn(None)
    storage.db.checkpoint("truncate")
    assert storage.db.path.stat().st_size <= 1_000_000


def test_a_turn_is_short_however_much_is_too_old(storage: Storage) -> None:
    store(storage, range(120))
    storage.deliver_all()
    passed_s = itertools.count()  # a second at every look
    slow = Retention(storage.db, storage.config, lambda: float(next(passed_s)))
    left = []
    while not slow.turn(NOON + timedelta(days=99)):
        left.append(status_of(storage).sightings)
    assert left == [120, 120, 120, 70, 20, 0]


def test_a_turn_is_short_however_much_is_too_much(storage: Storage) -> None:
    store(storage, range(120))
    storage.leave_room(10_000)
    passed_s = itertools.count()
    slow = Retention(storage.db, storage.config, lambda: float(next(passed_s)))
    assert not slow.turn(None)
    assert status_of(storage).crops == 70
    while not slow.turn(None):
        pass
    assert status_of(storage).crops == 0


def test_what_is_owed_outlasts_who_looked_at_what(storage: Storage) -> None:
    log = AccessLog(storage.db, View(storage.db.path))
    many = tuple(sighting(number).id for number in range(1000))
    for _ in range(60):
        log.note(Access(NOON, "ann", "192.0.2.1", Action.DOWNLOAD, many))
    store(storage, range(20))
    storage.leave_room(500_000)
    storage.retention.turn(None)
    status = status_of(storage)
    assert (status.sightings_given_up, status.crops_given_up) == (0, 0)
    assert len(log.recent(99)) == 10


TODAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
UNDATED = {
    "never set": datetime(1970, 1, 1, 0, 5, tzinfo=UTC),
    "by an old file": datetime(2024, 6, 1, tzinfo=UTC),
    "ahead": datetime(2099, 1, 1, tzinfo=UTC),
}


@pytest.mark.parametrize("shown", UNDATED.values(), ids=UNDATED.keys())
def test_who_looked_by_an_unset_clock_is_known_for_its_time(
    storage: Storage, shown: datetime
) -> None:
    log = AccessLog(storage.db, View(storage.db.path))
    log.note(Access(shown, "ann", "192.0.2.1", Action.LOOK, ("gate-1",), "page 2"))
    log.note(Access(TODAY, "ben", "192.0.2.2", Action.LOOK))
    left = []
    for day in (0, 364, 366):
        storage.retention.turn(TODAY + timedelta(days=day))
        left.append([(each.who, each.detail) for each in log.recent(9)])
    undated = ("ann", "page 2; before the clock was set")
    assert left == [[("ben", ""), undated], [("ben", ""), undated], []]


def test_a_damaged_file_goes_before_anything_else(storage: Storage) -> None:
    store(storage, range(100))
    storage.deliver_all()
    aside = storage.db.path.with_name("sightings.db.damaged-20250301T120000Z-1")
    aside.write_bytes(b"\0" * 9_000_000)
    storage.retention.turn(None)
    assert not aside.exists()
    assert status_of(storage).crops == 100


def test_a_damaged_file_ages(storage: Storage) -> None:
    aside = storage.db.path.with_name("sightings.db.damaged-20250301T120000Z-1")
    aside.touch()
    os.utime(aside, (0, 0))
    storage.retention.turn(NOON)
    assert not aside.exists()


def _unremovable(storage: Storage) -> Path:
    """A folder that has the name of a damaged file, from long ago."""
    aside = storage.db.path.with_name("sightings.db.damaged-20250301T120000Z-1")
    aside.mkdir()
    os.utime(aside, (0, 0))
    return aside


def test_a_damaged_file_that_stays_keeps_nothing_else_from_ageing(
    storage: Storage,
) -> None:
    _unremovable(storage)
    store(storage, range(120))
    storage.deliver_all()
    with pytest.raises(StorageFailed, match="cannot be removed"):
        storage.retention.turn(NOON + timedelta(days=99))
    assert status_of(storage).sightings == 0
    assert not status_of(storage).is_short_of_space


def test_a_damaged_file_that_stays_keeps_no_room_from_being_made(
    storage: Storage,
) -> None:
    aside = _unremovable(storage)
    aside.with_name(f"{aside.name}-wal").touch()
    store(storage, range(100))
    storage.deliver_all()
    storage.leave_room(300_000)
    storage.retention.turn(None)
    assert status_of(storage).crops < 50
    assert status_of(storage).damaged_files == (aside.name,)
    assert not aside.with_name(f"{aside.name}-wal").exists()


@dataclass(frozen=True)
class Plan:
    """What is stored before there is too little room."""

    delivered: int
    owed: int
    room_kb: int


PLANS = st.builds(Plan, st.integers(0, 120), st.integers(0, 120), st.integers(10, 1000))


@settings(max_examples=8, deadline=None)
@given(PLANS)
def test_what_is_owed_is_given_up_only_when_nothing_else_is_left(plan: Plan) -> None:
    with tempfile.TemporaryDirectory() as folder:
        storage = Storage(Path(folder))
        store(storage, range(plan.delivered))
        storage.deliver_all()
        store(storage, range(1000, 1000 + plan.owed))
        storage.leave_room(1000 * plan.room_kb)
        storage.retention.turn(None)
        status = status_of(storage)
        kept = storage.sightings.recent(999)
        storage.db.close()
    owed = [each for each in kept if each.id >= sighting(1000).id]
    delivered = [each for each in kept if each.id < sighting(1000).id]
    order = [
        sum(each.crop_jpeg is not None for each in delivered),
        len(delivered),
        sum(each.crop_jpeg is not None for each in owed),
        len(owed),
    ]
    before = [plan.delivered, plan.delivered, plan.owed, plan.owed]
    touched = [now < then for now, then in zip(order, before, strict=True)]
    # Whatever is touched, all that comes before it in the order is gone.
    last = max((i for i, each in enumerate(touched) if each), default=0)
    assert not any(order[:last])
    assert status.sightings_given_up == plan.owed - len(owed)
    assert status.crops_given_up >= plan.owed - order[2] - status.sightings_given_up
