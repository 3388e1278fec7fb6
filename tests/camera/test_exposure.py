"""The shutter is at its limit, or shorter when there is much light."""

from collections.abc import Callable

import pytest

from edge_anpr.camera.exposure import ExposureLimit

LIMIT_US, LEAST_GAIN = 1000, 1.0
FPS = 30


def times(light_us: Callable[[float], float], seconds: float) -> list[float]:
    """Shutter times of a camera whose light needs so many microseconds at gain 1."""
    limit = ExposureLimit(LIMIT_US, LEAST_GAIN)
    set_us, chosen = LIMIT_US, []
    for i in range(round(seconds * FPS)):
        needed_us = light_us(i / FPS)
        exposure_us = set_us or needed_us
        gain = max(needed_us / exposure_us, LEAST_GAIN)
        chosen.append(exposure_us)
        set_us = limit.settle(exposure_us, gain, i / FPS).get("ExposureTime", set_us)
    return chosen


def test_in_little_light_the_shutter_stays_at_the_limit() -> None:
    assert set(times(lambda _: 20_000, 10)) == {LIMIT_US}


def test_in_much_light_it_is_shorter() -> None:
    assert times(lambda _: 200, 10)[-1] == 200


def test_at_dusk_the_limit_is_exceeded_for_a_moment_only() -> None:
    chosen = times(lambda now_s: 200 * 1.1**now_s, 60)
    assert chosen[-1] == LIMIT_US
    assert sum(time_us > 1.03 * LIMIT_US for time_us in chosen) <= 2 * FPS


@pytest.mark.parametrize("light_us", [950.0, 1000.0, 1015.0, 1050.0])
def test_near_the_limit_it_never_exceeds_it_by_much(light_us: float) -> None:
    assert max(times(lambda _: light_us, 30)) <= 1.05 * LIMIT_US
