"""The best frames wait in order, within count, bytes and age."""

from datetime import UTC, datetime
from threading import Thread

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.config.camera import MotionConfig
from edge_anpr.recognition.burst import Burst, promise
from edge_anpr.recognition.motion import Motion
from edge_anpr.records import Box, Frame, Pixels

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
RANDOM = np.random.default_rng(0)
DETAIL = RANDOM.integers(0, 256, (40, 60, 3), np.uint8)


def blurred(width: int) -> Pixels:
    return cv2.blur(DETAIL, (width, 1)).astype(np.uint8, copy=False)


def moving(*boxes: Box) -> Motion:
    return Motion(boxes, is_recent=True)


ALL_OVER = moving(Box(0, 0, 60, 40))


def wait_for(burst: Burst, *blurs: int, step_s: float = 0.01) -> list[int]:
    """Put a frame of each blur, then take all; the places of those that come."""
    for i, blur in enumerate(blurs):
        burst.put(Frame(blurred(blur), NOON, i * step_s), ALL_OVER)
    taken = []
    while candidate := burst.take(0):
        taken.append(round(candidate.frame.taken_s / step_s))
    return taken


def test_the_sharpest_wait_in_order_of_time() -> None:
    burst = Burst(MotionConfig(burst_frames=3))
    assert wait_for(burst, 9, 1, 7, 3, 8, 15) == [1, 3, 5]  # the newest is always in
    assert burst.dropped == 3


def test_with_room_for_one_the_newest_wins() -> None:
    assert wait_for(Burst(MotionConfig(burst_frames=1)), 1, 3, 15) == [2]


def test_what_has_waited_too_long_goes() -> None:
    burst = Burst(MotionConfig(burst_age_s=1))
    assert wait_for(burst, 1, 1, 15, 15, step_s=0.6) == [2, 3]


def test_memory_is_bounded() -> None:
    burst = Burst(MotionConfig(burst_frames=100, burst_mib=1))
    large = np.zeros((400, 800, 3), np.uint8)  # a little less than 1 MiB
    for i in range(3):
        burst.put(Frame(large, NOON, i / 10), ALL_OVER)
    assert burst.dropped == 2


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ((blurred(1), ALL_OVER), (blurred(5), ALL_OVER)),
        ((DETAIL, ALL_OVER), (DETAIL, moving(Box(10, 10, 30, 20)))),
        ((DETAIL, moving(Box(10, 10, 30, 20))), (DETAIL, moving())),
        ((DETAIL, ALL_OVER), (DETAIL, moving(Box(59.5, 0, 60, 40)))),
    ],
    ids=["sharper", "larger", "moving at all", "wide enough"],
)
def test_promise(better: tuple[Pixels, Motion], worse: tuple[Pixels, Motion]) -> None:
    first, second = (
        promise(Frame(pixels, NOON, 0), motion) for pixels, motion in (better, worse)
    )
    assert first > second


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(1, 5))
def test_the_newest_is_always_there_and_nothing_is_lost_count_of(
    blurs: list[int], room: int
) -> None:
    burst = Burst(MotionConfig(burst_frames=room))
    taken = wait_for(burst, *blurs)
    assert taken == sorted(taken)
    assert taken[-1] == len(blurs) - 1
    assert len(taken) == min(room, len(blurs))
    assert len(taken) + burst.dropped == len(blurs)


def test_whoever_waits_is_woken() -> None:
    burst = Burst(MotionConfig())
    putting = Thread(target=burst.put, args=[Frame(DETAIL, NOON, 0), ALL_OVER])
    putting.start()
    assert burst.take(10)
    putting.join()
    assert burst.take(0) is None
