"""Whether the computer's clock can be trusted."""

import ctypes
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge_anpr.records import ClockQuality

TIME_ERROR = 5  # what adjtimex(2) returns while nothing has set the clock
TIMEX_BYTES = 512  # struct timex and some room; all zeros: only ask
RTCS = Path("/sys/class/rtc")
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # this program did not exist before
AGREE_S = 600.0  # more than clocks drift apart in two months, less than a time zone


def is_synchronised() -> bool:
    """Whether NTP or the like has set the clock since the computer started."""
    buffer = ctypes.create_string_buffer(TIMEX_BYTES)
    state = int(ctypes.CDLL(None).adjtimex(buffer))
    return 0 <= state < TIME_ERROR


def is_kept(rtcs: Path = RTCS, now_s: float | None = None) -> bool:
    """Whether a battery-backed clock shows the time that the computer's clock does.

    It is not enough that there is one. Without its battery it begins anew, and the
    computer goes on from a time that it has found on its disk.
    """
    if now_s is None:
        now_s = time.time()
    return now_s >= EARLIEST.timestamp() and any(
        abs(shown_s - now_s) < AGREE_S for shown_s in _shown_s(rtcs)
    )


def is_right(*, trust_rtc: bool) -> bool:
    """Whether the clock is known to be right, by whom the settings trust."""
    return is_synchronised() or (trust_rtc and is_kept())


def _shown_s(rtcs: Path) -> Iterator[float]:
    for file in rtcs.glob("*/since_epoch"):
        with suppress(OSError, ValueError):  # it knows itself that it has stood still
            yield float(file.read_text())


def _offset_s() -> float:
    """What the clock shows less the monotonic clock."""
    return time.time() - time.monotonic()


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time, and what it is worth."""

    at: datetime  # aware, UTC
    quality: ClockQuality


class Clock:
    """Once right, it stays so: it drifts by seconds a week at worst."""

    def __init__(
        self,
        ask: Callable[[], bool] = is_synchronised,
        offset_s: Callable[[], float] = _offset_s,
    ) -> None:
        self._ask = ask
        self._offset_now_s = offset_s
        self._is_right = ask()
        self._offset_s = offset_s()

    @property
    def quality(self) -> ClockQuality:
        return ClockQuality.SYNCED if self._is_right else ClockQuality.UNSYNCED

    def stamp(self, at_s: float) -> Stamp:
        """The time of a moment that the monotonic clock knows.

        Until it is known that the clock is right, what it showed at the start counts,
        also when it has been set just now: so one shift sets all of these right.
        """
        quality = self.quality
        is_right = quality is ClockQuality.SYNCED
        offset_s = self._offset_now_s() if is_right else self._offset_s
        return Stamp(datetime.fromtimestamp(offset_s + at_s, UTC), quality)

    def has_been_set(self) -> timedelta | None:
        """Ask again; how far it was set, the one time that it has become right."""
        if self._is_right or not self._ask():
            return None
        shift = timedelta(seconds=self._offset_now_s() - self._offset_s)
        self._is_right = True
        return shift
