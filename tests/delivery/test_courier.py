import logging
from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.delivery.courier import Courier, Owed, Pace
from edge_anpr.errors import (
    DatabaseDamaged,
    DeliveryFailed,
    DeliveryForbidden,
    DeliveryRefused,
    StorageFailed,
)
from edge_anpr.records import Kind
from tests.delivery.owed import WATCHED, MemoryOutbox, OwedItem, owed, sighting

PACE = Pace(per_s=10, idle_s=0.5, first_retry_s=1, max_retry_s=8)
LESS_URGENT = [Kind.SIGHTING, Kind.CROP]


class Hall:
    """A destination that answers as it is told."""

    name = "hall"

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)  # then it takes everything
        self.has: list[Owed] = []
        self.is_open = True
        self.forbidden: set[Kind] = set()
        self.fault: type[DeliveryFailed] = DeliveryFailed  # of these
        self.doors = 0  # tried
        self.tries = 0
        self.is_contested = False

    def prepare(self) -> None:
        self.doors += 1
        if not self.is_open:
            raise DeliveryFailed("closed")

    def deliver(self, owed: Owed) -> None:
        self.tries += 1
        if owed.kind in self.forbidden:
            raise self.fault("forbidden")
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


def _waits(courier: Courier[OwedItem], hall: Hall, number: int) -> list[float]:
    """After each of so many tries until the next, in all."""
    waits: list[float] = []
    while len(waits) <= number:
        before, wait_s = hall.tries, courier.step()
        if hall.tries > before:
            waits.append(0.0)
        waits[-1] += wait_s
    return waits[:number]


def test_it_waits_twice_as_long_after_every_failure_up_to_a_limit() -> None:
    hall = Hall()
    hall.is_open = False
    courier = _courier(owed(sighting()), hall)
    assert [courier.step() for _ in range(6)] == [1, 2, 4, 8, 8, 8]
    assert courier.trouble == "closed"
    hall.is_open = True
    courier.step()
    assert courier.trouble is None


def test_waits_grow_though_something_goes_while_another_has_the_same_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    outbox = owed(*(sighting(f"{n}") for n in range(9)), kinds=[Kind.SIGHTING])
    hall, waits = Hall(), []
    hall.is_contested = True
    courier = _courier(outbox, hall)
    for _ in range(6):
        hall.is_open = False
        waits.append(courier.step())
        hall.is_open = True
        assert courier.step() == 1 / PACE.per_s
    assert waits == [1, 2, 4, 8, 8, 8]
    assert (len(hall.has), len(outbox.items)) == (6, 3)
    hall.is_contested = False
    courier.step()
    hall.is_open = False
    assert courier.step() == 1
    levels = [record.levelname for record in caplog.records]
    assert levels == ["WARNING", "INFO", "WARNING"]  # waits, goes on, waits


def test_it_waits_as_long_where_only_the_delivery_fails() -> None:
    hall = Hall(*[DeliveryFailed("away")] * 6)
    courier = _courier(owed(sighting()), hall)
    assert _waits(courier, hall, 6) == [1, 2, 4, 8, 8, 8]


@given(st.floats(0, 1))
def test_waits_are_spread_over_the_whole_of_their_length(chance: float) -> None:
    hall = Hall()
    hall.is_open = False
    assert _courier(owed(sighting()), hall, chance).step() == chance


@pytest.mark.parametrize("kind", LESS_URGENT)
@given(st.integers(1, 100), st.floats(0, 1))
def test_what_matters_more_passes_what_fails_at_the_next_look(
    kind: Kind, steps: int, chance: float
) -> None:
    outbox, hall = owed(sighting("a"), kinds=[kind]), Hall()
    hall.forbidden = {kind}
    courier = _courier(outbox, hall, chance)
    for _ in range(steps):
        assert courier.step() <= PACE.idle_s
    outbox.items += owed(sighting("b", WATCHED), kinds=[Kind.ALERT]).items
    assert courier.step() <= PACE.idle_s
    assert [each.sighting.id for each in hall.has] == ["b"]
    assert [each.kind for each in outbox.items] == [kind]


def test_what_fails_waits_no_less_because_something_passes_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outbox, hall = owed(sighting("a"), kinds=[Kind.CROP]), Hall()
    hall.forbidden = {Kind.CROP}
    courier = _courier(outbox, hall)
    _waits(courier, hall, 4)
    for number in range(40):  # two a second, and the wait is 8 s
        outbox.items += owed(sighting(f"{number}"), kinds=[Kind.SIGHTING]).items
        courier.step()
        courier.step()
        assert courier.trouble == "forbidden (only crops wait)"
    assert len(hall.has) == 40
    assert hall.tries == 5 + 40 + 2
    assert len(caplog.records) == 1


def test_what_matters_more_starts_with_a_short_wait_of_its_own() -> None:
    outbox, hall = owed(sighting("a"), kinds=[Kind.CROP]), Hall()
    hall.forbidden = set(Kind)
    courier = _courier(outbox, hall)
    _waits(courier, hall, 5)
    outbox.items += owed(sighting("b", WATCHED), kinds=[Kind.ALERT]).items
    assert _waits(courier, hall, 2) == [1, 2]


@given(st.sets(st.sampled_from(Kind), max_size=2), st.floats(0, 1))
def test_all_else_passes_what_is_forbidden(kinds: set[Kind], chance: float) -> None:
    outbox, hall = owed(sighting("a", WATCHED), sighting("b", WATCHED)), Hall()
    hall.forbidden, hall.fault = kinds, DeliveryForbidden
    courier = _courier(outbox, hall, chance)
    waited_s = sum(courier.step() for _ in range(20))
    assert waited_s < 20 * PACE.idle_s
    assert {each.kind for each in outbox.items} == kinds
    assert {each.kind for each in hall.has} == set(Kind) - kinds
    assert (courier.trouble or "").count("forbidden (only ") == len(kinds)
    hall.forbidden = set()
    while outbox.items:
        courier.step()
    courier.step()
    assert courier.trouble is None


def test_what_is_forbidden_is_tried_ever_less_often_and_all_else_at_once() -> None:
    outbox, hall = owed(sighting("a", WATCHED), kinds=[Kind.ALERT]), Hall()
    hall.forbidden, hall.fault = {Kind.ALERT}, DeliveryForbidden
    courier = _courier(outbox, hall)
    waited_s = 0.0
    while waited_s < 1 + 2 + 4 + 8 + 8:
        waited_s += courier.step()
        if len(outbox.items) == 1:
            outbox.items += owed(sighting("b"), kinds=[Kind.SIGHTING]).items
    assert hall.tries - len(hall.has) == 5
    assert len(hall.has) > 100
    outbox.items.clear()
    waited_s = 0.0
    while waited_s <= PACE.max_retry_s:
        waited_s += courier.step()
    assert courier.trouble is None


def test_when_what_failed_is_gone_the_next_goes() -> None:
    outbox, hall = owed(sighting("a"), kinds=[Kind.CROP]), Hall()
    hall.forbidden = {Kind.CROP}
    courier = _courier(outbox, hall)
    courier.step()
    outbox.items.clear()
    assert courier.step() == PACE.idle_s
    assert courier.trouble is None


def test_what_is_stored_last_is_sent_though_crops_wait() -> None:
    outbox, hall = owed(sighting("a"), kinds=[Kind.CROP]), Hall()
    hall.forbidden = {Kind.CROP}
    courier = _courier(outbox, hall)
    _waits(courier, hall, 4)
    outbox.items += owed(sighting("b", WATCHED), kinds=[Kind.SIGHTING]).items
    outbox.items += owed(sighting("b", WATCHED), kinds=[Kind.ALERT]).items
    courier.finish(6)
    assert [each.kind for each in hall.has] == [Kind.ALERT, Kind.SIGHTING]
    assert [each.kind for each in outbox.items] == [Kind.CROP]


def test_at_the_end_nobody_waits_for_a_destination_that_is_away() -> None:
    hall = Hall()
    hall.is_open = False
    courier = _courier(owed(sighting()), hall)
    courier.step()
    courier.finish(6)
    assert hall.doors == 1


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
        def next_owed(self, _: Collection[Kind] = ()) -> OwedItem | None:
            raise StorageFailed("the disk is gone")

    courier = _courier(Stuck([]), Hall())
    assert courier.step() == 1
    assert courier.trouble == "the disk is gone"


def test_a_damaged_database_ends_the_program() -> None:
    class Damaged(MemoryOutbox):
        def next_owed(self, _: Collection[Kind] = ()) -> OwedItem | None:
            raise DatabaseDamaged("it is")

    with pytest.raises(DatabaseDamaged):
        _courier(Damaged([]), Hall()).step()


def test_an_outage_is_said_once_and_so_is_its_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    hall = Hall(*[DeliveryFailed("away")] * 5)
    courier = _courier(owed(sighting()), hall)
    _waits(courier, hall, 5)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_no_plate_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    courier = _courier(owed(sighting()), Hall(DeliveryRefused("no")))
    courier.step()
    assert caplog.records
    assert "AB12CDE" not in caplog.text
