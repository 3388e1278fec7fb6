"""Find the plates of a frame, at full resolution where something moves."""

import math
from collections.abc import Callable, Sequence

from edge_anpr.config import DetectorSize, RecognitionConfig
from edge_anpr.recognition.detector import Detector, detector_size_for
from edge_anpr.recognition.motion import Motion
from edge_anpr.records import Box, Detection, Frame
from edge_anpr.runtime.histogram import Histogram

ROOM = 0.2  # kept on each side of what moves, as a fraction: it moves on
SMALLEST_CUT_PX = 256.0
CUT_BELOW = 0.5  # of the frame's area; a larger part is hardly cheaper than all of it
WHOLE_EVERY_S = 1.0  # the whole frame is searched, for what was overlooked
RIM_PX = 2.0  # a plate this near to the rim of the part is cut off by it


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
        self._moving: Sequence[Box] = ()
        self._found: Sequence[Detection] = ()
        self._whole_s = -math.inf  # when the whole frame was last searched

    def plates(self, frame: Frame, motion: Motion) -> Sequence[Detection]:
        """In pixels of the frame, strongest first."""
        if motion.boxes:  # otherwise what has just stopped is where it was
            self._moving = motion.boxes
        part = self._part(frame)
        x1, y1 = int(part.x1), int(part.y1)
        pixels = frame.pixels[y1 : int(part.y2), x1 : int(part.x2)]
        size = detector_size_for(pixels, self._config.detector_size)
        height, width = frame.pixels.shape[:2]
        detector = self._detector_of(size)
        with self.seconds.timed():
            detections = detector.detect(pixels)
        found = [detection.shifted(x1, y1) for detection in detections]
        inner = _inner(part, width, height)
        found = [each for each in found if _is_within(each.box, inner)]
        self._found = [each for each in found if not each.is_faint]
        return found

    def _part(self, frame: Frame) -> Box:
        """The part of the frame to search, in whole pixels."""
        height, width = frame.pixels.shape[:2]
        whole = Box(0, 0, width, height)
        busy = [*self._moving, *(plate.box for plate in self._found)]
        if busy and frame.taken_s - self._whole_s < WHOLE_EVERY_S:
            part = _around(busy, width, height)
            if part.area < CUT_BELOW * whole.area:
                return part
        self._whole_s = frame.taken_s
        return whole


def _around(boxes: Sequence[Box], width: int, height: int) -> Box:
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
    ).clipped(width, height)


def _inner(part: Box, width: int, height: int) -> Box:
    """Less the rim, but for where it is the frame's own."""
    return Box(
        part.x1 + RIM_PX if part.x1 > 0 else 0,
        part.y1 + RIM_PX if part.y1 > 0 else 0,
        part.x2 - RIM_PX if part.x2 < width else width,
        part.y2 - RIM_PX if part.y2 < height else height,
    )


def _is_within(box: Box, outer: Box) -> bool:
    return (
        box.x1 >= outer.x1
        and box.y1 >= outer.y1
        and box.x2 <= outer.x2
        and box.y2 <= outer.y2
    )
