"""Find the plates of a frame, at full resolution where something moves."""

import math
from collections.abc import Callable, Sequence

from edge_anpr.config import DetectorSize, RecognitionConfig
from edge_anpr.recognition.detector import Detector, detector_size_for
from edge_anpr.recognition.motion import Motion
from edge_anpr.recognition.rim import is_whole
from edge_anpr.records import Box, Detection, Frame
from edge_anpr.runtime.histogram import Histogram

ROOM = 0.2  # kept on each side of what moves, as a fraction: it moves on
SMALLEST_CUT_PX = 256.0
CUT_BELOW = 0.5  # of the frame's area; a larger part is hardly cheaper than all of it
WHOLE_EVERY_S = 1.0  # the whole frame is searched, for what was overlooked


class Search:
    """Looks where something moves, and where plates were the last time."""

    def __init__(
        self,
        config: RecognitionConfig,
        detector_of: Callable[[DetectorSize], Detector],
    ) -> None:
        self._config = config
        self._detector_of = detector_of
        self.seconds = Histogram()  # of the detector
        self._frame: Box | None = None  # all of the last one
        self._moving: Sequence[Box] = ()
        self._found: Sequence[Detection] = ()
        self._whole_s = -math.inf  # when the whole frame was last searched

    def plates(self, frame: Frame, motion: Motion) -> Sequence[Detection]:
        """In pixels of the frame, strongest first."""
        height, width = frame.pixels.shape[:2]
        whole = Box(0, 0, width, height)
        # Where things were says nothing once the size of the pictures changes.
        if whole != self._frame:
            self._frame, self._moving, self._found = whole, (), ()
        if motion.boxes:  # otherwise what has just stopped is where it was
            self._moving = motion.boxes
        part = self._part(whole, frame.taken_s)
        x1, y1 = int(part.x1), int(part.y1)
        pixels = frame.pixels[y1 : int(part.y2), x1 : int(part.x2)]
        size = detector_size_for(pixels, self._config.detector_size)
        detector = self._detector_of(size)
        with self.seconds.timed():
            detections = detector.detect(pixels)
        found = [detection.shifted(x1, y1) for detection in detections]
        found = [each for each in found if is_whole(each.box, part, whole)]
        self._found = [each for each in found if not each.is_faint]
        return found

    def _part(self, whole: Box, taken_s: float) -> Box:
        """The part of the frame to search, in whole pixels."""
        busy = [*self._moving, *(plate.box for plate in self._found)]
        if busy and taken_s - self._whole_s < WHOLE_EVERY_S:
            part = _around(busy, whole)
            if part.area < CUT_BELOW * whole.area:
                return part
        self._whole_s = taken_s
        return whole


def _around(boxes: Sequence[Box], whole: Box) -> Box:
    """All of the boxes with some room, and no less than a cut's smallest size."""
    part = Box(
        min(box.x1 for box in boxes),
        min(box.y1 for box in boxes),
        max(box.x2 for box in boxes),
        max(box.y2 for box in boxes),
    ).grown(ROOM, ROOM)
    across = max(SMALLEST_CUT_PX - part.width, 0) / 2
    along = max(SMALLEST_CUT_PX - part.height, 0) / 2
    return Box(
        math.floor(part.x1 - across),
        math.floor(part.y1 - along),
        math.ceil(part.x2 + across),
        math.ceil(part.y2 + along),
    ).clipped(whole.width, whole.height)
