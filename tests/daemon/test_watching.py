"""A vehicle in view when the clock is set keeps its true times; and the waiting."""

from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic

import numpy as np
import pytest

from edge_anpr.daemon.watching import SLICE_S, live, now_of, wait_alive
from edge_anpr.records import ClockQuality, Frame, Sighting
from edge_anpr.runtime.clock import Clock
from edge_anpr.runtime.health import Pulse
from tests.tracking.drive_by import FRAME, look, maker, plate_box

WRONG_S, RIGHT_S = 1000.0, 1_700_000_000.0  # beside the monotonic clock
PIXELS = np.zeros((1, 1, 3), np.uint8)


class Device:
    """Its clock, and one vehicle before its camera."""

    def __init__(self) -> None:
        self.offset_s, self.is_set = WRONG_S, False
        self.clock = Clock(lambda: self.is_set, lambda: self.offset_s)
        self.sightings = maker()

    def frame(self, at_s: float) -> Frame:
        return Frame(PIXELS, datetime.fromtimestamp(self.offset_s + at_s, UTC), at_s)

    def see(self, frame: Frame) -> None:
        looks = [look("AB12CDE", plate_box(600, 400))]
        self.sightings.update(looks, live(self.clock, frame), FRAME)

    def final(self) -> Sighting:
        (final,) = self.sightings.flush()
        return final


def _times(sighting: Sighting) -> list[float]:
    times = (sighting.first_seen, sighting.last_seen)
    return [each.timestamp() - RIGHT_S for each in times]


def test_a_frame_from_before_that_is_looked_at_afterwards_has_the_true_time() -> None:
    device = Device()
    before = device.frame(1)
    device.offset_s, device.is_set = RIGHT_S, True
    assert device.clock.has_been_set()
    device.see(before)
    device.see(device.frame(2))
    final = device.final()
    assert final.clock is ClockQuality.SYNCED
    assert _times(final) == pytest.approx([1, 2])


def test_what_is_seen_before_anybody_notices_is_set_right_by_the_one_shift() -> None:
    device = Device()
    device.see(device.frame(1))
    device.offset_s, device.is_set = RIGHT_S, True
    device.see(device.frame(2))
    final = device.final()
    shift = device.clock.has_been_set()
    assert final.clock is ClockQuality.UNSYNCED
    assert shift
    assert [each + shift.total_seconds() for each in _times(final)] == pytest.approx(
        [1, 2]
    )


def test_a_clock_that_is_set_and_not_vouched_for_makes_nothing_old() -> None:
    """By hand, or by a program of which the kernel is not told."""
    device = Device()
    device.offset_s = RIGHT_S
    seen = live(device.clock, device.frame(monotonic()))
    age = now_of(device.clock) - seen.taken_at
    assert timedelta(0) <= age < timedelta(seconds=1)


class _Heart(Pulse):
    def __init__(self) -> None:
        super().__init__()
        self.beats = 0

    def beat(self) -> None:
        self.beats += 1


class _Stop(Event):
    """Set after some waits, none of them long; they take no time."""

    def __init__(self, waits: int) -> None:
        super().__init__()
        self._left = waits

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        assert timeout <= SLICE_S
        self._left -= 1
        if not self._left:
            self.set()
        return self.is_set()


def test_a_long_wait_shows_signs_of_life_and_ends_with_the_service() -> None:
    heart = _Heart()
    assert wait_alive(heart, _Stop(waits=3), 3600.0)
    assert heart.beats == 3


def test_a_wait_that_is_over_is_no_end() -> None:
    assert not wait_alive(Pulse(), Event(), 0.0)
    assert not wait_alive(Pulse(), Event(), 0.01)
