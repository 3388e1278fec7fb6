"""Whether the computer's clock can be trusted."""

import ctypes
import time
from collections.abc import Callable
from datetime import timedelta

from edge_anpr.records import ClockQuality

TIME_ERROR = 5  # what adjtimex(2) returns while nothing has set the clock
TIMEX_BYTES = 512  # struct timex and some room; all zeros: only ask


def is_synchronised() -> bool:
    """Whether NTP or the like has set the clock since the computer started."""
    buffer = ctypes.create_string_buffer(TIMEX_BYTES)
    state = int(ctypes.CDLL(None).adjtimex(buffer))
    return 0 <= state < TIME_ERROR


class Clock:
    """Once right, it stays so: it drifts by seconds a week at worst."""

    def __init__(self, ask: Callable[[], bool] = is_synchronised) -> None:
        self._ask = ask
        self._is_right = ask()
        self._offset_s = _offset_s()

    @property
    def quality(self) -> ClockQuality:
        return ClockQuality.SYNCED if self._is_right else ClockQuality.UNSYNCED

    def has_been_set(self) -> timedelta | None:
        """Ask again; how far it was set, the one time that it has become right."""
        if self._is_right or not self._ask():
            return None
        self._is_right = True
        return timedelta(seconds=_offset_s() - self._offset_s)


def _offset_s() -> float:
    """What the clock shows less the monotonic clock."""
    return time.time() - time.monotonic()
