"""Real plates written anew with real characters: texts that nobody has photographed.

There are a few thousand photographs, each shown some hundreds of times: their texts can
be learnt by heart. A character is taken from the same plate or from another one, and
made as large, as light and as tilted as the one in whose place it comes.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Sequence

import cv2
import numpy as np

from models.training.arrays import Floats, Pixels, Random
from models.training.crops import INNER, Crop, inner_part

NARROWEST_PX, LOWEST_PX = 5, 10
"""On the canvas: of a character that can be cut out."""
REACH = 0.6
"""How far a character reaches to each side at most, in parts of the usual pitch."""
SLOPES = np.linspace(-0.35, 0.35, 29)
"""Of a line of characters, tried on the canvas."""
INKED = 0.45
"""Of the edges in its best rows, what a row of characters has at least."""
ROOM = 0.1
"""Above and below that is taken along, in parts of a character's height."""
AS_WIDE = 0.72, 1.4
"""For its height, of a character that may come in another's place, as an I may not in
that of a W."""
AS_FAINT = 0.6
"""The contrast of a character from elsewhere, in parts of the plate's: where much is
amplified, noise is."""
AS_SOFT = 0.8
"""Likewise its sharpness: a soft 6 on a sharp plate may as well be an S."""
FROM_ELSEWHERE = 0.5
"""Of the characters, if there is one that fits in one of so many trials."""
TRIALS = 6


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """Where the characters of a plate of one line stand on its canvas."""

    slots: Floats
    """N×2: of each character its first column, and the first behind it."""
    slope: float
    """Rows that the line falls a column."""
    rows: tuple[float, float]
    """Where the characters begin and end, in the middle of the line."""
    contrast: float
    """Grey levels from the plate to the characters; below 0 if these are darker."""
    sharpness: float
    """Of this contrast, the share that a column of its clearest edges takes."""

    @property
    def middle(self) -> float:
        """The column to which `rows` belong."""
        return float(self.slots[0, 0] + self.slots[-1, 1]) / 2

    @property
    def height(self) -> float:
        return self.rows[1] - self.rows[0]

    @property
    def aspects(self) -> Floats:
        """How wide each character is for its height."""
        return np.diff(self.slots)[:, 0] / self.height


def line_of(pixels: Pixels, middles: Floats) -> Line | None:
    """The line whose characters have these N columns in their middles.

    A character ends where the fewest edges are, near halfway to the next. None where
    they are too few or too small to be cut.
    """
    pitches = np.diff(middles)
    if len(middles) < 3 or pitches.min() < NARROWEST_PX:
        return None
    reach = REACH * float(np.median(pitches))
    _, across = inner_part(pixels)
    ends = np.clip([middles[0] - reach, middles[-1] + reach], across.start, across.stop)
    near = np.array([ends[0], *(middles[1:] + middles[:-1]) / 2, ends[1]])
    spread = 0.2 * np.array([reach, *pitches, reach])
    ink = _ink(pixels)
    cuts = np.array([_emptiest(ink, *each) for each in zip(near, spread, strict=True)])
    starts = np.maximum(cuts[:-1], np.rint(middles - reach))
    slots = np.column_stack([starts, np.minimum(cuts[1:], np.rint(middles + reach))])
    if np.diff(slots).min() < NARROWEST_PX:
        return None
    slope = _slope(pixels, slots)
    level = _level(pixels, slots, slope)
    first, end = _written_rows(level)
    if end - first < LOWEST_PX:
        return None
    contrast = _contrast(level, slots, first, end)
    sharpness = _sharpness(level[first:end], contrast)
    return Line(slots, slope, (first, end), contrast, sharpness)


class Rewriter:
    """Writes on crops with the characters of all of them."""

    def __init__(self, crops: Sequence[Crop], lines: Sequence[Line | None]) -> None:
        """lines: of each crop, None where it is not to be written on."""
        self._crops = crops
        self.lines = lines
        self._alike: dict[tuple[str, bool], list[tuple[int, int]]] = defaultdict(list)
        for index, (crop, line) in enumerate(zip(crops, lines, strict=True)):
            for place, character in enumerate(crop.text if line else ""):
                self._alike[crop.source, character.isdigit()].append((index, place))

    def _line(self, index: int) -> Line:
        line = self.lines[index]
        if line is None:
            raise ValueError(f"crop {index} has no line to write on")
        return line

    def rewritten(
        self, index: int, rng: Random, elsewhere: float = FROM_ELSEWHERE
    ) -> Crop:
        """One of the crops with another text, letters and digits where they were.

        elsewhere: the share of characters that come from other crops of its source.
        Raises `ValueError` if the crop has no line.
        """
        crop, line = self._crops[index], self._line(index)
        pixels, text = crop.pixels.copy(), list(crop.text)
        for place in range(len(text)):
            donor, other = self._donor(index, place, rng, elsewhere)
            if (donor, other) != (index, place):
                there = self._crops[donor]
                _write(pixels, line, place, there.pixels, self._line(donor), other)
                text[place] = there.text[other]
        return dataclasses.replace(crop, pixels=pixels, text="".join(text))

    def _donor(
        self, index: int, place: int, rng: Random, elsewhere: float
    ) -> tuple[int, int]:
        crop = self._crops[index]
        is_digit = crop.text[place].isdigit()
        if rng.random() < elsewhere:
            alike = self._alike[crop.source, is_digit]
            for pick in rng.integers(len(alike), size=TRIALS):
                donor, other = alike[int(pick)]
                if self._fits(index, place, donor, other):
                    return donor, other
        own = [
            other
            for other, character in enumerate(crop.text)
            if character.isdigit() == is_digit
            and self._fits(index, place, index, other)
        ]
        return index, int(rng.choice(own))

    def _fits(self, index: int, place: int, donor: int, other: int) -> bool:
        line, there = self._line(index), self._line(donor)
        wide = there.aspects[other] / line.aspects[place]
        return bool(
            AS_WIDE[0] <= wide <= AS_WIDE[1]
            and abs(there.contrast) >= AS_FAINT * abs(line.contrast)
            and there.sharpness >= AS_SOFT * line.sharpness
        )


def _write(
    pixels: Pixels, line: Line, place: int, others: Pixels, there: Line, other: int
) -> None:
    """Into `pixels` a character of another canvas, which may be an older copy of it."""
    x1, x2 = line.slots[place].astype(int)
    u1, u2 = there.slots[other]
    across, down = (u2 - u1) / (x2 - x1), there.height / line.height
    fall = line.slope * ((x1 + x2) / 2 - line.middle)
    top = round(line.rows[0] + fall - ROOM * line.height)
    end = round(line.rows[1] + fall + ROOM * line.height)
    top, end = max(top, 0), min(end, len(pixels))
    # From a place in the slot to one on the other canvas; pixels have their middles at
    # whole numbers. Both lines fall: what is level on one is level on the other.
    first = line.rows[0] + line.slope * (x1 - line.middle)
    start = u1 + 0.5 * across - 0.5
    matrix = np.array(
        [
            [across, 0, start],
            [
                there.slope * across - line.slope * down,
                down,
                there.rows[0]
                + there.slope * (start - there.middle)
                + (top - first) * down,
            ],
        ]
    )
    piece = drawn(others.astype(np.float32), matrix, (x2 - x1, end - top))
    now = pixels[top:end, x1:x2].astype(np.float32)
    scale = line.contrast / there.contrast
    piece = (piece - ground(piece, there.contrast)) * scale
    piece += ground(now, line.contrast)
    share = np.outer(feathered(end - top, 2), feathered(x2 - x1, 1))
    mixed = piece * share + now * (1 - share)
    pixels[top:end, x1:x2] = np.clip(np.rint(mixed), 0, 255)


def feathered(size: int, softly: int) -> Floats:
    """1, but at both ends."""
    steps = np.arange(size) + 1
    nearest = np.minimum(steps, steps[::-1])
    return np.asarray(np.minimum(nearest / (softly + 1), 1))


def _ink(pixels: Pixels) -> Floats:
    """How much a column differs from the next, where characters stand."""
    rows = pixels[inner_part(pixels)[0]][INNER[1] // 5 : -INNER[1] // 5]
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
    rows, _ = inner_part(pixels)
    steps = [
        float(np.abs(np.diff(_level(pixels, slots, slope)[rows].mean(1))).sum())
        for slope in SLOPES
    ]
    return float(SLOPES[int(np.argmax(steps))])


def _level(pixels: Pixels, slots: Floats, slope: float) -> Floats:
    """The line's columns, moved up and down so that it does not fall any more."""
    line = pixels[:, int(slots[0, 0]) : int(slots[-1, 1])].astype(np.float32)
    rows, columns = line.shape
    matrix = np.array([[1, 0, 0], [slope, 1, -slope * columns / 2]])
    return drawn(line, matrix, (columns, rows))


def _written_rows(level: Floats) -> tuple[int, int]:
    """The longest run of rows of the plate that are rich in edges."""
    edges = np.convolve(np.abs(np.diff(level, axis=1)).mean(1), np.ones(3) / 3, "same")
    rows, _ = inner_part(level)
    rich = np.zeros(len(edges) + 2, bool)
    least = INKED * np.percentile(edges[rows], 85)
    rich[1:-1][rows] = edges[rows] > least
    starts, ends = np.flatnonzero(np.diff(rich.astype(int))).reshape(-1, 2).T
    if not len(starts):
        return 0, 0
    longest = int(np.argmax(ends - starts))
    return int(starts[longest]), int(ends[longest])


def _contrast(level: Floats, slots: Floats, first: int, end: int) -> float:
    """The usual one, of the tenth of pixels farthest from what is beside them."""
    found = []
    for x1, x2 in (slots - slots[0, 0]).astype(int):
        piece = level[first:end, x1:x2]
        off = piece - np.median(piece[:, [0, -1]])
        darker, lighter = np.percentile(off, (10, 90))
        found.append(darker if -darker > lighter else lighter)
    usual = float(np.median(found))
    return usual if abs(usual) >= 1 else 1.0


def _sharpness(written: Floats, contrast: float) -> float:
    steps = np.abs(np.diff(written, axis=1))
    return float(np.percentile(steps, 95)) / abs(contrast)


def drawn(pixels: Floats, matrix: Floats, size: tuple[int, int]) -> Floats:
    """matrix: 2×3, from the result to the pixels; size: its width and height."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(
            pixels, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
    )


def ground(piece: Floats, contrast: float) -> Floats:
    """N×1: how light the plate itself is round a character, smooth from above.

    A neighbour may reach into one side: of both, what is less like a character counts.
    """
    sides = np.stack([piece[:, :2].mean(1), piece[:, -2:].mean(1)])
    levels = np.sort(piece, axis=None)  # as np.percentile, in a tenth of the time
    if contrast < 0:
        beside, usual = sides.max(0), levels[int(0.8 * len(levels))]
    else:
        beside, usual = sides.min(0), levels[int(0.2 * len(levels))]
    near = 0.3 * abs(contrast)
    smooth = cv2.GaussianBlur(beside[:, None], (1, 0), sigmaX=1, sigmaY=6)
    return np.asarray(np.clip(smooth, usual - near, usual + near))
