"""Figures as plates carry them: trees, seals, flags, animals and maps, from afar."""

from collections.abc import Callable

import cv2
import numpy as np

from models.training.synthesis.colours import Colour, tint
from models.training.synthesis.lettering import Area
from models.training.synthesis.plate import Picture

_COLOURS = ("blue", "navy", "green", "red", "orange", "maroon", "brown", "charcoal")


def draw_figure(plate: Picture, area: Area, rng: np.random.Generator) -> None:
    """Some figure that fills the area more or less, in place."""
    shades = [tint(_COLOURS[pick], rng) for pick in rng.integers(len(_COLOURS), size=3)]
    _FIGURES[rng.integers(len(_FIGURES))](plate, area, shades, rng)


def _creature(
    plate: Picture, area: Area, shades: list[Colour], rng: np.random.Generator
) -> None:
    """A body with limbs that go off in all directions."""
    middle = np.array([area.x + area.width / 2, area.y + area.height / 2])
    half = np.array([area.width, area.height]) / 2
    thickness = max(1, round(min(half) * rng.uniform(0.15, 0.35)))
    for _ in range(rng.integers(3, 8)):
        start = middle + rng.normal(0, 0.25, 2) * half
        bend = middle + rng.uniform(-0.8, 0.8, 2) * half
        end = middle + rng.uniform(-1, 1, 2) * half
        path = np.round([start, bend, end]).astype(np.int32)
        cv2.polylines(plate, [path], False, shades[0], thickness, cv2.LINE_AA)
    axes = np.maximum(half * rng.uniform(0.3, 0.6, 2), 1).astype(int).tolist()
    centre = np.round(middle).astype(int).tolist()
    cv2.ellipse(plate, centre, axes, float(rng.uniform(0, 180)), 0, 360, shades[0], -1)


def _tree(
    plate: Picture, area: Area, shades: list[Colour], rng: np.random.Generator
) -> None:
    """Tiers on a trunk."""
    x, tiers = area.x + area.width / 2, int(rng.integers(1, 5))
    half = max(1.0, area.width * rng.uniform(0.03, 0.08))
    trunk = (round(x - half), round(area.y)), (round(x + half), _bottom(area))
    cv2.rectangle(plate, *trunk, shades[1], -1)
    for tier in range(tiers):
        top = area.y + area.height * 0.85 * tier / tiers
        low = area.y + area.height * 0.85 * (tier + 1.4) / tiers
        reach = area.width / 2 * (tier + 1.5) / (tiers + 0.5)
        corners = np.round([(x, top), (x + reach, low), (x - reach, low)])
        cv2.fillPoly(plate, [corners.astype(np.int32)], shades[0], cv2.LINE_AA)


def _seal(
    plate: Picture, area: Area, shades: list[Colour], rng: np.random.Generator
) -> None:
    """A round seal: rings, spokes and something in the middle."""
    centre = round(area.x + area.width / 2), round(area.y + area.height / 2)
    radius = max(2, round(min(area.width, area.height) / 2))
    cv2.circle(plate, centre, radius, shades[0], -1, cv2.LINE_AA)
    pale = tint("cream", rng)
    ring = max(1, radius // 6)
    cv2.circle(plate, centre, max(1, round(radius * 0.72)), pale, ring, cv2.LINE_AA)
    for turn in np.arange(rng.integers(0, 9)) * rng.uniform(0.3, 0.8):
        x = round(centre[0] + radius * 0.6 * np.cos(turn))
        y = round(centre[1] + radius * 0.6 * np.sin(turn))
        cv2.line(plate, centre, (x, y), pale, ring, cv2.LINE_AA)
    cv2.circle(plate, centre, max(1, round(radius * 0.3)), shades[1], -1, cv2.LINE_AA)


def _flag(
    plate: Picture, area: Area, shades: list[Colour], rng: np.random.Generator
) -> None:
    """Stripes with a corner."""
    stripes = int(rng.integers(2, 8))
    right, pale = round(area.x + area.width), tint("white", rng)
    for stripe in range(stripes):
        top = area.y + area.height * stripe / stripes
        low = round(area.y + area.height * (stripe + 1) / stripes) - 1
        colour = pale if stripe % 2 else shades[0]
        cv2.rectangle(plate, (round(area.x), round(top)), (right, low), colour, -1)
    corner = round(area.x + area.width * 0.45), round(area.y + area.height * 0.5)
    cv2.rectangle(plate, (round(area.x), round(area.y)), corner, shades[1], -1)


def _map(
    plate: Picture, area: Area, shades: list[Colour], rng: np.random.Generator
) -> None:
    """An outline of many corners, with a border."""
    count = int(rng.integers(8, 16))
    turns = np.sort(rng.uniform(0, 2 * np.pi, count))
    reach = rng.uniform(0.55, 1.0, count)[:, None] / 2
    size = np.array([area.width, area.height])
    middle = np.array([area.x, area.y]) + size / 2
    corners = middle + np.stack([np.cos(turns), np.sin(turns)], 1) * reach * size
    shape = np.round(corners).astype(np.int32)
    cv2.fillPoly(plate, [shape], shades[0], cv2.LINE_AA)
    cv2.polylines(plate, [shape], True, shades[1], 1, cv2.LINE_AA)


def _bottom(area: Area) -> int:
    return round(area.y + area.height)


_Figure = Callable[[Picture, Area, list[Colour], np.random.Generator], None]
_FIGURES: tuple[_Figure, ...] = (_creature, _creature, _tree, _seal, _flag, _map)
