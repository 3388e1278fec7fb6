"""Real plates of one line written in two, as motorcycles and square plates have it.

Photographs of plates of two lines are few, and most of them from one country. What
stands on a line is cut in two and laid one half above the other, on the same plate,
which is level then and has room for both.
"""

import dataclasses

import cv2
import numpy as np

from models.training.arrays import Floats, Pixels, Random
from models.training.crops import INNER, Crop, inner_part
from models.training.rewriting import ROOM, Line, drawn, feathered, ground

FEWEST_A_LINE = 2
BESIDE = 1.3
"""Of the usual pitch, how far the line begins and ends from the plate's sides at most:
what has more room may be a character that the text leaves out ..."""
LEAVE_OUT = "china_crops", "easypr_china"
"""... as those of these sources do with the first."""
MARGINS = 2, 8
"""Rows of the canvas between the plate's ends and its lines."""
UPPER = 0.42, 0.54
"""The share of the height that is the upper line's."""
WIDTHS = 0.65, 0.95
"""The share of the plate's width that its longer line has."""


def can_be_restacked(crop: Crop, line: Line) -> bool:
    """Whether all that stands on the plate is its text, and enough of it."""
    if crop.source in LEAVE_OUT or len(crop.text) < 2 * FEWEST_A_LINE:
        return False
    _, across = inner_part(crop.pixels)
    room = max(line.slots[0, 0] - across.start, across.stop - line.slots[-1, 1])
    pitch = float(np.median(np.diff(line.slots.mean(1))))
    return bool(room <= BESIDE * pitch)


def restacked(crop: Crop, line: Line, rng: Random) -> Crop:
    """A crop whose `line` of text is two lines, where it can be one."""
    rows, columns = crop.pixels.shape
    level = np.array([[1, 0, 0], [line.slope, 1, -line.slope * line.middle]])
    pixels = drawn(crop.pixels.astype(np.float32), level, (columns, rows))
    room = ROOM * line.height
    top = max(round(line.rows[0] - room), 0)
    end = min(round(line.rows[1] + room), rows)
    slots = line.slots.astype(int)
    first, last = slots[0, 0], slots[-1, 1]
    blank = _blank(pixels[top:end], slots, line.contrast)
    written = pixels[top:end, first:last] - blank
    pixels[top:end, first:last] = blank
    _open(pixels, top, end)
    margin = int(rng.integers(*MARGINS))
    y = inner_part(pixels)[0].start + margin
    height = INNER[1] - 2 * margin
    upper = round(rng.uniform(*UPPER) * height)
    after = int(rng.integers(FEWEST_A_LINE, len(slots) - FEWEST_A_LINE + 1))
    pitch = rng.uniform(*WIDTHS) * INNER[0] / max(after, len(slots) - after)
    for part, size in ((slots[:after], upper), (slots[after:], height - upper)):
        width = round(pitch * len(part))
        piece = written[:, part[0, 0] - first : part[-1, 1] - first]
        piece = np.asarray(cv2.resize(piece, (width, size)))
        x = (columns - width) // 2
        share = np.outer(feathered(size, 1), feathered(width, 1))
        pixels[y : y + size, x : x + width] += piece * share
        y += size
    whole: Pixels = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
    # The plate's own ends above and below have moved, those of the canvas have not.
    return dataclasses.replace(crop, pixels=whole, is_framed=False)


def _blank(pixels: Floats, slots: Floats, contrast: float) -> Floats:
    """The plate itself from the first character to the last, without any of them."""
    beside = [ground(pixels[:, int(x1) : int(x2)], contrast) for x1, x2 in slots]
    size = int(slots[-1, 1] - slots[0, 0]), len(pixels)
    return np.asarray(cv2.resize(np.hstack(beside).astype(np.float32), size))


def _open(pixels: Floats, top: int, end: int) -> None:
    """Draw out the rows from top to end over nearly all of the plate's height."""
    inner = inner_part(pixels)
    first, last, least = inner[0].start, inner[0].stop, MARGINS[0]
    plate = pixels[inner]
    come_from = np.interp(
        np.arange(first, last),
        [first, first + least, last - least, last],
        [first, max(top, first + 1), min(end, last - 1), last],
    )
    down = np.repeat((come_from - first).astype(np.float32)[:, None], INNER[0], 1)
    across = np.tile(np.arange(INNER[0], dtype=np.float32), (INNER[1], 1))
    how = cv2.BORDER_REPLICATE
    plate[:] = cv2.remap(plate, across, down, cv2.INTER_LINEAR, borderMode=how)
