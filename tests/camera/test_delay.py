"""What time stamps tell of a stream that falls behind."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.camera.delay import Delay

FPS = 25


def delays(arrivals_and_stamps: list[tuple[float, float]]) -> list[float]:
    delay = Delay()
    return [delay.of(arrived_s, stamp_s) for arrived_s, stamp_s in arrivals_and_stamps]


def test_a_queue_that_grows_is_seen() -> None:
    late = delays([(100 + 1.1 * i / FPS, i / FPS) for i in range(40 * FPS)])
    assert late[-1] == pytest.approx(4, abs=0.3)


def test_frames_that_were_held_back_at_first_are_not_taken_for_prompt() -> None:
    held = [(102.0, i / FPS) for i in range(20)]
    prompt = [(100 + i / FPS, i / FPS) for i in range(50, 60)]
    assert delays([*held, *prompt])[-1] < 0.01


def test_a_clock_that_is_slow_by_ten_seconds_in_an_hour_is_not_late() -> None:
    late = delays([(i, i * (1 - 10 / 3600)) for i in range(10 * 3600)])
    assert max(late) < 0.01


def test_a_jump_of_the_stamps_is_not_late() -> None:
    before = [(i / FPS, i / FPS) for i in range(50)]
    after = [(i / FPS, i / FPS - 1000) for i in range(50, 100)]
    assert max(delays(before + after)) < 0.01


def test_stamps_that_fall_back_a_little_again_and_again_are_not_late() -> None:
    pairs = [(i / FPS, i / FPS - 0.3 * (i // (5 * FPS))) for i in range(60 * FPS)]
    assert max(delays(pairs)) < 0.01


def test_without_stamps_no_frame_is_late() -> None:
    assert max(delays([(i / FPS, 0.0) for i in range(1000)])) == 0


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6))))
def test_no_frame_comes_before_its_time(pairs: list[tuple[float, float]]) -> None:
    assert all(late_s >= 0 for late_s in delays(pairs))


@given(st.lists(st.tuples(st.floats(0, 2), st.floats(-5, 5)), min_size=2))
def test_no_frame_is_older_than_the_one_before(
    steps: list[tuple[float, float]],
) -> None:
    """Whatever the stamps say: what follows relies on frames in order of time."""
    pairs = list(accumulate(steps, lambda at, step: (at[0] + step[0], at[1] + step[1])))
    taken = [
        arrived_s - late_s
        for (arrived_s, _), late_s in zip(pairs, delays(pairs), strict=True)
    ]
    assert all(after >= before - 1e-9 for before, after in pairwise(taken))
