"""Whether the clock can be trusted."""

from edge_anpr.records import ClockQuality
from edge_anpr.runtime.clock import Clock


def test_a_clock_becomes_right_once() -> None:
    answers = iter([False, False, True])
    clock = Clock(lambda: next(answers))
    assert clock.quality == "unsynced"
    assert clock.has_been_set() is None
    shift = clock.has_been_set()
    assert shift is not None
    assert abs(shift.total_seconds()) < 1
    assert clock.quality == "synced"
    assert clock.has_been_set() is None


def test_a_right_clock_is_not_asked_again() -> None:
    answers = iter([True])
    clock = Clock(lambda: next(answers))
    assert clock.has_been_set() is None
    assert clock.quality is ClockQuality.SYNCED


def test_the_kernel_is_asked_by_default() -> None:
    assert Clock().quality in ClockQuality
