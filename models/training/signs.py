"""What is seen in a street and is no plate: signs, badges, stickers, blank panels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.training.arrays import Boxes, Pixels, Random
from models.training.pasting import lay_over, lit_like, posed
from models.training.road_signs import MAKERS
from models.training.synthesis.colours import COLOURS, Colour, tint
from models.training.synthesis.faces import find_fonts
from models.training.synthesis.lettering import Area
from models.training.synthesis.writing import write_small

WIDTHS_PX = 12.0, 150.0
MOST = 3
LEAST_GAP_PX = 4.0
ROAD_SIGN_SHARE = 0.5
"""Between a sign and a plate: one laid on a plate would hide it."""

_SYLLABLES = (
    "ka", "ro", "mi", "ten", "sal", "or", "ve", "lu", "bar", "dis", "ho", "gra",
    "pin", "es", "tu", "wal", "co", "ner", "fi", "jo", "mar", "qui", "zo", "that",
)  # fmt: skip
_WORDS = (
    "bank", "hotel", "cafe", "school", "parking", "open", "exit", "taxi", "police",
    "diesel", "turbo", "sport", "classic", "limited", "express", "service", "market",
    "sale", "www.", ".com", "&", "- left", "km/h", "for rent", "baby on board",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sign:
    """H×W×3 uint8 BGR; a badge has no panel and is lettered on what lies below."""

    pixels: Pixels
    cover: Pixels | None
    """H×W uint8: what of it hides what lies below; None for all."""


class SignPainter:
    """Puts signs into scenes."""

    def __init__(self, signs: Sequence[Sign]) -> None:
        self._signs = signs

    def paint(self, canvas: Pixels, known: Boxes, rng: Random) -> list[Boxes]:
        """Lay up to MOST signs on H×W×3 BGR, in place, clear of the known boxes.

        Returns the box of each.
        """
        height, width = canvas.shape[:2]
        painted: list[Boxes] = []
        for _ in range(int(rng.integers(1, MOST + 1))):
            sign = self._signs[int(rng.integers(len(self._signs)))]
            rows, columns = sign.pixels.shape[:2]
            wide = float(np.exp(rng.uniform(*np.log(WIDTHS_PX))))
            tall = wide * rows / columns
            if wide > 0.8 * width or tall > 0.8 * height:
                continue
            x, y = rng.uniform(0, width - wide), rng.uniform(0, height - tall)
            box = np.array([x, y, x + wide, y + tall], np.float32)
            if _is_near(box, known):
                continue
            picture = lit_like(sign.pixels, canvas, box, rng)
            corners = posed((rows, columns), box, rng)
            lay_over(canvas, picture, corners, rng, sign.cover)
            painted.append(np.concatenate([corners.min(0), corners.max(0)]))
        return painted


def make_signs(fonts: Sequence[Path], count: int, seed: int) -> list[Sign]:
    """As many different ones, lettered in the fonts at hand."""
    rng, faces = np.random.default_rng(seed), find_fonts(fonts)
    makers = _panel, _panel, _panel, _badge, _badge, _blank
    signs = []
    for _ in range(count):
        if rng.random() < ROAD_SIGN_SHARE:
            signs.append(Sign(*MAKERS[int(rng.integers(len(MAKERS)))](faces, rng)))
        else:
            signs.append(makers[int(rng.integers(len(makers)))](faces, rng))
    return signs


def _panel(fonts: Sequence[Path], rng: Random) -> Sign:
    """One to four lines of words and numbers on a board, perhaps with a border."""
    lines = int(rng.choice([1, 1, 2, 3, 4]))
    height = int(rng.integers(24, 40)) * lines + 12
    width = int(height * np.exp(rng.uniform(np.log(0.8), np.log(7.0 / lines))))
    ground, ink = _two_colours(rng)
    board = np.full((height, width, 3), ground, np.uint8)
    if rng.random() < 0.4:
        inset = int(rng.integers(1, 5))
        corner = width - 1 - inset, height - 1 - inset
        cv2.rectangle(board, (inset, inset), corner, ink, int(rng.integers(1, 4)))
    left = 0.0
    if rng.random() < 0.3:
        left = float(height)
        _symbol(board, height, ink, rng)
    font = _font(fonts, rng)
    each = (height - 10) / lines
    for line in range(lines):
        area = Area(
            left + 5,
            5 + line * each,
            max(width - left - 10, 4),
            each * rng.uniform(0.6, 0.95),
        )
        write_small(board, _phrase(rng), area, ink, font)
    return Sign(board, None)


def _badge(fonts: Sequence[Path], rng: Random) -> Sign:
    """A model name or slogan straight on the paint."""
    height, width = int(rng.integers(24, 44)), int(rng.integers(60, 220))
    letters = np.zeros((height, width, 3), np.uint8)
    area = Area(0, 0, width, height)
    write_small(letters, _phrase(rng), area, (255, 255, 255), _font(fonts, rng))
    colour = tint(str(rng.choice(["silver", "white", "black", "red", "cream"])), rng)
    return Sign(
        np.full((height, width, 3), colour, np.uint8),
        np.ascontiguousarray(letters[..., 0]),
    )


def _blank(_: Sequence[Path], rng: Random) -> Sign:
    """Lamps, vents, windows and boards of a plate's shape with nothing on them."""
    height = int(rng.integers(20, 60))
    width = int(height * rng.uniform(1.0, 5.0))
    ground, other = _two_colours(rng)
    board = np.full((height, width, 3), ground, np.uint8)
    kind = rng.random()
    if kind < 0.4:
        step = int(rng.integers(4, 14))
        for at in range(0, max(width, height), step):
            if kind < 0.2:
                cv2.line(board, (0, at), (width, at), other, max(1, step // 3))
            else:
                cv2.line(board, (at, 0), (at, height), other, max(1, step // 3))
    elif kind < 0.7:
        part = int(rng.integers(1, max(width - 1, 2)))
        board[:, :part] = other
    if rng.random() < 0.5:
        cv2.rectangle(board, (0, 0), (width - 1, height - 1), other, 2)
    return Sign(board, None)


def _symbol(board: Pixels, size: int, ink: Colour, rng: Random) -> None:
    middle, radius = (size // 2, size // 2), max(size // 3, 3)
    if rng.random() < 0.5:
        cv2.circle(board, middle, radius, ink, -1 if rng.random() < 0.5 else 3)
        return
    turns = rng.uniform(0, 2 * np.pi) + np.arange(3) * 2 * np.pi / 3
    points = np.stack([np.cos(turns), np.sin(turns)], 1) * radius + size / 2
    cv2.fillPoly(board, [points.astype(np.int32)], ink)


def _phrase(rng: Random) -> str:
    words = []
    for _ in range(int(rng.integers(1, 4))):
        kind = rng.random()
        if kind < 0.5:
            words.append("".join(rng.choice(_SYLLABLES, rng.integers(2, 5))))
        elif kind < 0.8:
            words.append(str(rng.choice(_WORDS)))
        elif kind < 0.9:
            words.append(f"{rng.integers(100, 999)} {rng.integers(1000, 99999)}")
        else:
            words.append(str(rng.integers(1, 120)))
    text = " ".join(words)
    return (text.title, text.lower, text.upper)[int(rng.choice([0, 0, 1, 1, 2]))]()


def _two_colours(rng: Random) -> tuple[Colour, Colour]:
    """Ground and ink that can be told apart."""
    names = list(COLOURS)
    while True:
        ground, ink = (tint(names[rng.integers(len(names))], rng) for _ in range(2))
        if abs(sum(ground) - sum(ink)) > 200:
            return ground, ink


def _font(fonts: Sequence[Path], rng: Random) -> Path | None:
    """None is OpenCV's own."""
    return fonts[int(rng.integers(len(fonts)))] if fonts else None


def _is_near(box: Boxes, known: Boxes) -> bool:
    apart = np.maximum(known[:, :2] - box[2:], box[:2] - known[:, 2:]).max(1)
    return bool((apart < LEAST_GAP_PX).any())
