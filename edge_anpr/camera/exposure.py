"""Keep the shutter short enough for moving plates, and no shorter."""

from collections.abc import Mapping

SETTLE_S = 1.0  # a change takes some frames to show; sooner is judging the past
NEAR = 1.02  # the camera rounds to lines of the sensor
AUTOMATIC = 0  # libcamera's exposure time for: choose it yourself


class ExposureLimit:
    """Automatic exposure with a longest shutter time, which libcamera lacks.

    At first and in little light the shutter stays at the limit and the gain follows the
    light. When even the least gain is too bright, the camera chooses the time itself,
    until that exceeds the limit.
    """

    def __init__(self, limit_us: int, least_gain: float) -> None:
        self._limit_us = limit_us
        self._least_gain = least_gain
        self._at_limit = True
        self._changed_s: float | None = None

    def settle(
        self, exposure_us: float, gain: float, now_s: float
    ) -> Mapping[str, int]:
        """Controls to set, mostly none, after a frame with this exposure and gain."""
        if self._changed_s is None:
            self._changed_s = now_s
        if now_s - self._changed_s < SETTLE_S:
            return {}
        if self._at_limit and gain <= self._least_gain * NEAR:
            return self._change(AUTOMATIC, now_s)
        if not self._at_limit and exposure_us > self._limit_us * NEAR:
            return self._change(self._limit_us, now_s)
        return {}

    def _change(self, exposure_us: int, now_s: float) -> Mapping[str, int]:
        self._at_limit = exposure_us != AUTOMATIC
        self._changed_s = now_s
        return {"ExposureTime": exposure_us}
