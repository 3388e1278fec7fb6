"""What stands between the characters: dashes, dots, seals, arms and other scripts."""

import cv2
import numpy as np

from models.training.synthesis.colours import Colour, tint
from models.training.synthesis.lettering import Area, Ornament
from models.training.synthesis.plate import Picture
from models.training.synthesis.writing import write_small


def draw_ornament(
    plate: Picture, ornament: Ornament, ink: Colour, rng: np.random.Generator
) -> None:
    """Draw what stands between two characters."""
    area = ornament.area
    centre = (round(area.x + area.width / 2), round(area.y + area.height / 2))
    height = area.height
    match ornament.kind:
        case "-":
            _dash(plate, area, ink, rng)
        case ".":
            low = (centre[0], round(area.y + height * 0.92))
            cv2.circle(plate, low, max(1, round(height * 0.065)), ink, -1, cv2.LINE_AA)
        case ":":
            _dot(plate, centre, height, ink, rng)
        case "!":
            top, bottom = round(area.y - height), round(area.y + 2 * height)
            cv2.line(plate, (centre[0], top), (centre[0], bottom), ink, 2)
        case "@":
            _seals(plate, centre, height, rng)
        case "*":
            _arms(plate, area, rng)
        case "~":
            _sign(plate, area, ink, rng)
        case "^":
            _word(plate, area, ink, rng)
        case "stacked":
            _stack(plate, area, ornament.text, ink)


def _dash(plate: Picture, area: Area, ink: Colour, rng: np.random.Generator) -> None:
    y = area.y + area.height * rng.uniform(0.45, 0.56)
    half = area.height * rng.uniform(0.035, 0.075)
    inset = area.width * rng.uniform(0.0, 0.15)
    cv2.rectangle(
        plate,
        (round(area.x + inset), round(y - half)),
        (round(area.x + area.width - inset), round(y + half)),
        ink,
        -1,
    )


def _dot(
    plate: Picture,
    centre: tuple[int, int],
    height: float,
    ink: Colour,
    rng: np.random.Generator,
) -> None:
    radius = max(1, round(height * rng.uniform(0.05, 0.09)))
    if rng.random() < 0.3:
        x, y = centre
        corners = (x - radius, y - radius), (x + radius, y + radius)
        cv2.rectangle(plate, *corners, ink, -1)
    else:
        cv2.circle(plate, centre, radius, ink, -1, cv2.LINE_AA)


def _seals(
    plate: Picture, centre: tuple[int, int], height: float, rng: np.random.Generator
) -> None:
    """One round seal, or two above each other, from inspection and authority."""
    x, y = centre
    radius = max(2, round(height * rng.uniform(0.16, 0.22)))
    both = rng.random() < 0.7
    rows = (y - round(height * 0.26), y + round(height * 0.26)) if both else (y,)
    for row in rows:
        if rng.random() < 0.08:
            continue  # never stuck on, or lost
        colour = tint(_SEALS[rng.integers(len(_SEALS))], rng)
        _blob(plate, (x, row), radius, colour, rng)


_SEALS = (
    "silver",
    "white",
    "grey",
    "orange",
    "green",
    "blue",
    "red",
    "yellow",
    "brown",
)


def _blob(
    plate: Picture,
    centre: tuple[int, int],
    radius: int,
    colour: Colour,
    rng: np.random.Generator,
) -> None:
    rim = tuple(value * 0.6 for value in colour)
    cv2.circle(plate, centre, radius, colour, -1, cv2.LINE_AA)
    cv2.circle(plate, centre, radius, rim, 1, cv2.LINE_AA)
    x, y = centre
    for _ in range(3):
        dx, dy = rng.integers(-radius // 2, radius // 2 + 1, 2)
        spot = tint(_SEALS[rng.integers(len(_SEALS))], rng)
        cv2.circle(plate, (x + int(dx), y + int(dy)), max(1, radius // 4), spot, -1)


def _arms(plate: Picture, area: Area, rng: np.random.Generator) -> None:
    """A coat of arms, a map or a picture: a few coloured shapes."""
    if rng.random() < 0.12:
        return
    x, y = area.x + area.width / 2, area.y + area.height / 2
    half_w = area.width * rng.uniform(0.25, 0.48)
    half_h = min(area.height * rng.uniform(0.25, 0.48), half_w * 1.6)
    colours = [tint(_BRIGHT[rng.integers(len(_BRIGHT))], rng) for _ in range(3)]
    kind = rng.integers(4)
    if kind == 0:
        shield = np.array(
            [(-1, -1), (1, -1), (1, 0.2), (0.5, 0.75), (0, 1), (-0.5, 0.75), (-1, 0.2)]
        )
        points = np.round(shield * (half_w, half_h) + (x, y)).astype(np.int32)
        cv2.fillPoly(plate, [points], colours[0], cv2.LINE_AA)
        upper = points.copy()
        upper[:, 1] = np.minimum(upper[:, 1], round(y))
        cv2.fillPoly(plate, [upper], colours[1], cv2.LINE_AA)
    elif kind == 1:
        axes = (max(1, round(half_w)), max(1, round(half_h)))
        centre = (round(x), round(y))
        cv2.ellipse(plate, centre, axes, 0, 0, 360, colours[0], -1)
        slim = (axes[0] // 2, axes[1])
        cv2.ellipse(plate, centre, slim, 0, 0, 360, colours[1], 1)
    else:
        reach = rng.uniform(0.35, 1.0, 11)
        angles = np.linspace(0, 2 * np.pi, 11, endpoint=False)
        shape = np.stack([np.cos(angles) * half_w, np.sin(angles) * half_h], 1)
        points = np.round(shape * reach[:, None] + (x, y)).astype(np.int32)
        cv2.fillPoly(plate, [points], colours[0], cv2.LINE_AA)
    spot = (round(x + rng.normal(0, half_w / 4)), round(y + rng.normal(0, half_h / 4)))
    cv2.circle(plate, spot, max(1, round(half_w / 3)), colours[2], -1, cv2.LINE_AA)


_BRIGHT = ("red", "blue", "green", "yellow", "white", "grey", "orange", "skyblue")


def _sign(plate: Picture, area: Area, ink: Colour, rng: np.random.Generator) -> None:
    """Strokes in a square, like a Chinese character from afar."""
    thickness = max(1, round(area.height * 0.07))
    for _ in range(rng.integers(5, 9)):
        along, across = np.sort(rng.random(2)), rng.random()
        wanders = rng.normal(0, 0.06)
        if rng.random() < 0.5:
            ends = ((along[0], across), (along[1], across + wanders))
        else:
            ends = ((across, along[0]), (across + wanders, along[1]))
        start, end = (
            (
                round(area.x + area.width * u * 0.95),
                round(area.y + area.height * (0.06 + 0.88 * v)),
            )
            for u, v in ends
        )
        cv2.line(plate, start, end, ink, thickness, cv2.LINE_AA)


def _word(plate: Picture, area: Area, ink: Colour, rng: np.random.Generator) -> None:
    """A joined line with hooks, loops and dots, like an Arabic word from afar."""
    thickness = max(1, round(area.height * rng.uniform(0.06, 0.11)))
    count = int(rng.integers(7, 12))
    xs = area.x + area.width * np.linspace(0.95, 0.05, count)
    base = area.y + area.height * rng.uniform(0.55, 0.7)
    heights = np.where(rng.random(count) < 0.4, rng.uniform(-0.45, 0.2, count), 0.0)
    points = np.stack([xs, base + area.height * heights], 1)
    cv2.polylines(
        plate, [np.round(points).astype(np.int32)], False, ink, thickness, cv2.LINE_AA
    )
    for _ in range(rng.integers(1, 5)):
        x = area.x + area.width * rng.uniform(0.1, 0.9)
        y = base + area.height * rng.choice([-0.3, 0.18, 0.25])
        cv2.circle(plate, (round(x), round(y)), max(1, thickness // 2), ink, -1)


def _stack(plate: Picture, area: Area, text: str, ink: Colour) -> None:
    row = area.height / len(text)
    for index, char in enumerate(text):
        place = Area(area.x, area.y + index * row, area.width, row * 0.92)
        write_small(plate, char, place, ink, None)
