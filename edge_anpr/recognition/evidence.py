"""The crop that shows what was read, and how sharp it is."""

from dataclasses import dataclass

import cv2
import numpy as np

from edge_anpr.recognition.image import straightened
from edge_anpr.records import Box, Pixels, Quad

MARGIN = (0.06, 0.15)  # fractions of a plate's width and height kept on each side
JPEG_QUALITY = 90
FULL_WIDTH_PX = 130  # detail beyond what is needed to read a plate says nothing
CRISP = 0.5  # of the contrast, from one pixel to the next: as sharp as a plate gets
LEAST_CONTRAST = 8.0  # grey levels; less is noise
EDGES = 98  # per cent of the steps are smaller than those at the rims of letters


@dataclass(frozen=True, slots=True)
class Evidence:
    """A plate as the camera saw it."""

    jpeg: bytes
    sharpness: float  # 0..1


def evidence(pixels: Pixels, box: Box, corners: Quad | None = None) -> Evidence:
    """Of one plate of a picture, (height, width, 3) BGR; the box lies within it."""
    return Evidence(crop_jpeg(pixels, box, corners), sharpness(_cut(pixels, box)))


def crop_jpeg(pixels: Pixels, box: Box, corners: Quad | None = None) -> bytes:
    """The plate with some margin; rectified, if its corners are known."""
    if corners:
        shown = straightened(pixels, corners, MARGIN)
    else:
        height, width = pixels.shape[:2]
        shown = _cut(pixels, box.grown(*MARGIN).clipped(width, height))
    _, jpeg = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return jpeg.tobytes()


def sharpness(crop: Pixels) -> float:
    """The steepest steps along the rows of a BGR crop over its contrast, 0..1."""
    height, width = crop.shape[:2]
    if width > FULL_WIDTH_PX:
        size = (FULL_WIDTH_PX, max(round(height * FULL_WIDTH_PX / width), 1))
        crop = cv2.resize(crop, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY).astype(np.float32)
    steps = np.abs(np.diff(grey, axis=1))
    darkest, brightest = np.percentile(grey, (2, 98))
    if not steps.size or brightest - darkest < LEAST_CONTRAST:
        return 0.0
    steepest = float(np.percentile(steps, EDGES)) / float(brightest - darkest)
    return min(steepest / CRISP, 1.0)


def _cut(pixels: Pixels, box: Box) -> Pixels:
    x1, y1 = int(box.x1), int(box.y1)
    x2, y2 = max(round(box.x2), x1 + 1), max(round(box.y2), y1 + 1)
    return pixels[y1:y2, x1:x2]
