"""How the device is, in figures."""

import pytest

from edge_anpr.runtime.health import Rate


class _Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_a_rate_is_that_of_the_last_ten_seconds() -> None:
    clock = _Clock()
    rate = Rate(clock)
    for second in range(1, 31):
        clock.now_s = 100.0 + second
        count = 30 * min(second, 15)  # nothing more after fifteen seconds
        last = rate.per_s(count)
    assert last == 0.0
    clock.now_s += 1
    assert rate.per_s(count + 100) == pytest.approx(10.0)


def test_asked_seldom_a_rate_covers_all_of_the_time_between() -> None:
    clock = _Clock()
    rate = Rate(clock)
    clock.now_s += 60
    assert rate.per_s(600) == pytest.approx(10.0)
    clock.now_s += 60
    assert rate.per_s(1800) == pytest.approx(20.0)
