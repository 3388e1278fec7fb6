"""A plate whose characters are bars, told apart by where they have a notch."""

import cv2
import numpy as np

from models.training.crops import CANVAS, INNER, Crop
from models.training.rewriting import Line, line_of

TEXT, OTHER = "AB1234", "XY4321"
PITCH = 22
MIDDLES = (CANVAS[0] - INNER[0]) / 2 + 16 + PITCH * np.arange(len(TEXT))
TOP, HEIGHT = 16, 44
NOTCHES = dict(zip("AB1234XY", (5, 29, 35, 11, 19, 27, 13, 21), strict=True))
"""Rows from the top of the bar that stands for a character to its light notch, of bars
as tall as HEIGHT."""
GROUND, INK = 200, 30


def barred_plate(
    slope: float = 0.0,
    text: str = TEXT,
    top: int = TOP,
    height: int = HEIGHT,
    levels: tuple[int, int] = (GROUND, INK),
) -> Crop:
    """Bars on a plate, which falls to the right by slope."""
    ground, ink = levels
    pixels = np.full((CANVAS[1], CANVAS[0]), ground, np.uint8)
    for character, middle in zip(text, MIDDLES, strict=True):
        bar = pixels[top : top + height, int(middle) - 6 : int(middle) + 6]
        bar[:] = ink
        bar[round(NOTCHES[character] * height / HEIGHT) :][: round(height / 11)] = (
            ground
        )
    matrix = np.array([[1, 0, 0], [slope, 1, -slope * CANVAS[0] / 2]])
    fallen = cv2.warpAffine(pixels, matrix, CANVAS, borderValue=ground)
    return Crop(np.asarray(fallen, np.uint8), text, "test", is_framed=True)


def line_on(crop: Crop) -> Line:
    line = line_of(crop.pixels, MIDDLES)
    assert line is not None
    return line
