"""A road as the motion gate sees it: vehicles, wind, rain and light, in grey levels."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_anpr.records import Box, Frame
from edge_anpr.sample.lens import expose
from edge_anpr.sample.light import LIGHTS
from edge_anpr.sample.plate import STYLES
from edge_anpr.sample.staging import Actor, cast, road_under, set_up
from edge_anpr.sample.street import paint_street
from edge_anpr.sample.vehicle import paint_recess, paint_vehicle

WIDTH, HEIGHT = 160, 90  # of the picture that the gate looks at
DRAWN = 2  # times as large it is drawn
NEAR_PX = 0.148 * WIDTH * DRAWN  # width of a plate that is near
FAR, LEGIBLE, PAST = 5.0, 3.15, 0.7  # times as far away as near
LANES = 3
POSES = 40  # of a vehicle, from FAR to PAST
FULL = np.zeros((720, 1280, 3), np.uint8)
GUST_EVERY_S = 10.0
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

Levels = NDArray[np.float64]
Wind = Callable[[float], float]  # its strength at a time, 0..1
Where = tuple[NDArray[np.float32], NDArray[np.float32]]  # x and y of each pixel
Disturb = Callable[[float, Levels, np.random.Generator], Levels]


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """What a vehicle changes in the picture of the empty road."""

    change: Levels
    plate: Box | None  # in pixels of the frame, while it is legible


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """An empty road, and some vehicles on it: in each lane so many."""

    road: Levels
    vehicles: tuple[tuple[Pose, ...], ...]


@dataclass(frozen=True, slots=True)
class Passing:
    """One vehicle driving by."""

    vehicle: int
    begin_s: float
    lasts_s: float = 1.6
    contrast: float = 1.0

    def pose(self, at_s: float) -> Pose | None:
        way = (at_s - self.begin_s) / self.lasts_s
        poses = drawn().vehicles[self.vehicle]
        return poses[int(way * POSES)] if 0 <= way < 1 else None


@cache
def drawn(casts: int = 2) -> Drawn:
    rng = np.random.default_rng(3)
    size = WIDTH * DRAWN, HEIGHT * DRAWN
    view, placed = set_up(_cast(rng), [NEAR_PX] * LANES, *size, rng)
    canvas = np.empty((size[1], size[0], 3), np.uint8)
    paint_street(canvas, view, road_under(placed), LIGHTS["day"], rng)
    road = _small(expose(canvas, LIGHTS["day"]))

    def pose(actor: Actor, times: float) -> Pose:
        at = actor.vehicle.pose
        farther = replace(at, away_m=at.away_m * times)
        there = replace(actor, vehicle=replace(actor.vehicle, pose=farther))
        picture = canvas.copy()
        paint_vehicle(picture, there.vehicle, view, LIGHTS["day"])
        paint_recess(picture, there.vehicle, view, there.style)
        x, y = there.corners(view).T * FULL.shape[1] / size[0]
        box = Box(float(x.min()), float(y.min()), float(x.max()), float(y.max()))
        is_legible = times <= LEGIBLE and box.y2 < FULL.shape[0]
        change = _small(expose(picture, LIGHTS["day"])) - road
        return Pose(change, box if is_legible else None)

    vehicles = []
    for _ in range(casts):
        for actor, place in zip(_cast(rng), placed, strict=True):
            stands = replace(actor.vehicle, pose=place.vehicle.pose)
            there = replace(actor, vehicle=stands)
            ways = np.geomspace(FAR, PAST, POSES)
            vehicles.append(tuple(pose(there, float(times)) for times in ways))
    return Drawn(road, tuple(vehicles))


def _cast(rng: np.random.Generator) -> list[Actor]:
    return cast(LANES, [], [STYLES["germany"]] * LANES, rng)


def _small(pixels: NDArray[np.uint8]) -> Levels:
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float64)


def traffic(
    until_s: float, headway_s: float, seed: int = 0, lasts_s: float = 1.6
) -> list[Passing]:
    """A vehicle about every headway_s, in any lane."""
    rng = np.random.default_rng(seed)
    count = int(until_s / headway_s)
    begins = (np.arange(count) + rng.uniform(-0.2, 0.2, count)) * headway_s
    return [
        Passing(int(rng.integers(len(drawn().vehicles))), float(begin_s), lasts_s)
        for begin_s in begins
    ]


@dataclass(frozen=True, slots=True)
class Look:
    """A frame, and where legible plates are in it."""

    frame: Frame
    plates: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """What passes by in what weather and light."""

    fps: float
    light: float = 1.0
    noise: float = 1.5  # grey levels, of the small picture
    disturb: Disturb | None = None

    def looks(
        self, passings: list[Passing], from_s: float, to_s: float
    ) -> Iterator[Look]:
        rng = np.random.default_rng(round(from_s))
        for number in range(round(from_s * self.fps), round(to_s * self.fps)):
            at_s = number / self.fps
            grey, plates = drawn().road.copy(), []
            for passing in passings:
                if pose := passing.pose(at_s):
                    grey += passing.contrast * pose.change
                    plates += [pose.plate] if pose.plate else []
            if self.disturb:
                grey = self.disturb(at_s, grey, rng)
            grey = grey * self.light + rng.normal(0, self.noise, grey.shape)
            small = np.clip(grey, 0, 255).astype(np.uint8)
            yield Look(Frame(FULL, NOON, at_s, small), tuple(plates))


def always(_: float) -> float:
    return 1.0


def gusts(lasts_s: float) -> Wind:
    """One every GUST_EVERY_S."""

    def wind(at_s: float) -> float:
        part = (at_s % GUST_EVERY_S) / lasts_s
        return math.sin(math.pi * part) if part < 1 else 0.0

    return wind


@cache
def _texture(seed: int, blob_px: float, level: float) -> Levels:
    rng = np.random.default_rng(seed)
    raw = cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)), (0, 0), blob_px / 2)
    return np.asarray(raw / raw.std() * level, np.float64)


@cache
def _crown(x: int, y: int, radius: int) -> Levels:
    cover = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.circle(cover, (x, y), radius, 255, -1)
    ragged = cover * (_texture(9, 5, 1) > -0.8)
    return np.asarray(cv2.GaussianBlur(ragged / 255, (0, 0), 0.7), np.float64)


def _sway(at_s: float, reach_px: float) -> Where:
    """Where each pixel comes from: branches go their own ways, to and fro."""
    phase, pace = _texture(5, 12, 2.5), 2 * math.pi * (1.7 + _texture(6, 20, 0.3))
    along, across = np.mgrid[:HEIGHT, :WIDTH]
    x = across + reach_px * np.sin(pace * at_s + phase)
    y = along + 0.5 * reach_px * np.sin(1.3 * pace * at_s + 2 * phase)
    return x.astype(np.float32), y.astype(np.float32)


def _moved(levels: Levels, where: Where) -> Levels:
    return np.asarray(
        cv2.remap(levels, *where, cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE),
        np.float64,
    )


def tree(
    wind: Wind,
    x: int = 130,
    y: int = 22,
    radius: int = 24,
    reach_px: float = 2.0,
) -> Disturb:
    """A crown before the sky, whose branches sway."""

    def disturb(at_s: float, grey: Levels, _: np.random.Generator) -> Levels:
        where = _sway(at_s, reach_px * wind(at_s))
        leaves = 70 + _texture(2, 2.5, 25)
        cover = _moved(_crown(x, y, radius), where)
        return grey * (1 - cover) + _moved(leaves, where) * cover

    return disturb


def glitter(wind: Wind, level: float = 25.0) -> Disturb:
    """Leaves that turn: each brighter or darker from frame to frame."""

    def disturb(at_s: float, grey: Levels, rng: np.random.Generator) -> Levels:
        grey[10:40, 100:140] += wind(at_s) * cv2.resize(
            rng.normal(0, level, (10, 14)), (40, 30)
        )
        return grey

    return disturb


def shade(wind: Wind) -> Disturb:
    """Leaves' shadows on the road, in the sun."""

    def disturb(at_s: float, grey: Levels, _: np.random.Generator) -> Levels:
        where = _sway(at_s, 2.5 * wind(at_s))
        dark = np.clip(0.75 + _texture(3, 4, 0.15), 0.5, 1)
        dark[:50] = 1.0
        return grey * _moved(dark, where)

    return disturb


def flag(at_s: float, grey: Levels, _: np.random.Generator) -> Levels:
    across = np.arange(18)
    waves = 90 + 50 * np.sin(across / 2.5 - 2 * math.pi * 1.3 * at_s)
    grey[12:24, 20:38] = waves[None]
    return grey


def rain(_: float, grey: Levels, rng: np.random.Generator) -> Levels:
    for _drop in range(60):
        y, x = rng.integers(0, HEIGHT - 6), rng.integers(0, WIDTH)
        grey[y : y + 6, x] += 60
    return grey


def headlights(at_s: float, grey: Levels, _: np.random.Generator) -> Levels:
    """Of a vehicle that turns elsewhere: a patch of light wanders, every 15 s."""
    part = at_s % 15 / 1.5
    if part < 1:
        along, across = np.mgrid[:HEIGHT, :WIDTH]
        grey += 80 * np.exp(
            -(((across - 160 * part) / 18) ** 2) - ((along - 45) / 14) ** 2
        )
    return grey


def exposure(at_s: float, grey: Levels, _: np.random.Generator) -> Levels:
    return grey * (0.75 if int(at_s / 4) % 2 else 1.0)


def shake(wind: Wind) -> Disturb:
    def disturb(at_s: float, grey: Levels, rng: np.random.Generator) -> Levels:
        dx, dy = 0.5 * wind(at_s) * rng.normal(0, 1, 2)
        move = np.array([[1, 0, dx], [0, 1, dy]])
        edge = cv2.BORDER_REPLICATE
        return np.asarray(
            cv2.warpAffine(grey, move, (WIDTH, HEIGHT), borderMode=edge), np.float64
        )

    return disturb


def insect(at_s: float, grey: Levels, rng: np.random.Generator) -> Levels:
    """On the lens, lit by the lamp; there for 5 of 20 s, and restless."""
    if at_s % 20 < 5:
        dx, dy = rng.normal(0, 1.5, 2)
        cv2.ellipse(grey, ((80 + dx, 40 + dy), (22, 14), 30.0), 200.0, -1)
    return grey
