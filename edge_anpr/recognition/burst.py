"""Keep the best frames of a fast vehicle until the detector has time for them."""

import math
from dataclasses import dataclass
from threading import Condition

import numpy as np

from edge_anpr.config.camera import MotionConfig
from edge_anpr.recognition.motion import Motion
from edge_anpr.records import Frame

ROWS = 64  # of a moving piece are enough to judge how sharp it is


@dataclass(frozen=True, slots=True)
class Candidate:
    """A frame worth a look."""

    frame: Frame
    motion: Motion
    promise: float  # how likely its plate can be read; only for comparison

    @property
    def bytes(self) -> int:
        small = self.frame.small
        return self.frame.pixels.nbytes + (0 if small is None else small.nbytes)


class Burst:
    """The mailbox between camera and detector, with room for some frames.

    They leave in order of time. When one more comes than there is room for, the least
    promising goes, but never the newest; and so do those that are older than the newest
    by more than burst_age_s. So what is shown next is never older than that while
    frames keep coming, what is left of a vehicle that has passed is still shown, a
    detector that keeps up gets every frame at once, and with room for one frame the
    newest wins.
    """

    def __init__(self, config: MotionConfig) -> None:
        self._most_frames = config.burst_frames
        self._most_bytes = config.burst_mib << 20
        self._most_age_s = config.burst_age_s
        self._changed = Condition()
        self._waiting: list[Candidate] = []
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many frames nobody took."""
        return self._dropped

    def put(self, frame: Frame, motion: Motion) -> None:
        """Call it for every frame whose motion is recent, in order of time."""
        candidate = Candidate(frame, motion, promise(frame, motion))
        with self._changed:
            fresh = [
                other
                for other in self._waiting
                if frame.taken_s - other.frame.taken_s <= self._most_age_s
            ]
            self._dropped += len(self._waiting) - len(fresh)
            self._waiting = [*fresh, candidate]
            while self._is_too_much() and len(self._waiting) > 1:
                self._waiting.remove(
                    min(self._waiting[:-1], key=lambda waiting: waiting.promise)
                )
                self._dropped += 1
            self._changed.notify()

    def take(self, timeout_s: float) -> Candidate | None:
        """The oldest that waits; None when none comes in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting, timeout_s)
            return self._waiting.pop(0) if self._waiting else None

    def _is_too_much(self) -> bool:
        return (
            len(self._waiting) > self._most_frames
            or sum(waiting.bytes for waiting in self._waiting) > self._most_bytes
        )


def promise(frame: Frame, motion: Motion) -> float:
    """Large and sharp is best: mean step between neighbours times size of what moves.

    Steps along the rows only, for that is where vehicles blur and plates have detail.
    """
    if not motion.boxes:
        return 0.0
    box = motion.boxes[0]
    height, width = frame.pixels.shape[:2]
    step = max(math.ceil(box.height / ROWS), 1)
    piece = frame.pixels[
        int(box.y1) : math.ceil(box.y2) : step, int(box.x1) : math.ceil(box.x2), 1
    ].astype(np.int16)
    if piece.shape[1] < 2 or not piece.size:
        return 0.0
    steps = np.abs(np.diff(piece, axis=1))
    return float(steps.mean()) * math.sqrt(box.area / (width * height))
