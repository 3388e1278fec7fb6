import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.delivery.courier import Courier, Owed, Pace
from edge_anpr.errors import (
    DatabaseDamaged,
    DeliveryFailed,
    DeliveryRefused,
    StorageFailed,
)
from edge_anpr.records import Kind
from tests.delivery.owed import WATCHED, MemoryOutbox, OwedItem, owed, sighting

PACE = Pace(per_s=10, idle_s=0.5, first_retry_s=1, max_retry_s=8)


class Hall:
    """A destination that answers as it is told."""

    name = "hall"

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)  # then it takes everything
        self.has: list[Owed] = []
        self.is_open = True

    def prepare(self) -> None:
        if not self.is_open:
            raise DeliveryFailed("closed")

    def deliver(self, owed: Owed) -> None:
        answer = self.answers.pop(0) if self.answers else None
        if answer:
            raise answer
        self.has.append(owed)


def _courier(
    outbox: MemoryOutbox, hall: Hall, chance: float = 1.0
) -> Courier[OwedItem]:
    return Courier(outbox, hall, PACE, lambda: chance)


def test_alerts_go_before_sightings_and_crops() -> None:
    outbox, hall = owed(sighting("a"), sighting("b", WATCHED)), Hall()
    courier = _courier(outbox, hall)
    for _ in range(5):
        courier.step()
    assert [(each.kind, each.sighting.id) for each in hall.has] == [
        (Kind.ALERT, "b"),
        (Kind.SIGHTING, "a"),
        (Kind.SIGHTING, "b"),
        (Kind.CROP, "a"),
        (Kind.CROP, "b"),
    ]
    assert outbox.items == []


def test_what_has_piled_up_goes_out_no_faster_than_allowed() -> None:
    assert _courier(owed(sighting()), Hall()).step() == 0.1


def test_with_nothing_owed_it_looks_again_soon() -> None:
    assert _courier(owed(), Hall()).step() == 0.5


def test_it_waits_twice_as_long_after_every_failure_up_to_a_limit() -> None:
    hall = Hall(*[DeliveryFailed("away")] * 6)
    courier = _courier(owed(sighting()), hall)
    assert [courier.step() for _ in range(6)] == [1, 2, 4, 8, 8, 8]
    assert courier.trouble == "away"
    courier.step()
    assert courier.trouble is None


@given(st.floats(0, 1))
def test_waits_are_spread_over_the_whole_of_their_length(chance: float) -> None:
    courier = _courier(owed(sighting()), Hall(DeliveryFailed("away")), chance)
    assert courier.step() == chance


def test_nothing_is_lost_while_the_destination_is_away() -> None:
    outbox, hall = owed(sighting("a"), sighting("b")), Hall()
    hall.is_open = False
    courier = _courier(outbox, hall)
    for _ in range(1000):
        courier.step()
    assert len(outbox.items) == 4
    hall.is_open = True
    for _ in range(4):
        courier.step()
    assert len(hall.has) == 4


def test_what_is_refused_is_kept_with_its_reason_and_the_next_goes() -> None:
    outbox = owed(sighting("a"), sighting("b"), kinds=[Kind.SIGHTING])
    hall = Hall(DeliveryRefused("too large"))
    courier = _courier(outbox, hall)
    courier.step()
    courier.step()
    assert list(outbox.reasons.values()) == ["too large"]
    assert [each.sighting.id for each in hall.has] == ["b"]


def test_a_store_that_cannot_be_used_is_tried_again() -> None:
    class Stuck(MemoryOutbox):
        def next_owed(self) -> OwedItem | None:
            raise StorageFailed("the disk is gone")

    courier = _courier(Stuck([]), Hall())
    assert courier.step() == 1
    assert courier.trouble == "the disk is gone"


def test_a_damaged_database_ends_the_program() -> None:
    class Damaged(MemoryOutbox):
        def next_owed(self) -> OwedItem | None:
            raise DatabaseDamaged("it is")

    with pytest.raises(DatabaseDamaged):
        _courier(Damaged([]), Hall()).step()


def test_an_outage_is_said_once_and_so_is_its_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    courier = _courier(owed(sighting()), Hall(*[DeliveryFailed("away")] * 5))
    for _ in range(7):
        courier.step()
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_no_plate_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    courier = _courier(owed(sighting()), Hall(DeliveryRefused("no")))
    courier.step()
    assert caplog.records
    assert "AB12CDE" not in caplog.text
