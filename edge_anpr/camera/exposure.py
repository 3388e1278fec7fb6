"""Keep the shutter short enough for moving plates, and no shorter."""

from collections.abc import Mapping
from dataclasses import dataclass

SETTLE_S = 1.0  # a change takes some frames to show; sooner is judging the past
NEAR = 1.02  # the camera rounds to lines of the sensor
AUTOMATIC = 0  # libcamera's exposure time and gain for: choose it yourself

# Night begins and ends only after this long, or every headlight would be a morning.
SURE_S = 10.0
MORNING = 2.0  # times as light as when the night began, or it would begin again at once

SHARP_KMH_S = 11.0


def sharp_us(road_kmh: float) -> int:
    """The longest shutter time that keeps plates sharp at this speed, in microseconds.

    1 / (11 x km/h) seconds: Milestone's guide to XProtect LPR, "Camera exposure".
    """
    return int(1e6 / (SHARP_KMH_S * road_kmh))


def shortest(limit_us: int | None, road_kmh: float | None) -> int | None:
    """The limit of the settings, or what the speed on the road asks for."""
    if road_kmh is None:
        return limit_us
    return min(limit_us or sharp_us(road_kmh), sharp_us(road_kmh))


@dataclass(frozen=True, slots=True)
class Exposure:
    """How a frame was exposed."""

    time_us: float
    gain: float
    lux: float | None = None  # as the camera judges the scene; None: it does not


class ExposureLimit:
    """Automatic exposure with a longest shutter time, which libcamera lacks.

    At first and in little light the shutter stays at the limit and the gain follows the
    light. When even the least gain is too bright, the camera chooses the time itself,
    until that exceeds the limit. At night the gain stays at its own limit: a dark plate
    is read sooner than a noisy one.
    """

    def __init__(
        self, limit_us: int, least_gain: float, most_gain: float | None = None
    ) -> None:
        self._limit_us = limit_us
        self._least_gain = least_gain
        self._most_gain = most_gain
        self._at_limit = True
        self._night_lux: float | None = None  # when the night began; None by day
        self._changed_s: float | None = None
        self._doubted_s: float | None = None  # since when it looks like the other

    def settle(self, shown: Exposure, now_s: float) -> Mapping[str, float]:
        """Controls to set, mostly none, after a frame that was exposed like this."""
        if self._changed_s is None:
            self._changed_s = now_s
        if now_s - self._changed_s < SETTLE_S:
            return {}
        if self._most_gain is not None and self._is_other(shown, self._most_gain):
            if self._is_sure(now_s):
                return self._turn_day_or_night(shown, self._most_gain, now_s)
        else:
            self._doubted_s = None
        if self._night_lux is not None:
            return {}
        if self._at_limit and shown.gain <= self._least_gain * NEAR:
            return self._change(AUTOMATIC, now_s)
        if not self._at_limit and shown.time_us > self._limit_us * NEAR:
            return self._change(self._limit_us, now_s)
        return {}

    def _is_other(self, shown: Exposure, most_gain: float) -> bool:
        """Whether this looks like day at night, or like night by day."""
        if shown.lux is None:  # how would the morning be known?
            return False
        if self._night_lux is not None:
            return shown.lux > MORNING * self._night_lux
        return self._at_limit and shown.gain > most_gain * NEAR

    def _is_sure(self, now_s: float) -> bool:
        if self._doubted_s is None:
            self._doubted_s = now_s
        return now_s - self._doubted_s >= SURE_S

    def _turn_day_or_night(
        self, shown: Exposure, most_gain: float, now_s: float
    ) -> Mapping[str, float]:
        is_night = self._night_lux is None
        self._night_lux = shown.lux if is_night else None
        self._doubted_s, self._changed_s = None, now_s
        return {"AnalogueGain": most_gain if is_night else AUTOMATIC}

    def _change(self, exposure_us: int, now_s: float) -> Mapping[str, float]:
        self._at_limit = exposure_us != AUTOMATIC
        self._changed_s = now_s
        return {"ExposureTime": exposure_us}
