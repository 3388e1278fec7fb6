"""Puts a plate together: a layout, a text, a face, a surface, and a car round it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from string import ascii_uppercase, digits

import cv2
import numpy as np

from models.training.synthesis.backdrop import draw_backdrop
from models.training.synthesis.colours import COLOURS, Colour, grey_of, tint
from models.training.synthesis.faces import (
    SYSTEM_FOLDERS,
    Face,
    family,
    find_fonts,
    load_faces,
    varieties,
)
from models.training.synthesis.fittings import (
    draw_band,
    draw_bolts,
    draw_border,
    draw_stickers,
)
from models.training.synthesis.layout import Layout
from models.training.synthesis.layouts import LAYOUTS
from models.training.synthesis.lettering import Area, Hand, Ornament, Typesetter
from models.training.synthesis.ornaments import draw_ornament
from models.training.synthesis.patterns import Token, text_of, write
from models.training.synthesis.plate import Picture, SyntheticPlate
from models.training.synthesis.random_layout import random_layout
from models.training.synthesis.silhouettes import draw_figure
from models.training.synthesis.surface import aged, cover, pressed, weighted
from models.training.synthesis.surroundings import draw_margins, surround, within
from models.training.synthesis.writing import write_small

TWO_LINE_SHARE = 0.3
RANDOM_SHARE = 0.13
"""Of plates no country issues; they teach characters where layouts teach patterns."""

OWN_FACE_SHARE = 0.72
"""Of plates written with their country's face; others with any face at hand."""

_STACKED = ascii_uppercase + digits

BESIDE_SHARE = 0.5
"""Of plates that may have a picture: it stands beside the characters, too."""
WIDEST_END = 0.45
"""Of what is left for characters, a picture or letters at one end take no more."""


@dataclass(slots=True)
class _Sheet:
    """A plate being drawn."""

    pixels: Picture
    ink: Picture
    room: Area


class PlateSynthesiser:
    """Makes plates; with the same fonts and the same generator always the same ones."""

    def __init__(
        self,
        fonts: Sequence[Path] = (),
        system: Sequence[Path] = SYSTEM_FOLDERS,
        only: str = "",
    ) -> None:
        """Fonts are files or folders; `system` folders are searched after them.

        only: how the names of the layouts begin that are drawn.
        """
        files = find_fonts(fonts, system)
        self.faces: list[Face] = load_faces(files)
        self._varieties = varieties(self.faces)
        self._captions: list[Path | None] = [*files[:: len(files) // 16 + 1]] or [None]
        self._families = {
            layout.faces: family(layout.faces, self.faces) for layout in LAYOUTS
        }
        self._by_lines = {
            lines: [
                layout
                for layout in LAYOUTS
                if layout.lines == lines and layout.name.startswith(only)
            ]
            for lines in (1, 2)
        }
        self._weights_up_to = {
            lines: np.cumsum([layout.weight for layout in layouts])
            for lines, layouts in self._by_lines.items()
        }
        self._two_line_share, self._random_share = TWO_LINE_SHARE, RANDOM_SHARE
        if only:
            one, two = (sum(each.weight for each in self._by_lines[n]) for n in (1, 2))
            self._two_line_share, self._random_share = two / (one + two), 0.0

    def make(self, rng: np.random.Generator) -> SyntheticPlate:
        """One plate of a layout by chance, on a car, cropped as a detector would."""
        return self.mount(self.draw_any(rng), rng)

    def draw_any(self, rng: np.random.Generator) -> SyntheticPlate:
        """A bare plate of a layout by chance."""
        return self.draw(self._pick_layout(rng), rng)

    def mount(self, plate: SyntheticPlate, rng: np.random.Generator) -> SyntheticPlate:
        """A bare plate with a car round it."""
        height, width = plate.pixels.shape[:2]
        margins = draw_margins(width, height, rng)
        margins = within(margins, plate.character_boxes, width, height)
        scene = surround(plate.pixels, margins, self._caption_font(rng), rng)
        shift = np.array([margins.left, margins.top], np.float32)
        return replace(
            plate,
            pixels=scene,
            character_boxes=plate.character_boxes + np.tile(shift, 2),
            plate_quad=plate.plate_quad + shift,
        )

    def draw(self, layout: Layout, rng: np.random.Generator) -> SyntheticPlate:
        """A bare plate of this layout: its corners are the picture's."""
        pattern = layout.patterns[rng.integers(len(layout.patterns))]
        lines = write(pattern, layout.letters, rng)
        background, ink = _colour_pair(layout, rng)
        sheet = self._blank(layout, background, rng)
        self._furnish(sheet, layout, ink, rng)
        boxes, ornaments = self._letter(sheet, layout, lines, rng)
        for ornament in ornaments:
            draw_ornament(sheet.pixels, ornament, ink, rng)
        self._finish(sheet, layout, ink, rng)
        height, width = sheet.pixels.shape[:2]
        corners = [(0, 0), (width, 0), (width, height), (0, height)]
        return SyntheticPlate(
            sheet.pixels,
            text_of(lines),
            len(lines),
            np.array(boxes, np.float32).reshape(-1, 4),
            np.array(corners, np.float32),
        )

    def _pick_layout(self, rng: np.random.Generator) -> Layout:
        lines = 2 if rng.random() < self._two_line_share else 1
        if rng.random() < self._random_share:
            return random_layout(lines, rng)
        up_to = self._weights_up_to[lines]
        pick = int(np.searchsorted(up_to, rng.random() * up_to[-1]))
        return self._by_lines[lines][pick]

    def _blank(
        self, layout: Layout, background: Colour, rng: np.random.Generator
    ) -> _Sheet:
        aspect = layout.size_mm[0] / layout.size_mm[1]
        usual = 270 if aspect > 2.8 else 225 if aspect > 1.7 else 165
        width = round(usual * rng.uniform(0.9, 1.1))
        height = round(width / aspect * rng.uniform(0.93, 1.07))
        pixels: Picture = np.empty((height, width, 3), np.uint8)
        cv2.rectangle(pixels, (0, 0), (width, height), background, -1)
        if rng.random() < layout.picture:
            pixels = draw_backdrop(pixels, background, rng)
        return _Sheet(
            pixels, np.zeros((height, width), np.uint8), Area(0, 0, width, height)
        )

    def _furnish(
        self, sheet: _Sheet, layout: Layout, ink: Colour, rng: np.random.Generator
    ) -> None:
        """Bands and small writing; what room they leave is for the characters."""
        if layout.band and rng.random() < 0.8:
            for band in layout.band.split(";"):
                left = draw_band(sheet.pixels, band, self._caption_font(rng), rng)
                sheet.room = _common(sheet.room, left)
        writing = ink
        if layout.writing and rng.random() < 0.7:
            writing = tint(layout.writing, rng)
        sheet.room = _inset(sheet.room, rng.uniform(0.015, 0.055), 0.04)
        if rng.random() < layout.picture * BESIDE_SHARE:
            self._picture_beside(sheet, ink, rng)
        for words, at_top in ((layout.top, True), (layout.bottom, False)):
            if not words:
                continue
            text = words[rng.integers(len(words))]
            depth = sheet.pixels.shape[0] * rng.uniform(0.12, 0.2)
            room = sheet.room
            y = room.y if at_top else room.y + room.height - depth
            if text:
                breadth = room.width * rng.uniform(0.3, 0.7)
                x = room.x + (room.width - breadth) / 2
                place = Area(x, y, breadth, depth * 0.9)
                if text == "^":
                    word = Ornament("^", place)
                    draw_ornament(sheet.pixels, word, ink, rng)
                else:
                    font = self._caption_font(rng)
                    write_small(sheet.pixels, text, place, writing, font)
                top = room.y + depth if at_top else room.y
                sheet.room = Area(room.x, top, room.width, room.height - depth)

    def _picture_beside(
        self, sheet: _Sheet, ink: Colour, rng: np.random.Generator
    ) -> None:
        """A figure at one end, letters on each other at that or the other, or both."""
        kind = rng.random()
        at_left = rng.random() < 0.75
        if kind < 0.7:
            area = _end(sheet, rng.uniform(0.2, 0.5), rng.uniform(0.45, 0.85), at_left)
            draw_figure(sheet.pixels, area, rng)
        if kind > 0.4:
            beside = at_left if rng.random() < 0.3 else not at_left
            area = _end(sheet, rng.uniform(0.14, 0.26), rng.uniform(0.5, 0.85), beside)
            letters = "".join(rng.choice(list(_STACKED), rng.choice([2, 2, 2, 3])))
            draw_ornament(sheet.pixels, Ornament("stacked", area, letters), ink, rng)

    def _letter(
        self,
        sheet: _Sheet,
        layout: Layout,
        lines: list[list[Token]],
        rng: np.random.Generator,
    ) -> tuple[list[tuple[float, float, float, float]], list[Ornament]]:
        """Write the lines into the ink mask."""
        room = sheet.room
        scale = sheet.pixels.shape[0] / layout.size_mm[1]
        wanted = layout.character_mm * scale * rng.uniform(0.92, 1.06)
        shares = [layout.top_line, 1.0] if len(lines) == 2 else [1.0]
        leading = 1.12 if len(lines) == 2 else 1.04
        height = min(wanted, room.height / (sum(shares) * leading))
        gap = (room.height - height * sum(shares)) / (len(lines) + 1)
        typesetter = Typesetter(sheet.ink, self._hand(layout, rng), rng)
        boxes: list[tuple[float, float, float, float]] = []
        ornaments: list[Ornament] = []
        y = room.y + gap
        for tokens, share in zip(lines, shares, strict=True):
            row = Area(room.x, y, room.width, height * share)
            lettering = typesetter.set_line(tokens, row)
            boxes += lettering.boxes
            ornaments += lettering.ornaments
            y += height * share + gap
        return boxes, ornaments

    def _hand(self, layout: Layout, rng: np.random.Generator) -> Hand:
        faces = self._families.get(layout.faces, self.faces)
        if layout.faces == "any" or rng.random() > OWN_FACE_SHARE:
            faces = self._varieties[rng.integers(len(self._varieties))]
        spacing = layout.spacing
        if rng.random() < 0.15:
            spacing = ("natural", "cells", "filled")[rng.integers(3)]
        return Hand(
            face=faces[rng.integers(len(faces))],
            stretch=float(np.clip(rng.normal(1.0, 0.09), 0.75, 1.35)),
            tracking=float(np.clip(rng.normal(0.16, 0.05), 0.05, 0.4)),
            slant=float(rng.normal(0, 0.12)) if rng.random() < 0.08 else 0.0,
            jitter=float(rng.uniform(0, 0.03)) if rng.random() < 0.4 else 0.0,
            spacing=spacing,
        )

    def _finish(
        self, sheet: _Sheet, layout: Layout, ink: Colour, rng: np.random.Generator
    ) -> None:
        """Paint the ink, then all that lies on top of it."""
        mask = weighted(sheet.ink, float(np.clip(rng.normal(0, 0.45), -0.7, 1.0)))
        faded = rng.uniform(0.35, 0.9) if rng.random() < 0.15 else rng.uniform(0.9, 1.0)
        if rng.random() < layout.border:
            draw_border(sheet.pixels, ink, rng)
        sheet.pixels = cover(sheet.pixels, mask, ink, faded)
        if rng.random() < layout.embossed:
            sheet.pixels = pressed(sheet.pixels, mask, rng)
        if rng.random() < layout.stickers:
            draw_stickers(sheet.pixels, rng)
        if rng.random() < 0.4:
            draw_bolts(sheet.pixels, rng)
        sheet.pixels = aged(sheet.pixels, rng)

    def _caption_font(self, rng: np.random.Generator) -> Path | None:
        return self._captions[rng.integers(len(self._captions))]


def _colour_pair(layout: Layout, rng: np.random.Generator) -> tuple[Colour, Colour]:
    """Background and ink, never too alike to be read."""
    names = layout.colours[rng.integers(len(layout.colours))]
    if rng.random() < 0.04:
        ink_name, back_name = names.split("/")
    else:
        back_name, ink_name = names.split("/")
    back, ink = tint(back_name, rng), tint(ink_name, rng)
    if abs(grey_of(back) - grey_of(ink)) < 35:
        ink = COLOURS["black"] if grey_of(back) > 110 else COLOURS["white"]
    return back, ink


def _end(sheet: _Sheet, wide: float, tall: float, at_left: bool) -> Area:
    """Take such a part of the room from an end; parts of the plate's height and its."""
    room = sheet.room
    # A nearly square plate with a band has hardly more room than its height.
    width = min(sheet.pixels.shape[0] * wide, room.width * WIDEST_END)
    height = room.height * tall
    x = room.x if at_left else room.x + room.width - width
    left = room.x + width if at_left else room.x
    sheet.room = Area(left, room.y, room.width - width, room.height)
    return Area(x, room.y + (room.height - height) / 2, width, height)


def _common(one: Area, other: Area) -> Area:
    x, y = max(one.x, other.x), max(one.y, other.y)
    right = min(one.x + one.width, other.x + other.width)
    bottom = min(one.y + one.height, other.y + other.height)
    return Area(x, y, right - x, bottom - y)


def _inset(area: Area, across: float, down: float) -> Area:
    dx, dy = area.width * across, area.height * down
    return Area(area.x + dx, area.y + dy, area.width - 2 * dx, area.height - 2 * dy)
