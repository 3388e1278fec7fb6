"""How late the frames of a stream are, judged by the time stamps they carry."""

import math

STEP_S = 1.0  # a sudden difference beyond this is the stamps' fault
DRIFT = 0.005  # seconds a second by which two clocks may differ; cameras have poor ones


class Delay:
    """How much later than the promptest frame another one arrives.

    The time stamps of a stream begin anywhere and jump at times, so only a delay that
    grows from frame to frame is believed. No frame was taken before the one that came
    before it.
    """

    def __init__(self) -> None:
        self._least_s: float | None = None  # arrival less stamp, of the promptest
        self._last_s = 0.0  # the same, of the frame before
        self._arrived_s = self._stamp_s = 0.0  # of the frame before
        self._taken_s = -math.inf  # likewise

    def of(self, arrived_s: float, stamp_s: float) -> float:
        """Seconds; arrived_s on the monotonic clock, stamp_s on the stream's own."""
        delay_s = min(self._of(arrived_s, stamp_s), max(arrived_s - self._taken_s, 0.0))
        self._taken_s = arrived_s - delay_s
        return delay_s

    def _of(self, arrived_s: float, stamp_s: float) -> float:
        if stamp_s == self._stamp_s:  # there are none
            return 0.0
        late_s = arrived_s - stamp_s
        has_jumped = stamp_s < self._stamp_s or abs(late_s - self._last_s) > STEP_S
        if self._least_s is None or has_jumped:
            self._least_s = late_s
        else:
            # Otherwise a camera whose clock is slow would seem late after some hours.
            tolerated_s = DRIFT * (arrived_s - self._arrived_s)
            self._least_s = min(self._least_s + tolerated_s, late_s)
        self._last_s, self._arrived_s, self._stamp_s = late_s, arrived_s, stamp_s
        return late_s - self._least_s
