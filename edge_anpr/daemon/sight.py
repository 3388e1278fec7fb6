"""Notice when the camera no longer sees its road, and say what is in the way."""

import logging
from collections import deque
from collections.abc import Iterator

from edge_anpr.recognition.blindness import Blindness, Eye
from edge_anpr.recognition.motion import small_grey
from edge_anpr.records import Frame, Problem

log = logging.getLogger(__name__)

LOOK_S = 5.0  # between two looks, each below a millisecond
SURE_LOOKS = 24  # two minutes: longer than a lorry waits at a gate
SURE_MOVED_LOOKS = 120  # ten minutes: a queue hides most of the road
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


class Sight:
    """Shown every frame by the watching thread; looks at one now and then."""

    def __init__(self) -> None:
        self._eye = Eye()
        self._looks: deque[Blindness | None] = deque(maxlen=SURE_MOVED_LOOKS)
        self._looked_s: float | None = None
        self._blindness: Blindness | None = None

    def see(self, frame: Frame) -> None:
        """Frames come in order of time."""
        if self._looked_s is not None and frame.taken_s - self._looked_s < LOOK_S:
            return
        self._looked_s = frame.taken_s
        self._looks.append(self._eye.judge(small_grey(frame)))
        before, self._blindness = self._blindness, self._verdict()
        if self._blindness is not before:  # say it once
            log.warning("The camera's view is %s", self._blindness or "clear again")

    def problems(self) -> Iterator[Problem]:
        blindness = self._blindness
        if blindness:
            yield PROBLEMS[blindness]

    def _verdict(self) -> Blindness | None:
        looks = [*self._looks]
        for blindness in Blindness:
            is_moved = blindness is Blindness.MOVED
            enough = SURE_MOVED_LOOKS if is_moved else SURE_LOOKS
            recent = looks[-enough:]
            if len(recent) == enough and recent.count(blindness) >= SHARE * enough:
                return blindness
        return None
