"""The shutter is at its limit, or shorter when there is much light."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from edge_anpr.camera.exposure import (
    SURE_S,
    Exposure,
    ExposureLimit,
    sharp_us,
    shortest,
)

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
        controls = limit.settle(Exposure(exposure_us, gain), i / FPS)
        set_us = int(controls.get("ExposureTime", set_us))
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


GAIN_LIMIT = 8.0
NOON_LUX, NIGHT_LUX = 10_000.0, 2.0


def gains(lux: Callable[[float], float], seconds: float) -> list[float]:
    """Gains of a camera whose shutter time at the limit needs so much of it."""
    limit = ExposureLimit(LIMIT_US, LEAST_GAIN, GAIN_LIMIT)
    fixed, time_us, chosen = 0.0, float(LIMIT_US), []
    for i in range(round(seconds * FPS)):
        light = lux(i / FPS)
        needed = 40 / light * LIMIT_US / time_us
        gain = fixed or max(needed, LEAST_GAIN)
        chosen.append(gain)
        controls = limit.settle(Exposure(time_us, gain, light), i / FPS)
        fixed = controls.get("AnalogueGain", fixed)
        time_us = controls.get("ExposureTime", time_us) or 40 / light * LIMIT_US
    return chosen


def changes(values: list[float]) -> int:
    return sum(now != before for before, now in pairwise(values))


def test_by_night_the_gain_keeps_to_its_limit() -> None:
    chosen = gains(lambda _: NIGHT_LUX, 60)
    assert chosen[-1] == GAIN_LIMIT
    assert chosen.count(20.0) <= (SURE_S + 2) * FPS


def test_a_passing_headlight_is_no_morning() -> None:
    def night(now_s: float) -> float:
        return NOON_LUX if now_s % 30 > 25 else NIGHT_LUX

    assert changes(gains(night, 300)[60 * FPS :]) == 0


def test_in_the_morning_the_gain_is_automatic_again() -> None:
    chosen = gains(lambda now_s: NIGHT_LUX if now_s < 60 else 20.0, 120)
    assert chosen[59 * FPS] == GAIN_LIMIT
    assert chosen[-1] == 2.0


@pytest.mark.parametrize("lux", [3.7, 4.4, 5.3])
def test_at_dusk_day_and_night_do_not_alternate(lux: float) -> None:
    wobble = gains(lambda now_s: lux * (1 + 0.3 * (int(now_s) % 2)), 600)
    fixed = [gain == GAIN_LIMIT for gain in wobble]
    assert changes([float(each) for each in fixed]) <= 1


@pytest.mark.parametrize(
    ("limit_us", "road_kmh", "kept_us"),
    [
        (1000, None, 1000),
        (None, None, None),
        (None, 90.0, 1010),
        (1000, 181.0, 502),
        (1000, 22.0, 1000),
    ],
)
def test_the_road_may_ask_for_a_shorter_shutter(
    limit_us: int | None, road_kmh: float | None, kept_us: int | None
) -> None:
    assert shortest(limit_us, road_kmh) == kept_us


def test_the_rule_is_that_of_its_table() -> None:
    table = {22: 250, 45: 500, 68: 750, 90: 1000, 136: 1500, 181: 2000}
    for kmh, fraction in table.items():
        assert sharp_us(kmh) == pytest.approx(1e6 / fraction, rel=0.04)
