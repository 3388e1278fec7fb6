"""Road and shop signs: boards with letters, numbers, arrows and people on them."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from models.training.arrays import Pixels, Random
from models.training.synthesis.colours import Colour, tint
from models.training.synthesis.faces import open_font, raster
from models.training.synthesis.lettering import Area
from models.training.synthesis.writing import write_small

CYRILLIC = "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЫЭЮЯ"
_ORDERS = (
    "STOP", "ONE WAY", "ALL WAY", "4 WAY", "YIELD", "SLOW", "EXCEPT BUS", "STOP LINE",
    "NO PARKING", "P", "EXIT 25", "TAXI", "BUS STOP", "DETOUR", "ALTO", "PARE",
)  # fmt: skip
_UNITS = "m", "M", "km", "t", "ft", ""
_CYRILLIC_UNITS = "м", "км", "т"

Shape = tuple[Pixels, Pixels]
"""A picture H×W×3 BGR, and H×W of 0 or 255: what of it is the sign."""


def distance_plate(fonts: Sequence[Path], rng: Random) -> Shape:
    """A number and its unit, arrows beside or below, within a border."""
    height = int(rng.integers(44, 70))
    width = int(height * rng.uniform(1.2, 3.2))
    ground, ink = _pair(rng)
    board = _board(height, width, ground, ink, rng)
    number = str(rng.choice(["%d", "%d.5", "%d-20"])) % int(
        rng.choice([rng.integers(1, 10), 10 * rng.integers(1, 100)])
    )
    units = _UNITS + (_CYRILLIC_UNITS if fonts_with_cyrillic(tuple(fonts)) else ())
    text = f"{number} {rng.choice(units)}".strip()
    left, right = 0.08 * width, 0.92 * width
    if rng.random() < 0.6:
        each = 0.16 * width
        for x in (left + each / 2, right - each / 2):
            _arrow(board, (x, height / 2), 0.32 * height, ink, rng)
        left, right = left + each, right - each
    area = Area(left, 0.16 * height, right - left, 0.68 * height)
    write_small(board, text, area, ink, _font(fonts, text, rng))
    return board, _rounded(height, width, 0.12)


def order(fonts: Sequence[Path], rng: Random) -> Shape:
    """An octagon, an arrow or a board with an order on it."""
    text = str(rng.choice(_ORDERS))
    kind = int(rng.integers(3))
    height = 80
    width = height if kind == 0 else int(height * rng.uniform(1.0, 4.0))
    ground, ink = _pair(rng)
    board = _board(height, width, ground, ink, rng)
    mask = np.full((height, width), 255, np.uint8)
    if kind == 0:
        turns = np.pi / 8 + np.arange(8) * np.pi / 4
        mask = _polygon(
            (height, width), np.stack([np.cos(turns), np.sin(turns)], 1) * 0.53 + 0.5
        )
    elif kind == 1:
        tip = 1.0 if rng.random() < 0.5 else 0.0
        back = abs(tip - 0.82)
        sides = [(back, 0), (tip, 0.5), (back, 1), (1 - tip, 0.82), (1 - tip, 0.18)]
        inner = _polygon((height, width), np.array(sides))
        board[inner > 0] = ink
        ground, ink = ink, ground
    words = text.split()
    lines = words if len(words) > 1 and width < 1.6 * height else [text]
    for index, line in enumerate(lines):
        each = 0.56 * height / len(lines)
        area = Area(
            0.14 * width, 0.22 * height + index * each, 0.72 * width, 0.9 * each
        )
        write_small(board, line, area, ink, _font(fonts, line, rng))
    return board, mask


def pictogram(fonts: Sequence[Path], rng: Random) -> Shape:
    """A triangle with somebody walking in it, on a board."""
    del fonts
    size = 72
    ground, ink = _pair(rng)
    board = _board(size, int(size * rng.uniform(0.9, 1.5)), ground, ink, rng)
    height, width = board.shape[:2]
    corners = np.array([(0.5, 0.1), (0.95, 0.9), (0.05, 0.9)]) * (width, height)
    cv2.fillPoly(board, [corners.astype(np.int32)], ink)
    x, y, step = width / 2, 0.38 * height, 0.2 * height
    cv2.circle(board, (int(x), int(y)), max(int(0.05 * height), 1), ground, -1)
    limbs = [(0, 0.3, 0, 1.2), (0, 1.2, -0.7, 2.4), (0, 1.2, 0.7, 2.4)]
    limbs += [(0, 0.5, 0.8, 1.1), (0, 0.5, -0.8, 1.1)]
    thick = max(int(rng.uniform(0.03, 0.08) * height), 1)
    for x1, y1, x2, y2 in limbs:
        first = int(x + x1 * step), int(y + y1 * step)
        cv2.line(board, first, (int(x + x2 * step), int(y + y2 * step)), ground, thick)
    for _ in range(int(rng.integers(0, 4))):
        bar = int(rng.uniform(0.1, 0.85) * width)
        right = bar + max(width // 14, 2)
        cv2.rectangle(
            board, (bar, int(0.82 * height)), (right, int(0.9 * height)), ground, -1
        )
    return board, np.full((height, width), 255, np.uint8)


def limit(fonts: Sequence[Path], rng: Random) -> Shape:
    """One round sign, or two beside each other, each with a number in a ring."""
    count, size = int(rng.choice([1, 1, 2])), 72
    board = np.full((size, size * count, 3), 255, np.uint8)
    mask = np.zeros(board.shape[:2], np.uint8)
    ring = tint(str(rng.choice(["red", "red", "black", "blue"])), rng)
    ground = tint(str(rng.choice(["white", "white", "yellow"])), rng)
    for index in range(count):
        middle = index * size + size // 2, size // 2
        cv2.circle(mask, middle, size // 2 - 1, 255, -1)
        cv2.circle(board, middle, size // 2, ring, -1)
        cv2.circle(board, middle, int(size * rng.uniform(0.34, 0.42)), ground, -1)
        number = str(rng.choice([5 * rng.integers(1, 27), rng.integers(1, 99)]))
        if rng.random() < 0.25:
            number = f"{rng.integers(2, 9)},{rng.integers(0, 9)}"
        across = 0.56 * size
        area = Area(middle[0] - across / 2, 0.3 * size, across, 0.4 * size)
        write_small(board, number, area, tint("black", rng), _font(fonts, number, rng))
    return board, mask


def shop_sign(fonts: Sequence[Path], rng: Random) -> Shape:
    """One word in large letters, of which the ends may be missing."""
    cyrillic = rng.random() < 0.5 and bool(fonts_with_cyrillic(tuple(fonts)))
    letters = list(CYRILLIC if cyrillic else "ABCDEFGHIKLMNOPRSTUVWY")
    text = "".join(rng.choice(letters, int(rng.integers(3, 10))))
    if rng.random() < (0.25 if cyrillic else 0.6):
        text = text.capitalize()  # a plate never is
    font = _font(fonts, text, rng)
    height = int(rng.integers(40, 70))
    width = int(height * min(0.85 * len(text), 6.0) * rng.uniform(0.6, 1.0))
    ground, ink = _pair(rng)
    board = np.full((height, width, 3), ground, np.uint8)
    tall = rng.uniform(0.55, 0.95) * height
    wide = width * (rng.uniform(1.0, 1.4) if rng.random() < 0.4 else 0.9)
    top = (height - tall) * rng.random()
    area = Area((width - wide) * rng.random(), top, wide, tall)
    write_small(board, text, area, ink, font)
    if rng.random() < 0.4 and height - top - tall > 6:
        small = "".join(rng.choice(letters, 14)) + " " + "".join(rng.choice(letters, 6))
        below = Area(4, top + tall, width - 8, height - top - tall)
        write_small(board, small, below, ink, font)
    return board, np.full((height, width), 255, np.uint8)


MAKERS = distance_plate, order, pictogram, limit, shop_sign


def _pair(rng: Random) -> tuple[Colour, Colour]:
    """Ground and ink, as traffic authorities like them."""
    light = str(rng.choice(["white", "white", "cream", "yellow", "silver"]))
    dark = str(rng.choice(["black", "black", "blue", "navy", "red", "green", "brown"]))
    pair = tint(light, rng), tint(dark, rng)
    return pair if rng.random() < 0.6 else pair[::-1]


def _board(height: int, width: int, ground: Colour, ink: Colour, rng: Random) -> Pixels:
    board = np.full((height, width, 3), ground, np.uint8)
    if rng.random() < 0.7:
        inset = int(rng.integers(1, 5))
        corner = width - 1 - inset, height - 1 - inset
        cv2.rectangle(board, (inset, inset), corner, ink, int(rng.integers(1, 4)))
    return board


def _arrow(
    board: Pixels, middle: tuple[float, float], reach: float, ink: Colour, rng: Random
) -> None:
    dx, dy = ((0, 1), (0, -1), (1, 0), (-1, 0))[int(rng.integers(4))]
    x, y = middle
    reach *= 1.0 if dy else 0.5
    first = int(x - dx * reach), int(y - dy * reach)
    last = int(x + dx * reach), int(y + dy * reach)
    cv2.arrowedLine(board, first, last, ink, int(rng.integers(2, 6)), tipLength=0.4)


def _rounded(height: int, width: int, part: float) -> Pixels:
    mask = np.zeros((height, width), np.uint8)
    radius = int(part * height)
    cv2.rectangle(mask, (radius, 0), (width - 1 - radius, height - 1), 255, -1)
    cv2.rectangle(mask, (0, radius), (width - 1, height - 1 - radius), 255, -1)
    for x in (radius, width - 1 - radius):
        for y in (radius, height - 1 - radius):
            cv2.circle(mask, (x, y), radius, 255, -1)
    return mask


def _polygon(shape: tuple[int, int], corners: np.ndarray) -> Pixels:
    """Corners N×2 in shares of width and height."""
    mask = np.zeros(shape, np.uint8)
    points = (corners * (shape[1] - 1, shape[0] - 1)).astype(np.int32)
    cv2.fillPoly(mask, [points], 255)
    return mask


def _font(fonts: Sequence[Path], text: str, rng: Random) -> Path | None:
    """One that has the characters; None is OpenCV's own, which has the Latin ones."""
    able = fonts if text.isascii() else fonts_with_cyrillic(tuple(fonts))
    return able[int(rng.integers(len(able)))] if able else None


@lru_cache(maxsize=4)
def fonts_with_cyrillic(fonts: tuple[Path, ...]) -> list[Path]:
    """Those of them; what a font lacks it draws all alike, or not at all."""
    able = []
    for path in fonts:
        font = open_font(path, 30)
        drawn = [raster(font, char)[0] for char in ("\uffff", "Ж", "Я", "м")]
        is_inked = all(mask.any() for mask in drawn[1:])
        if is_inked and len({mask.tobytes() for mask in drawn}) == len(drawn):
            able.append(path)
    return able
