"""Real plates whose characters have changed places: texts that nobody has photographed.

There are a few thousand photographs, each shown some hundreds of times: their texts can
be learnt by heart. What is printed on a plate stays as light, blurred and worn as it
was; only in which order it stands there is new.
"""

import dataclasses
from collections.abc import Sequence

import cv2
import numpy as np

from models.training.arrays import Floats, Pixels, Random
from models.training.crops import INNER, Crop

NARROWEST_PX = 5
"""On the canvas: of a character that can be cut out."""
REACH = 0.6
"""How far a character reaches to each side at most, in parts of the usual pitch."""
AS_WIDE = 0.72, 1.4
"""Of characters that may stand in each other's place, as a I and a W may not."""
SLOPES = np.linspace(-0.35, 0.35, 29)
"""Of a line of characters, tried on the canvas."""


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """Where the characters of a plate of one line stand on its canvas."""

    slots: Floats
    """N×2: of each character its first column, and the first behind it."""
    slope: float
    """Rows that the line falls a column."""


def line_of(pixels: Pixels, middles: Floats) -> Line | None:
    """The line whose characters have these N columns in their middles.

    A character ends where the fewest edges are, near halfway to the next. None where
    they are too few or too narrow to be cut.
    """
    pitches = np.diff(middles)
    if len(middles) < 3 or pitches.min() < NARROWEST_PX:
        return None
    reach = REACH * float(np.median(pitches))
    left = (pixels.shape[1] - INNER[0]) / 2
    ends = np.clip([middles[0] - reach, middles[-1] + reach], left, left + INNER[0])
    near = np.array([ends[0], *(middles[1:] + middles[:-1]) / 2, ends[1]])
    spread = 0.2 * np.array([reach, *pitches, reach])
    ink = _ink(pixels)
    cuts = np.array([_emptiest(ink, *each) for each in zip(near, spread, strict=True)])
    starts = np.maximum(cuts[:-1], np.rint(middles - reach))
    slots = np.column_stack([starts, np.minimum(cuts[1:], np.rint(middles + reach))])
    if np.diff(slots).min() < NARROWEST_PX:
        return None
    return Line(slots, _slope(pixels, slots))


def shuffled(crop: Crop, line: Line, rng: Random) -> Crop:
    """The crop with each character taken from one of its kind and width on it."""
    pixels, text = crop.pixels.copy(), list(crop.text)
    rows = _inner_rows(pixels)
    for place, slot in enumerate(line.slots):
        pick = int(rng.choice(_like(crop.text, line.slots, place)))
        if pick == place:
            continue
        x1, x2 = slot.astype(int)
        piece = _piece(crop.pixels, line.slots[pick], slot, line.slope)[rows]
        piece += _ground(crop.pixels[rows, x1:x2]) - _ground(piece)
        share = np.ones(x2 - x1, np.float32)
        share[[0, -1]] = 0.5
        mixed = piece * share + pixels[rows, x1:x2] * (1 - share)
        pixels[rows, x1:x2] = np.clip(np.rint(mixed), 0, 255)
        text[place] = crop.text[pick]
    return dataclasses.replace(crop, pixels=pixels, text="".join(text))


def _like(text: str, slots: Floats, place: int) -> Sequence[int]:
    """Letters for a letter, digits for a digit: formats stay as they are."""
    widths = np.diff(slots)[:, 0]
    narrowest, widest = AS_WIDE
    return [
        other
        for other, character in enumerate(text)
        if character.isdigit() == text[place].isdigit()
        and narrowest <= widths[other] / widths[place] <= widest
    ]


def _inner_rows(pixels: Pixels) -> slice:
    top = (len(pixels) - INNER[1]) // 2
    return slice(top, top + INNER[1])


def _ink(pixels: Pixels) -> Floats:
    """How much a column differs from the next, where characters stand."""
    rows = pixels[_inner_rows(pixels)][INNER[1] // 5 : -INNER[1] // 5]
    edges = np.abs(np.diff(rows.astype(np.float32), axis=1, append=rows[:, -1:]))
    return np.convolve(edges.mean(0), np.ones(3) / 3, "same")


def _emptiest(ink: Floats, middle: float, spread: float) -> float:
    first = max(int(np.ceil(middle - spread)), 0)
    last = min(int(middle + spread), len(ink) - 1)
    columns = np.arange(first, max(last, first) + 1)
    far = np.abs(columns - middle) / max(spread, 1)
    return float(columns[np.argmin(ink[columns] * (1 + 0.3 * far))])


def _slope(pixels: Pixels, slots: Floats) -> float:
    """Sheared by it, a line's rows differ the most from those beside them."""
    line = pixels[:, int(slots[0, 0]) : int(slots[-1, 1])].astype(np.float32)
    rows = _inner_rows(pixels)
    steps = [
        float(np.abs(np.diff(_sheared(line, slope)[rows].mean(1))).sum())
        for slope in SLOPES
    ]
    return float(SLOPES[int(np.argmax(steps))])


def _sheared(line: Floats, slope: float) -> Floats:
    rows, columns = line.shape
    matrix = np.array([[1, 0, 0], [slope, 1, -slope * columns / 2]])
    return _drawn(line, matrix, (columns, rows))


def _piece(pixels: Pixels, source: Floats, slot: Floats, slope: float) -> Floats:
    """All rows of one slot as wide as another, moved along the line to it."""
    across = np.diff(source)[0] / np.diff(slot)[0]
    down = slope * (source.mean() - slot.mean())
    # Half a pixel: a pixel's middle, not its corner, is what warpAffine maps.
    matrix = np.array([[across, 0, source[0] + 0.5 * across - 0.5], [0, 1, down]])
    return _drawn(
        pixels.astype(np.float32), matrix, (int(np.diff(slot)[0]), len(pixels))
    )


def _drawn(pixels: Floats, matrix: Floats, size: tuple[int, int]) -> Floats:
    """matrix: 2×3, from the result to the pixels; size: its width and height."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(
            pixels, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
    )


def _ground(piece: Floats | Pixels) -> Floats:
    """N×1: how light the plate is on both sides of a character, smooth from above."""
    sides = piece[:, [0, -1]].astype(np.float32).mean(1)
    return np.asarray(cv2.GaussianBlur(sides[:, None], (1, 0), sigmaX=1, sigmaY=6))
