"""How well a plate can be seen: what someone who aims a camera wants to know."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from edge_anpr.recognition.evidence import sharpness
from edge_anpr.records import Detection, Pixels, Quad

BURNT_OUT = 250  # grey levels; brighter has no detail left
STEEPEST_DEGREES = 40.0  # of a plate's lines; steeper ones are strokes of letters
FEWEST_PIXELS = 20  # on lines, below which their slope is not known


@dataclass(frozen=True, slots=True)
class PlateView:
    """One plate of one picture."""

    width_px: float
    height_px: float
    sharpness: float  # 0..1, 1 as crisp as a plate gets
    glare: float  # 0..1, the part of it that is burnt out
    contrast: float  # 0..1, between its darkest and its brightest parts
    slope_degrees: float | None  # its lines against the picture's; None: not known


def assess(pixels: Pixels, plate: Detection) -> PlateView:
    """Of one plate of a BGR picture, at least in part within it."""
    box, corners = plate.box, plate.corners
    height, width = pixels.shape[:2]
    inside = box.clipped(width, height)
    x1, y1 = int(inside.x1), int(inside.y1)
    x2, y2 = max(round(inside.x2), x1 + 2), max(round(inside.y2), y1 + 2)
    crop = pixels[y1:y2, x1:x2]
    if crop.shape[0] < 2 or crop.shape[1] < 2:
        return PlateView(box.width, box.height, 0.0, 0.0, 0.0, None)
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
    darkest, brightest = np.percentile(grey, (2, 98))
    return PlateView(
        width_px=box.width,
        height_px=box.height,
        sharpness=sharpness(crop),
        glare=float((grey >= BURNT_OUT).mean()),
        contrast=float(brightest - darkest) / 255,
        slope_degrees=_lean(corners) if corners else slope(grey),
    )


def _lean(corners: Quad) -> float:
    """Of its upper and lower rim together, in degrees."""
    left, right = corners.top_left, corners.top_right
    low_left, low_right = corners.bottom_left, corners.bottom_right
    across = right.x - left.x + low_right.x - low_left.x
    down = right.y - left.y + low_right.y - low_left.y
    return math.degrees(math.atan2(down, across))


def slope(grey: Pixels) -> float | None:
    """How far the lines of a grey crop lean, in degrees; clockwise is positive.

    By the structure tensor of what runs roughly along the rows: the rims of the plate,
    and the tops and feet of its letters.
    """
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    along = cv2.Scharr(smooth, cv2.CV_32F, 1, 0)
    across = cv2.Scharr(smooth, cv2.CV_32F, 0, 1)
    lean = np.degrees(np.arctan2(along, np.abs(across))) * -np.sign(across)
    strength = np.hypot(along, across)
    is_line = (np.abs(lean) <= STEEPEST_DEGREES) & (strength > strength.mean())
    if int(is_line.sum()) < FEWEST_PIXELS:
        return None
    leans, weights = lean[is_line], strength[is_line] ** 2
    order = np.argsort(leans)
    reached = np.cumsum(weights[order])
    middle = float(leans[order][np.searchsorted(reached, reached[-1] / 2)])
    return middle if math.isfinite(middle) else None
