"""How late the frames of a stream are, judged by the time stamps they carry."""

STEP_S = 1.0  # a sudden difference beyond this is the stamps' fault
DRIFT = 0.005  # seconds a second by which two clocks may differ; cameras have poor ones


class Delay:
    """How much later than the promptest frame another one arrives.

    The time stamps of a stream begin anywhere and jump at times, so only a delay that
    grows from frame to frame is believed.
    """

    def __init__(self) -> None:
        self._least_s: float | None = None  # arrival less stamp, of the promptest
        self._last_s = 0.0  # the same, of the frame before
        self._arrived_s = self._stamp_s = 0.0  # of the frame before

    def of(self, arrived_s: float, stamp_s: float) -> float:
        """Seconds; arrived_s on the monotonic clock, stamp_s on the stream's own."""
        if stamp_s == self._stamp_s:  # there are none
            return 0.0
        late_s = arrived_s - stamp_s
        if self._least_s is None or abs(late_s - self._last_s) > STEP_S:
            self._least_s = late_s
        else:
            # Otherwise a camera whose clock is slow would seem late after some hours.
            tolerated_s = DRIFT * (arrived_s - self._arrived_s)
            self._least_s = min(self._least_s + tolerated_s, late_s)
        self._last_s, self._arrived_s, self._stamp_s = late_s, arrived_s, stamp_s
        return late_s - self._least_s
