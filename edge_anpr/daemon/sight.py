"""Notice when the camera no longer sees its road, and say what is in the way.

One that has hung itself up may give its last picture for ever, and looks well.
"""

import logging
from collections import deque
from collections.abc import Iterator

import numpy as np

from edge_anpr.recognition.blindness import Blindness, Eye
from edge_anpr.recognition.motion import small_grey
from edge_anpr.records import Frame, Pixels, Problem

log = logging.getLogger(__name__)

LOOK_S = 5.0  # between two looks, each below a millisecond
SURE_LOOKS = 24  # two minutes: longer than a lorry waits at a gate
SURE_MOVED_LOOKS = 120  # ten minutes: a queue hides most of the road
FROZEN_LOOKS = 240  # 20 minutes: no sensor gives the same picture for so long
SHARE = 0.8  # of the looks, for headlights light up a covered lens now and then

PROBLEMS = {
    Blindness.DARK: Problem(
        "view",
        "The camera sees nothing but darkness.",
        "Check the infrared lamp, and that no cap is on the lens.",
    ),
    Blindness.COVERED: Problem(
        "view",
        "Something covers the camera: the picture shows nothing.",
        "Clean its window, and see whether anything hangs or grows before it.",
        is_grave=True,
    ),
    Blindness.FOGGED: Problem(
        "view",
        "The picture is hazy: fog, or a wet, dirty or misted window.",
        "If it stays when the weather clears, clean the window inside and outside.",
        is_grave=True,
    ),
    Blindness.MOVED: Problem(
        "view",
        "The camera no longer sees the road it was aimed at.",
        "Aim it again; if it was turned on purpose, restart the service.",
        is_grave=True,
    ),
}
FROZEN = Problem(
    "view",
    "The camera gives one and the same picture again and again.",
    "Cut its power for a moment.",
    is_grave=True,
)


class Sight:
    """Shown every frame by the watching thread; looks at one now and then."""

    def __init__(self) -> None:
        self._eye = Eye()
        self._looks: deque[Blindness | None] = deque(maxlen=SURE_MOVED_LOOKS)
        self._looked_s: float | None = None
        self._blindness: Blindness | None = None
        self._picture: Pixels | None = None  # the last that was looked at
        self._same_looks = 0  # that showed it, in a row

    def see(self, frame: Frame) -> None:
        """Frames come in order of time."""
        if self._looked_s is not None and frame.taken_s - self._looked_s < LOOK_S:
            return
        self._looked_s = frame.taken_s
        picture = small_grey(frame)
        self._compare(picture)
        self._looks.append(self._eye.judge(picture))
        before, self._blindness = self._blindness, self._verdict()
        if self._blindness is not before:  # say it once
            log.warning("The camera's view is %s", self._blindness or "clear again")

    def problems(self) -> Iterator[Problem]:
        blindness = self._blindness
        if blindness:
            yield PROBLEMS[blindness]
        elif self._is_frozen:
            yield FROZEN

    @property
    def _is_frozen(self) -> bool:
        return self._same_looks >= FROZEN_LOOKS

    def _compare(self, picture: Pixels) -> None:
        was_frozen = self._is_frozen
        is_same = self._picture is not None and np.array_equal(picture, self._picture)
        self._same_looks = self._same_looks + 1 if is_same else 0
        self._picture = picture
        if self._is_frozen is not was_frozen:  # say it once
            log.warning(
                "The camera's picture %s", "moves" if was_frozen else "is frozen"
            )

    def _verdict(self) -> Blindness | None:
        looks = [*self._looks]
        for blindness in Blindness:
            is_moved = blindness is Blindness.MOVED
            enough = SURE_MOVED_LOOKS if is_moved else SURE_LOOKS
            recent = looks[-enough:]
            if len(recent) == enough and recent.count(blindness) >= SHARE * enough:
                return blindness
        return None
