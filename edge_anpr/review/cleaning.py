"""Find the plate's own characters among everything a reviewer sees on its crop.

A plate's characters are the tallest. State names, dealers and slogans are smaller, and
so is the country letter in the band at an end, which stands lower as well. A reviewer
gives symbols in no certain order, so they are sorted by where they are: along the
plate's own direction, which follows from how the symbols lie.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median
from typing import TypeAlias

from edge_anpr.records import Point
from edge_anpr.review import Symbol
from edge_anpr.tracking.plate_text import plain

OF_THE_PLATE = 0.6  # of the tallest symbols' height, at least
OF_THE_BAND = 0.85  # at an end, and lower than the rest: up to this height
LOWER = 0.08  # of the height, below the middle of its line
NEW_LINE = 0.5  # of the height, between the middles of two lines
TALLEST = 3  # so many are needed to say how tall a plate's characters are


@dataclass(frozen=True, slots=True)
class Letter:
    """A character that may be the plate's."""

    char: str  # A-Z or 0-9
    confidence: float | None  # 0..1; None: not said


Line: TypeAlias = tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A letter in the plate's own directions: x along it, y across."""

    letter: Letter
    x: float
    y: float  # of its middle
    height: float


def cleaned(symbols: Sequence[Symbol]) -> tuple[Line, ...]:
    """The lines of large characters, from the top; none when there are none."""
    placed = _placed(symbols)
    if not placed:
        return ()
    heights = sorted((each.height for each in placed), reverse=True)
    tall = heights[min(TALLEST, len(heights)) - 1]
    large = [each for each in placed if each.height >= OF_THE_PLATE * tall]
    lines = [_without_band(line, tall) for line in _lines(large, tall)]
    return tuple(tuple(each.letter for each in line) for line in lines if line)


def _placed(symbols: Sequence[Symbol]) -> list[_Placed]:
    symbols = [each for each in symbols if _plain(each)]
    if not symbols:
        return []
    slope = median(_slope(each) for each in symbols)
    across, along = math.cos(slope), math.sin(slope)
    placed = []
    for each in symbols:
        corners = each.corners
        x = fmean(point.x for point in corners.points)
        y = fmean(point.y for point in corners.points)
        height = (
            _distance(corners.top_left, corners.bottom_left)
            + _distance(corners.top_right, corners.bottom_right)
        ) / 2
        letter = Letter(_plain(each), each.confidence)
        placed.append(
            _Placed(letter, x * across + y * along, y * across - x * along, height)
        )
    return placed


def _plain(symbol: Symbol) -> str:
    """The character as a plate has it; "" when no plate has it."""
    text = plain(symbol.char)
    return text if len(text) == 1 and text.isascii() and text.isalnum() else ""


def _slope(symbol: Symbol) -> float:
    """Of its upper side, in radians."""
    left, right = symbol.corners.top_left, symbol.corners.top_right
    return math.atan2(right.y - left.y, right.x - left.x)


def _distance(one: Point, other: Point) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)


def _lines(placed: Sequence[_Placed], tall: float) -> list[list[_Placed]]:
    """From the top, each from the left."""
    down = sorted(placed, key=lambda each: each.y)
    lines = [down[:1]]
    for above, each in pairwise(down):
        if each.y - above.y > NEW_LINE * tall:
            lines.append([])
        lines[-1].append(each)
    return [sorted(line, key=lambda each: each.x) for line in lines]


def _without_band(line: list[_Placed], tall: float) -> list[_Placed]:
    middle = median(each.y for each in line)
    while len(line) > 1 and _is_of_band(line[0], middle, tall):
        line = line[1:]
    while len(line) > 1 and _is_of_band(line[-1], middle, tall):
        line = line[:-1]
    return line


def _is_of_band(each: _Placed, middle: float, tall: float) -> bool:
    return (
        each.letter.char.isalpha()
        and each.height < OF_THE_BAND * tall
        and each.y - middle > LOWER * tall
    )
