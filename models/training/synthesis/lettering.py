"""Sets the tokens of a plate's lines: which glyph, how large and where."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from models.training.synthesis.faces import MASTER_PX, Face
from models.training.synthesis.layout import Spacing
from models.training.synthesis.patterns import GAPS, Token
from models.training.synthesis.plate import Picture

SMALL = 0.72
"""Height of small characters in parts of the others."""

ORNAMENT_WIDTHS = {
    "-": 0.3,
    ".": 0.14,
    ":": 0.18,
    "@": 0.42,
    "*": 0.6,
    "~": 0.52,
    "^": 0.75,
    "!": 0.1,
}
"""Room for an ornament, in parts of the character height."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in pixels of the plate."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Hand:
    """How one plate is written: what all of its characters share."""

    face: Face
    stretch: float
    """Width of the characters in parts of the face's own."""
    tracking: float
    """Room between two characters in parts of their height."""
    slant: float
    """Shift to the right per pixel of height."""
    jitter: float
    """Unevenness of the base line in parts of the character height."""
    spacing: Spacing


@dataclass(frozen=True, slots=True)
class Ornament:
    """Something between the characters that is not text."""

    kind: str
    area: Area
    text: str = ""


@dataclass(frozen=True, slots=True)
class Lettering:
    """What was written where."""

    boxes: list[tuple[float, float, float, float]]
    ornaments: list[Ornament]


@dataclass(slots=True)
class _Piece:
    token: Token
    width: float
    gap_after: float


@dataclass(frozen=True, slots=True)
class Typesetter:
    """Writes lines into a plate's ink mask."""

    ink: Picture
    hand: Hand
    rng: np.random.Generator

    def set_line(self, tokens: Sequence[Token], area: Area) -> Lettering:
        """Write one line as high as the area, more or less centred in it."""
        pieces = [_piece(token, area.height, self.hand) for token in tokens]
        pieces[-1].gap_after = 0.0
        pieces, hand = _fitted(pieces, area.width, self.hand)
        total = sum(piece.width + piece.gap_after for piece in pieces)
        x = area.x + _indent(area.width - total, self.rng)
        boxes, ornaments = [], []
        for piece in pieces:
            place = Area(x, area.y, piece.width, area.height)
            if piece.token.kind == "character":
                boxes.append(self._write(piece.token, place, hand))
            elif piece.token.kind not in GAPS:
                ornaments.append(Ornament(piece.token.kind, place, piece.token.text))
            x += piece.width + piece.gap_after
        return Lettering(boxes, ornaments)

    def _write(
        self, token: Token, place: Area, hand: Hand
    ) -> tuple[float, float, float, float]:
        """Draw one character into the mask and return its box."""
        glyph = hand.face.glyph(token.text)
        height = place.height * (SMALL if token.size != "full" else 1.0)
        width_px = max(2, round(glyph.width * height * hand.stretch))
        if hand.spacing != "cells":
            width_px = max(2, round(place.width))
        height_px = max(3, round(glyph.mask.shape[0] / MASTER_PX * height))
        mask = cv2.resize(
            glyph.mask, (width_px, height_px), interpolation=cv2.INTER_AREA
        )
        if hand.slant:
            mask = _slanted(mask, hand.slant)
        x = place.x + (place.width - width_px) / 2
        drop = {"full": 0.0, "small": 1.0, "raised": 0.05}[token.size]
        y = place.y + drop * (place.height - height) + glyph.top * height
        y += self.rng.normal(0.0, hand.jitter) * place.height
        return _blit(self.ink, mask, round(x), round(y))


def _piece(token: Token, height: float, hand: Hand) -> _Piece:
    if token.kind in GAPS:
        return _Piece(token, GAPS[token.kind] * height * hand.stretch, 0.0)
    gap = hand.tracking * height
    if token.kind == "stacked":
        return _Piece(token, 0.4 * height, gap)
    if token.kind != "character":
        return _Piece(token, ORNAMENT_WIDTHS[token.kind] * height, gap)
    scale = height * (SMALL if token.size != "full" else 1.0)
    width = hand.face.glyph(token.text).width * scale * hand.stretch
    if hand.spacing == "cells":
        width = max(width, hand.face.glyph("H").width * scale * hand.stretch)
    return _Piece(token, width, gap)


def _fitted(pieces: list[_Piece], room: float, hand: Hand) -> tuple[list[_Piece], Hand]:
    """Squeeze what is too wide; spread what is to fill the room."""
    total = sum(piece.width + piece.gap_after for piece in pieces)
    if total > room:
        squeeze = room / total
        for piece in pieces:
            piece.width *= squeeze
            piece.gap_after *= squeeze
        return pieces, replace(hand, stretch=hand.stretch * squeeze)
    if hand.spacing == "filled" and total > 0.5 * room and len(pieces) > 1:
        extra = min((room - total) * 0.8 / (len(pieces) - 1), 0.35 * room / len(pieces))
        for piece in pieces[:-1]:
            piece.gap_after += extra
    return pieces, hand


def _indent(spare: float, rng: np.random.Generator) -> float:
    return spare * float(np.clip(rng.normal(0.5, 0.12), 0.02, 0.98))


def _slanted(mask: Picture, slant: float) -> Picture:
    height, width = mask.shape
    shift = abs(slant) * height
    matrix = np.array([[1, -slant, max(0.0, slant * height)], [0, 1, 0]], np.float32)
    return cv2.warpAffine(mask, matrix, (round(width + shift), height))


def _blit(
    ink: Picture, mask: Picture, x: int, y: int
) -> tuple[float, float, float, float]:
    """Add the mask at this place, moved inside should it stick out."""
    height, width = ink.shape
    mask = mask[:height, :width]
    rows, columns = mask.shape
    x = min(max(x, 0), width - columns)
    y = min(max(y, 0), height - rows)
    under = ink[y : y + rows, x : x + columns]
    np.maximum(under, mask, out=under)
    return float(x), float(y), float(x + columns), float(y + rows)
