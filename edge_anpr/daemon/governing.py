"""Look at fewer frames while the board is hot or its power is weak."""

import logging
import math
from collections.abc import Callable, Iterator
from time import monotonic

from edge_anpr.records import Problem
from edge_anpr.runtime.health import cpu_celsius
from edge_anpr.runtime.strain import Strain, strain

log = logging.getLogger(__name__)

ASK_S = 10.0
HOT_C, COOL_C = 80.0, 72.0  # a Raspberry Pi slows down by itself from 80 to 85 °C
SLOWER_S = 30.0  # before the next step down, for the last one needs time to show
FASTER_S = 120.0  # of calm before a step up
MOST_FPS = (math.inf, 15.0, 10.0, 5.0)  # at each step; below 5 a gate is missed
EARLY = 0.9  # a camera does not keep time to the millisecond

WEAK = (
    "The power supply is too weak.",
    "Use the board's own power supply, on a short and thick cable.",
)
HOT = ("The board is too hot.", "Give it shade, a heat sink or a fan.")


class Governor:
    """Asked by the watching thread for every frame, turned by the main thread."""

    def __init__(
        self,
        celsius: Callable[[], float | None] = cpu_celsius,
        strained: Callable[[], Strain | None] = strain,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._celsius = celsius
        self._strained = strained
        self._clock = clock
        self._asked_s = -math.inf
        self._changed_s = -math.inf
        self._ill_s = -math.inf  # when it was last hot or weak
        self._step = 0
        self._strain: Strain | None = None
        self._cause: tuple[str, str] | None = None
        self._taken_s = -math.inf

    @property
    def is_strained(self) -> bool | None:
        """Whether the board slows down just now, for heat or low voltage."""
        return None if self._strain is None else bool(self._strain)

    @property
    def has_weak_power(self) -> bool | None:
        return None if self._strain is None else Strain.WEAK_POWER in self._strain

    def takes(self, taken_s: float) -> bool:
        """Whether there is to be a look at a frame that was taken then."""
        if self._step and taken_s - self._taken_s < EARLY / MOST_FPS[self._step]:
            return False
        self._taken_s = taken_s
        return True

    def turn(self) -> None:
        """Ask the board how it is, and go a step down or up."""
        now_s = self._clock()
        if now_s - self._asked_s < ASK_S:
            return
        self._asked_s = now_s
        celsius, self._strain = self._celsius(), self._strained()
        cause = _cause(celsius, self._strain)
        if cause or (self._step and celsius is not None and celsius > COOL_C):
            self._ill_s = now_s
        if cause and now_s - self._changed_s >= SLOWER_S:
            self._go_to(min(self._step + 1, len(MOST_FPS) - 1), now_s)
        elif now_s - max(self._ill_s, self._changed_s) >= FASTER_S:
            self._go_to(max(self._step - 1, 0), now_s)
        if cause or not self._step:
            self._cause = cause

    def problems(self) -> Iterator[Problem]:
        if not self._cause:
            return
        reason, fix = self._cause
        if self._step:
            reason += f" Until it is well again, {_fps(self._step)} are looked at."
        yield Problem("power", reason, fix)

    def _go_to(self, step: int, now_s: float) -> None:
        if step == self._step:
            return
        self._step, self._changed_s = step, now_s
        log.warning("Looking at %s from now on", _fps(step))


def _cause(celsius: float | None, strained: Strain | None) -> tuple[str, str] | None:
    """What is wrong and how to mend it."""
    if strained and strained & Strain.WEAK_POWER:
        return WEAK
    if (celsius is not None and celsius >= HOT_C) or (strained and strained.is_heat):
        return HOT
    return None


def _fps(step: int) -> str:
    return f"{MOST_FPS[step]:g} frames a second" if step else "all frames"
