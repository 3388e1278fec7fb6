"""Where a plate is expected next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.tracking.motion import Motion, apart
from tests.tracking.drive_by import plate_box, straight

WAY = straight(plate_box(100, 100, 100), plate_box(700, 400, 100), 0, 3)


@given(st.floats(0.05, 0.5))
def test_a_steady_plate_is_where_it_is_expected(step_s: float) -> None:
    start, then, now = WAY(0), WAY(step_s), WAY(2 * step_s)
    assert start
    assert then
    assert now
    motion = Motion(start, 0)
    motion.seen(then, step_s)
    assert apart(motion.expected(2 * step_s), now) < 0.01


def test_a_plate_that_grows_is_expected_to_go_on_growing() -> None:
    motion = Motion(plate_box(100, 100, 100), 0)
    motion.seen(plate_box(100, 100, 120), 0.5)
    assert motion.expected(1.0).width == pytest.approx(144)


def test_a_plate_that_stood_is_expected_to_stand() -> None:
    motion = Motion(plate_box(100, 100), 0)
    motion.seen(plate_box(200, 100), 1)
    motion.stood(2)
    assert motion.expected(3) == plate_box(200, 100)


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_nothing_is_foreseen_far_ahead(first_s: float, then_s: float) -> None:
    motion = Motion(plate_box(100, 100), 0)
    motion.seen(plate_box(180, 100, 200), first_s)
    motion.seen(plate_box(190, 100, 210), first_s)  # a clock that stands still
    expected = motion.expected(first_s + then_s)
    assert 0 < expected.width < 1e4
