"""What the camera sees just now, looked at only while somebody watches."""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import monotonic

from edge_anpr.recognition.drawing import still
from edge_anpr.records import Frame, Pixels
from edge_anpr.runtime.glance import Glance
from edge_anpr.web.eyes import Eyes, SeenPlate

LOOK_EVERY_S = 0.3  # however many watch
LOST_EVERY_S = 2.0  # while the camera gives none
WAIT_S = 1.0  # for a frame; a camera that gives fewer does not see
STILL_PX, STILL_QUALITY = 1280, 75


class NoPicture(Exception):
    """The camera gives none just now."""


@dataclass(frozen=True, slots=True, eq=False)
class LiveView:
    """One frame, and its plates."""

    number: int
    taken_at: datetime  # aware, UTC
    width: int
    height: int
    still: bytes  # the frame as a small JPEG
    plates: tuple[SeenPlate, ...]


class Live:
    """For any number of watchers: all get the same view."""

    def __init__(self, glance: Glance[Frame], eyes: Eyes) -> None:
        self._glance = glance
        self._eyes = eyes
        self._lock = Lock()
        self._last: LiveView | None = None
        self._looked_s = float("-inf")

    def view(self) -> LiveView:
        """At most a moment old; raise NoPicture, Busy, ModelMismatch."""
        # Whoever finds somebody else looking takes what there was before, and so
        # blocks none of the few threads.
        has_looked = self._looked_s > float("-inf")
        if self._lock.acquire(timeout=0 if has_looked else 2 * WAIT_S):
            try:
                pause_s = LOOK_EVERY_S if self._last else LOST_EVERY_S
                if monotonic() - self._looked_s >= pause_s:
                    self._last = self._next()
                    self._looked_s = monotonic()
            finally:
                self._lock.release()
        if self._last is None:
            raise NoPicture("The camera gives no picture just now.")
        return self._last

    def _next(self) -> LiveView | None:
        try:
            return self.fresh()[0]
        except NoPicture:
            return None

    def fresh(self) -> tuple[LiveView, Pixels]:
        """A view of its own, with the frame; raise NoPicture, Busy, ModelMismatch."""
        frame = self._glance.look(WAIT_S)
        if frame is None:
            raise NoPicture("The camera gives no picture just now.")
        plates = self._eyes.look(frame.pixels, WAIT_S)
        height, width = frame.pixels.shape[:2]
        view = LiveView(
            number=self._last.number + 1 if self._last else 1,
            taken_at=frame.taken_at,
            width=width,
            height=height,
            still=still(frame.pixels, STILL_PX, STILL_QUALITY),
            plates=tuple(plates),
        )
        return view, frame.pixels
