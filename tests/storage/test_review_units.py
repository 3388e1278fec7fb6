"""Units are counted before they are spent, and never more than are allowed."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from edge_anpr.storage.review_units import Allowance, ReviewUnits, Spent
from tests.storage.making import Storage

LAST_OF_MARCH = date(2025, 3, 31)
FIRST_OF_APRIL = date(2025, 4, 1)
ALLOWANCE = Allowance(month=50, day=20)
TEN_YEARS = 3652
JUMP_DAYS = st.integers(-40, 40) | st.sampled_from([-TEN_YEARS, TEN_YEARS])


@pytest.fixture
def units(storage: Storage) -> ReviewUnits:
    return ReviewUnits(storage.db)


def test_a_day_and_a_month_have_their_limits(units: ReviewUnits) -> None:
    first = date(2025, 3, 1)
    assert units.take(16, [], first, ALLOWANCE) == 16
    assert units.take(16, [], first, ALLOWANCE) == 4
    assert units.take(16, [], first, ALLOWANCE) == 0
    assert units.take(99, [], date(2025, 3, 2), ALLOWANCE) == 20
    assert units.take(99, [], date(2025, 3, 3), ALLOWANCE) == 10
    assert units.take(99, [], LAST_OF_MARCH, ALLOWANCE) == 0
    assert units.spent(LAST_OF_MARCH) == Spent(month=50, day=0)


def test_a_new_month_has_units_again(units: ReviewUnits) -> None:
    for day in range(1, 4):
        units.take(99, [], date(2025, 3, day), ALLOWANCE)
    assert units.take(1, [], LAST_OF_MARCH, ALLOWANCE) == 0
    assert units.take(1, [], FIRST_OF_APRIL, ALLOWANCE) == 1


def test_what_was_not_billed_comes_back(units: ReviewUnits) -> None:
    units.take(16, [], LAST_OF_MARCH, ALLOWANCE)
    units.give_back(16, [], LAST_OF_MARCH)
    assert units.spent(LAST_OF_MARCH) == Spent(0, 0)


def test_another_process_on_the_same_file_sees_what_was_spent(
    storage: Storage, units: ReviewUnits
) -> None:
    units.take(15, [], LAST_OF_MARCH, ALLOWANCE)
    other = Storage(storage.config.folder)
    assert ReviewUnits(other.db).take(15, [], LAST_OF_MARCH, ALLOWANCE) == 5
    other.db.close()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(JUMP_DAYS, st.integers(1, 16)), max_size=12))
@example([(0, 16), (0, 16), (TEN_YEARS, 1), (-TEN_YEARS, 16)])
def test_a_clock_that_jumps_never_overspends(
    storage: Storage, turns: list[tuple[int, int]]
) -> None:
    units = ReviewUnits(storage.db)
    with storage.db.reading() as connection:
        connection.execute("delete from review_units")
    today = FIRST_OF_APRIL
    taken = []
    for jump_days, most in turns:
        today += timedelta(days=jump_days)
        taken.append((today, units.take(most, [], today, ALLOWANCE)))
    # Whatever the clock said: what stands in one month or day is within its limit.
    for day, _ in taken:
        in_month = [
            n for at, n in taken if (at.year, at.month) == (day.year, day.month)
        ]
        assert sum(in_month) <= ALLOWANCE.month
        assert sum(n for at, n in taken if at == day) <= ALLOWANCE.day
    # And a clock that has gone back has no second budget to spend.
    backwards = all(jump <= 0 for jump, _ in turns[1:])
    if backwards:
        assert sum(n for _, n in taken) <= ALLOWANCE.day
