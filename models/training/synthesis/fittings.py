"""What a plate carries round its text: bands, borders, stickers, bolts."""

from pathlib import Path

import cv2
import numpy as np

from models.training.synthesis.colours import COLOURS, Colour, tint
from models.training.synthesis.lettering import Area
from models.training.synthesis.plate import Picture
from models.training.synthesis.writing import write_small

_STICKERS = ("red", "blue", "green", "yellow", "white", "grey", "orange", "skyblue")
_NUMBERS = ("JAN", "APR", "OCT", "DEC", "07", "12", "2011", "09")


def draw_band(
    plate: Picture, band: str, font: Path | None, rng: np.random.Generator
) -> Area:
    """Draw the band and return the room it leaves; see `Layout.band`."""
    side, colour_name, *rest = band.split(" ")
    letters = " ".join(rest)
    height, width = plate.shape[:2]
    colour = tint(colour_name, rng) if colour_name in COLOURS else None
    if side == "top":
        depth = height * rng.uniform(0.19, 0.25)
        strip = Area(0, 0, width, depth)
        room = Area(0, depth, width, height - depth)
    else:
        breadth = min(height * rng.uniform(0.32, 0.42), width * 0.11)
        x = 0.0 if side == "left" else width - breadth
        strip = Area(x, 0, breadth, height)
        room = Area(breadth if side == "left" else 0.0, 0, width - breadth, height)
    if colour is not None:
        far = (round(strip.x + strip.width), round(strip.y + strip.height))
        cv2.rectangle(plate, (round(strip.x), 0), far, colour, -1)
    writing = tint("white" if colour is not None else "black", rng)
    if side == "top":
        place = Area(width * 0.25, strip.height * 0.2, width * 0.5, strip.height * 0.6)
        write_small(plate, letters, place, writing, font)
        return room
    if letters.startswith("*"):
        letters = letters[1:]
        stars = (round(strip.x + strip.width / 2), round(height * 0.33))
        _star_circle(plate, stars, strip.width * 0.32, rng)
    low = rng.uniform(0.55, 0.7) if letters else 0.6
    place = Area(
        strip.x + strip.width * 0.12, height * low, strip.width * 0.76, height * 0.26
    )
    if letters:
        write_small(plate, letters, place, writing, font)
    return room


def _star_circle(
    plate: Picture, centre: tuple[int, int], radius: float, rng: np.random.Generator
) -> None:
    yellow = tint("yellow", rng)
    for angle in np.arange(12) * (np.pi / 6):
        x = round(centre[0] + radius * np.cos(angle))
        y = round(centre[1] + radius * np.sin(angle))
        cv2.circle(plate, (x, y), max(1, round(radius * 0.13)), yellow, -1)


def draw_border(plate: Picture, ink: Colour, rng: np.random.Generator) -> None:
    """A line along the edge, now and then a double one."""
    height = plate.shape[0]
    thickness = max(1, round(height * rng.uniform(0.012, 0.035)))
    inset = round(height * rng.uniform(0.0, 0.05))
    radius = round(height * rng.uniform(0.0, 0.14))
    _rounded(plate, inset, radius, ink, thickness)
    if rng.random() < 0.12:
        _rounded(plate, inset + 3 * thickness, radius, ink, max(1, thickness // 2))


def _rounded(
    plate: Picture, inset: int, radius: int, colour: Colour, thickness: int
) -> None:
    height, width = plate.shape[:2]
    x1, y1, x2, y2 = inset, inset, width - 1 - inset, height - 1 - inset
    r = radius
    for start, end in (
        ((x1 + r, y1), (x2 - r, y1)),
        ((x1 + r, y2), (x2 - r, y2)),
        ((x1, y1 + r), (x1, y2 - r)),
        ((x2, y1 + r), (x2, y2 - r)),
    ):
        cv2.line(plate, start, end, colour, thickness)
    if r:
        for centre, turn in (
            ((x1 + r, y1 + r), 180),
            ((x2 - r, y1 + r), 270),
            ((x2 - r, y2 - r), 0),
            ((x1 + r, y2 - r), 90),
        ):
            cv2.ellipse(plate, centre, (r, r), turn, 0, 90, colour, thickness)


def draw_stickers(plate: Picture, rng: np.random.Generator) -> None:
    """Validation stickers in the corners, with a number on some."""
    height, width = plate.shape[:2]
    for corner in range(4):
        if rng.random() < 0.55:
            continue
        w = round(width * rng.uniform(0.07, 0.14))
        h = round(height * rng.uniform(0.09, 0.17))
        x = 3 + round(width * 0.02) if corner % 2 == 0 else width - w - 4
        y = 3 if corner < 2 else height - h - 4
        colour = tint(_STICKERS[rng.integers(len(_STICKERS))], rng)
        cv2.rectangle(plate, (x, y), (x + w, y + h), colour, -1)
        number = _NUMBERS[rng.integers(len(_NUMBERS))]
        writing = tint("black" if sum(colour) > 330 else "white", rng)
        write_small(plate, number, Area(x + 1, y + 1, w - 2, h - 2), writing, None)


def draw_bolts(plate: Picture, rng: np.random.Generator) -> None:
    """Screws, caps and empty holes; now and then through a character."""
    height, width = plate.shape[:2]
    radius = max(1.5, height * rng.uniform(0.025, 0.055))
    names = ("black", "silver", "grey", "white", "yellow", "charcoal")
    name = names[rng.integers(len(names))]
    rows = (0.1,) if rng.random() < 0.4 else (0.1, 0.9)
    if width > 3.2 * height:
        rows = (0.5,) if rng.random() < 0.6 else (0.14,)
    left = rng.uniform(0.05, 0.3)
    for row in rows:
        for column in (left, 1 - left):
            x = round(width * (column + rng.normal(0, 0.015)))
            y = round(height * (row + rng.normal(0, 0.02)))
            cv2.circle(plate, (x, y), round(radius), tint(name, rng), -1, cv2.LINE_AA)
            if radius > 2:
                shade = tint("charcoal" if name != "black" else "grey", rng)
                cv2.circle(plate, (x, y), round(radius), shade, 1, cv2.LINE_AA)
