"""What is round a plate in a crop: a holder, the bumper, a piece of the car."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.training.synthesis.colours import Colour, tint
from models.training.synthesis.lettering import Area
from models.training.synthesis.plate import Floats, Picture
from models.training.synthesis.surface import gradient, grain
from models.training.synthesis.writing import write_small

_BODIES = (
    "black", "black", "charcoal", "grey", "silver", "silver", "white", "white", "red",
    "maroon", "blue", "navy", "green", "brown", "cream", "yellow",
)  # fmt: skip

_DEALERS = (
    "AUTOHAUS MEIER", "WWW.AUTO-CENTRUM.CZ", "CITROEN", "FORD", "TOYOTA", "BMW",
    "GARAGE DUPONT", "AUTOFREY", "Autosalon Brno", "www.opel-dealer.nl", "KIA MOTORS",
    "tel: 545 211 103", "TACOMA", "LARSON", "MOTORS LTD", "Concessionaria Delpino",
    "VOLKSWAGEN", "HONDA OF RENTON", "BARONS", "www.skoda.eu",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Margins:
    """Room left round the plate in pixels; negative cuts into it."""

    left: int
    top: int
    right: int
    bottom: int


def draw_margins(width: int, height: int, rng: np.random.Generator) -> Margins:
    """As a detector's crops have them: -4 to 18 % a side."""
    left, top, right, bottom = rng.uniform(-0.04, 0.18, 4) * rng.choice(
        [0.3, 1.0], p=[0.4, 0.6]
    )
    return Margins(
        round(left * width),
        round(top * height),
        round(right * width),
        round(bottom * height),
    )


def within(margins: Margins, boxes: Floats, width: int, height: int) -> Margins:
    """The margins, changed where they would cut off a character."""
    return Margins(
        max(margins.left, -int(boxes[:, 0].min())),
        max(margins.top, -int(boxes[:, 1].min())),
        max(margins.right, -int(width - boxes[:, 2].max())),
        max(margins.bottom, -int(height - boxes[:, 3].max())),
    )


def surround(
    plate: Picture, margins: Margins, font: Path | None, rng: np.random.Generator
) -> Picture:
    """The plate put on a car and cropped to these margins."""
    height, width = plate.shape[:2]
    left, top = max(0, margins.left), max(0, margins.top)
    right, bottom = max(0, margins.right), max(0, margins.bottom)
    scene = _car(width + left + right, height + top + bottom, rng)
    place = Area(left, top, width, height)
    if rng.random() < 0.6:
        _holder(scene, place, font, rng)
    _paste(scene, plate, left, top, rng)
    return scene[
        max(0, -margins.top) : scene.shape[0] - max(0, -margins.bottom),
        max(0, -margins.left) : scene.shape[1] - max(0, -margins.right),
    ]


def _car(width: int, height: int, rng: np.random.Generator) -> Picture:
    name = _BODIES[rng.integers(len(_BODIES))]
    body = tint(name, rng)
    dark: Colour = tuple(value * rng.uniform(0.2, 0.8) for value in body)  # type: ignore[assignment]
    light: Colour = tuple(min(255.0, value * 1.25 + 12) for value in body)  # type: ignore[assignment]
    scene = gradient(width, height, [body, body, dark, light], rng)
    for _ in range(rng.integers(0, 4)):
        _edge(scene, rng)
    if rng.random() < 0.1:
        _grille(scene, rng)
    if rng.random() < 0.4:
        rough = grain(scene.shape, int(rng.integers(0, 3)), rng) * rng.uniform(2, 14)
        scene = np.clip(scene + rough[..., None], 0, 255).astype(np.uint8)
    return scene


def _edge(scene: Picture, rng: np.random.Generator) -> None:
    """The edge of a bumper or a lid: everything on one side is of another shade."""
    height, width = scene.shape[:2]
    y = int(rng.choice([0.04, 0.1, 0.9, 0.96]) * height + rng.normal(0, 3))
    tilt = int(rng.normal(0, 0.04) * width)
    shade = tint(_BODIES[rng.integers(len(_BODIES))], rng)
    if rng.random() < 0.5:
        far = -5 if y < height / 2 else height + 5
        corners = np.array([(0, y), (width, y + tilt), (width, far), (0, far)])
        cv2.fillPoly(scene, [corners.astype(np.int32)], shade)
    else:
        thickness = int(rng.integers(1, 5))
        cv2.line(scene, (0, y), (width, y + tilt), shade, thickness, cv2.LINE_AA)


def _grille(scene: Picture, rng: np.random.Generator) -> None:
    height, width = scene.shape[:2]
    step = int(rng.integers(5, 14))
    shade = tint(("black", "grey", "silver")[rng.integers(3)], rng)
    if rng.random() < 0.5:
        for y in range(0, height, step):
            cv2.line(scene, (0, y), (width, y), shade, max(1, step // 3))
    else:
        for x in range(-height, width, step):
            cv2.line(scene, (x, 0), (x + height // 2, height), shade, max(1, step // 3))


def _holder(
    scene: Picture, place: Area, font: Path | None, rng: np.random.Generator
) -> None:
    """A frame round the plate, often with the dealer's name below or above."""
    rim = max(1.0, place.height * rng.uniform(0.02, 0.09))
    strip = place.height * rng.uniform(0.1, 0.2)
    below = rng.random() < 0.8
    named = rng.random() < 0.55
    y1 = place.y - (rim if below or not named else strip)
    y2 = place.y + place.height + (strip if below and named else rim)
    names = ("black", "black", "black", "charcoal", "silver", "white", "navy", "red")
    colour = tint(names[rng.integers(len(names))], rng)
    cv2.rectangle(
        scene,
        (round(place.x - rim), round(y1)),
        (round(place.x + place.width + rim), round(y2)),
        colour,
        -1,
    )
    if named:
        y = place.y + place.height if below else y1
        row = Area(place.x, y + strip * 0.15, place.width, strip * 0.7)
        ink = "white" if sum(colour) < 330 else "black"
        dealer = _DEALERS[rng.integers(len(_DEALERS))]
        write_small(scene, dealer, row, tint(ink, rng), font)


def _paste(
    scene: Picture, plate: Picture, x: int, y: int, rng: np.random.Generator
) -> None:
    """Lay the plate on the scene, its corners rounded."""
    height, width = plate.shape[:2]
    under = scene[y : y + height, x : x + width]
    radius = int(height * rng.uniform(0.0, 0.1))
    corners = [under[row].copy() for row in _corner_slices(height, width, radius)]
    under[:] = plate
    if radius < 3:
        return
    disc = np.hypot(*np.mgrid[radius:0:-1, radius:0:-1]) > radius
    flips = (disc, disc[:, ::-1], disc[::-1], disc[::-1, ::-1])
    for slices, old, outside in zip(
        _corner_slices(height, width, radius), corners, flips, strict=True
    ):
        under[slices][outside] = old[outside]


def _corner_slices(height: int, width: int, radius: int) -> list[tuple[slice, slice]]:
    near, far_y = slice(0, radius), slice(height - radius, height)
    far_x = slice(width - radius, width)
    return [(near, near), (near, far_x), (far_y, near), (far_y, far_x)]
