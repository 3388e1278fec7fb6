"""Our own number-plate face, drawn from strokes at any size.

An industrial shape between the German, British and American plates, in which O and 0,
I and 1, B and 8, 5 and S, 2 and Z, D and 0 are easily told apart.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import cv2
import numpy as np
import numpy.typing as npt

from edge_anpr.sample.glyphs import Points, glyph, trace

Mask = npt.NDArray[np.uint8]

FINE_HEIGHT_PX = 150  # strokes are drawn at least this tall, and reduced


@dataclass(frozen=True, slots=True)
class Face:
    """How the characters are cut; lengths are fractions of the character height."""

    stroke: float = 0.145
    width: float = 0.6
    gap: float = 0.14
    space: float = 0.28
    slant: float = 0.0
    softness: float = 0.02
    """The radius to which sharp corners are worn."""


def text_mask(text: str, face: Face, height_px: int) -> Mask:
    """Draw one line of A-Z, 0-9, space and hyphen.

    HxW uint8, H being `height_px`; 255 where there is ink, smooth at the edges.
    """
    finer = max(2, ceil(FINE_HEIGHT_PX / height_px))
    tall_px = height_px * finer
    gap = np.zeros((tall_px, round(face.gap * tall_px)), np.uint8)
    space = np.zeros((tall_px, round(face.space * tall_px)), np.uint8)
    parts: list[Mask] = []
    for char in text:
        parts += [space] if char == " " else [_draw(char, face, tall_px), gap]
    if text[-1] != " ":
        parts.pop()
    line = _slant(np.concatenate(parts, axis=1), face.slant)
    width_px = max(1, round(line.shape[1] / finer))
    reduced = cv2.resize(line, (width_px, height_px), interpolation=cv2.INTER_AREA)
    return np.asarray(reduced, np.uint8)


def _draw(char: str, face: Face, tall_px: int) -> Mask:
    shape = glyph(char)
    wide_px = round(face.width * shape.width * tall_px)
    stroke_px = face.stroke * tall_px
    ink = np.zeros((tall_px, wide_px), np.uint8)
    for stroke in shape.strokes:
        path = trace(stroke, wide_px - stroke_px, tall_px - stroke_px)
        _pull(ink, path + stroke_px / 2, stroke_px)
    return _wear(ink, face.softness * tall_px)


def _pull(ink: Mask, path: Points, stroke_px: float) -> None:
    """Pull a broad pen along a path: round at the joints, square at both ends."""
    for start, end in pairwise(path):
        along = end - start
        across = np.array([-along[1], along[0]]) * (stroke_px / 2 / np.hypot(*along))
        corners = np.array([start + across, end + across, end - across, start - across])
        _fill(ink, corners)
    for joint in path[1:-1]:
        centre = (round(joint[0] * 16), round(joint[1] * 16))
        cv2.circle(ink, centre, round(stroke_px * 8), 255, -1, cv2.LINE_8, 4)


def _fill(ink: Mask, corners: Points) -> None:
    fixed = np.round(corners * 16).astype(np.int32)
    cv2.fillConvexPoly(ink, fixed, 255, cv2.LINE_8, 4)


def _wear(ink: Mask, radius_px: float) -> Mask:
    """Round off sharp corners, as the press and the paint roller do."""
    if radius_px < 0.5:
        return ink
    blurred = cv2.GaussianBlur(ink, (0, 0), radius_px, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(np.where(blurred > 110, 255, 0), np.uint8)


def _slant(line: Mask, slant: float) -> Mask:
    if not slant:
        return line
    tall_px, wide_px = line.shape
    reach_px = abs(slant) * tall_px
    shear = np.array([[1.0, -slant, max(slant, 0.0) * tall_px], [0.0, 1.0, 0.0]])
    size = (wide_px + ceil(reach_px), tall_px)
    return np.asarray(cv2.warpAffine(line, shear, size), np.uint8)
