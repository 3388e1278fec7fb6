"""What is owed a review, in which order, and when it no longer is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from edge_anpr.records import ClockQuality
from edge_anpr.storage.review_queue import REVIEW_DUE, ReviewQueue
from edge_anpr.storage.review_units import Allowance, ReviewUnits
from tests.storage.making import NOON, SIGHTING, Storage, sighting

PLENTY = Allowance(month=1000, day=1000)
TODAY = date(2025, 3, 1)


@pytest.fixture
def queue(storage: Storage) -> ReviewQueue:
    for number in range(5):
        storage.sightings.save(sighting(number, crop=b"jpeg"), [SIGHTING, REVIEW_DUE])
    return ReviewQueue(storage.db)


def _numbers(queue: ReviewQueue, most: int = 99) -> list[int]:
    return [int(each.sighting.id[-6:]) for each in queue.first(most)]


def test_the_newest_is_asked_about_first(queue: ReviewQueue) -> None:
    assert _numbers(queue) == [4, 3, 2, 1, 0]
    assert _numbers(queue, 2) == [4, 3]
    assert queue.count() == 5


def test_what_was_paid_for_without_an_answer_goes_to_the_end(
    storage: Storage, queue: ReviewQueue
) -> None:
    ReviewUnits(storage.db).take(2, queue.first(2), TODAY, PLENTY)
    assert _numbers(queue) == [2, 1, 0, 4, 3]


def test_what_was_paid_for_too_often_is_given_up(
    storage: Storage, queue: ReviewQueue
) -> None:
    newest = queue.first(1)
    for _ in range(3):
        ReviewUnits(storage.db).take(1, newest, TODAY, PLENTY)
    assert queue.refuse_tried(4) == 0
    assert queue.refuse_tried(3) == 1
    assert _numbers(queue) == [3, 2, 1, 0]


def test_what_is_too_old_is_not_asked_about(queue: ReviewQueue) -> None:
    assert queue.expire(NOON + timedelta(minutes=3)) == 3
    assert _numbers(queue) == [4, 3]


def test_only_reviews_are_withdrawn_refused_and_forgotten(
    storage: Storage, queue: ReviewQueue
) -> None:
    queue.withdraw(queue.first(1))
    queue.refuse(queue.first(1)[0], "it is no picture")
    assert _numbers(queue) == [2, 1, 0]
    assert queue.forget() == 4  # with the refused one
    assert queue.count() == 0
    with storage.db.reading() as connection:
        assert connection.execute("select count(*) from owed").fetchone()[0] == 5


WRONG = [datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)]


@pytest.mark.parametrize("shown", WRONG, ids=["behind", "ahead"])
def test_what_an_unset_clock_dated_is_too_old_once_that_is_known(
    storage: Storage, shown: datetime
) -> None:
    undated = replace(
        sighting(0, crop=b"jpeg"),
        first_seen=shown,
        last_seen=shown,
        clock=ClockQuality.UNSYNCED,
    )
    storage.sightings.save(undated, [REVIEW_DUE])
    queue = ReviewQueue(storage.db)
    assert queue.expire(NOON) == 0  # its true time may be on its way
    storage.retention.turn(NOON)
    assert queue.expire(NOON) == 0
    assert queue.expire(NOON + timedelta(seconds=1)) == 1
