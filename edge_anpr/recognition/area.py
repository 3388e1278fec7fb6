"""The part of the picture that plates are read in."""

import cv2
import numpy as np

from edge_anpr.config.camera import MotionConfig, Polygon
from edge_anpr.records import Box


class Area:
    """The region of the settings, less its masks."""

    def __init__(self, config: MotionConfig) -> None:
        self._region = config.region
        self._masks = config.masks

    def holds(self, box: Box, width: float, height: float) -> bool:
        """Whether the middle of a box lies in it; width and height of the picture."""
        x, y = (box.x1 + box.x2) / 2 / width, (box.y1 + box.y2) / 2 / height
        if self._region is not None and not _is_within(x, y, self._region):
            return False
        return not any(_is_within(x, y, mask) for mask in self._masks)


def _is_within(x: float, y: float, polygon: Polygon) -> bool:
    outline = np.array(polygon, np.float32)
    return cv2.pointPolygonTest(outline, (x, y), measureDist=False) >= 0
