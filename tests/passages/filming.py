"""Film photographs of vehicles as they come down a street: with known truth."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_anpr.records import Box, Frame, Pixels
from tests.passages.photographs import Photograph

WIDTH, HEIGHT = 960, 540
FPS = 10.0
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
BEGIN_S = 1000.0  # of the monotonic clock
EMPTY_S = 2.0  # before the first vehicle
AFTERWARDS_S = 7.0  # after the last; longer than a vehicle may be out of sight

FAR = 0.35  # of its final size: how a vehicle enters
WIDEST_PX = 200.0  # no plate gets wider than this, nor wider than it was photographed
APPROACH_S = (1.2, 3.0)
GAP_S = (0.7, 4.0)  # between one vehicle and the next
BESIDE = 0.2  # of the vehicles drive beside the one before
STOPS = 0.1  # of them stop on the way
STOP_S = (2.0, 6.0)
LEAVES = 1.6  # times the way that is shown, until it is out of the picture
SHUTTER = (0.0, 0.12)  # open, as a part of the time between two frames
FEATHER = 0.08  # of a cut's size fades into the street

GRAINS = 4  # pictures of noise that take turns
NIGHT_LIGHT = 0.3
NOISE = {False: (1.0, 6.0), True: (4.0, 9.0)}  # grey levels, by day and by night
JPEG_QUALITY = 88

Levels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a photograph is in a frame."""

    x: float  # of the plate's centre, px
    y: float
    scale: float


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """One vehicle, and when it is where."""

    photograph: Photograph
    begin_s: float
    approach_s: float
    stop_s: float  # 0: it does not stop
    stop_at: float  # part of the way
    start: Pose
    end: Pose
    shutter: float

    @property
    def end_s(self) -> float:
        return self.begin_s + self.approach_s * LEAVES + self.stop_s

    def pose(self, at_s: float) -> Pose | None:
        """None when it is not in the picture."""
        if not self.begin_s <= at_s < self.end_s:
            return None
        driven_s = at_s - self.begin_s
        stop_s = self.stop_at * self.approach_s
        driven_s -= min(max(driven_s - stop_s, 0.0), self.stop_s)
        way = driven_s / self.approach_s  # beyond 1 it passes the camera
        scale = self.start.scale * (self.end.scale / self.start.scale) ** way
        # Things come nearer along a straight line, the faster the larger they are.
        reach = self.end.scale - self.start.scale
        part = (scale - self.start.scale) / reach
        return Pose(
            self.start.x + part * (self.end.x - self.start.x),
            self.start.y + part * (self.end.y - self.start.y),
            scale,
        )

    def plate(self, at_s: float) -> Box | None:
        """Where its plate is, in pixels of the frame; may be outside of it."""
        pose, plate = self.pose(at_s), self.photograph.plate
        if pose is None:
            return None
        across, along = plate.width * pose.scale / 2, plate.height * pose.scale / 2
        return Box(pose.x - across, pose.y - along, pose.x + across, pose.y + along)


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """What one camera sees for a while."""

    street: Pixels
    passages: tuple[Passage, ...]
    is_night: bool
    noise: float
    seed: int

    @property
    def count(self) -> int:
        """Of its frames."""
        last_s = max(passage.end_s for passage in self.passages)
        return math.ceil((last_s + AFTERWARDS_S) * FPS)

    def frames(self) -> Iterator[Frame]:
        rng = np.random.default_rng(self.seed)
        lenses = [_Lens(self, rng) for _ in range(GRAINS)]
        empty = [lens.take(self.street) for lens in lenses]
        for number in range(self.count):
            since_s, grain = number / FPS, number % GRAINS
            there = [each for each in self.passages if each.pose(since_s)]
            pixels = empty[grain]
            if there:
                canvas = self.street.copy()
                for passage in sorted(there, key=_begin_s, reverse=True):
                    _paint(canvas, passage, since_s)
                pixels = lenses[grain].take(canvas)
            yield Frame(pixels, NOON + timedelta(seconds=since_s), BEGIN_S + since_s)


class _Lens:
    """Light and noise; the noise is the same in every so many frames."""

    def __init__(self, film: Film, rng: np.random.Generator) -> None:
        noise = rng.standard_normal((HEIGHT, WIDTH, 3), np.float32)
        self._noise: Levels = noise * np.float32(film.noise)
        self._light = NIGHT_LIGHT if film.is_night else 1.0

    def take(self, canvas: Pixels) -> Pixels:
        lit = cv2.convertScaleAbs(canvas, alpha=self._light)
        seen = cv2.add(lit, self._noise, dtype=cv2.CV_8U)
        _, packed = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def _begin_s(passage: Passage) -> float:
    return passage.begin_s


def film(
    photographs: Sequence[Photograph], street: Pixels, *, is_night: bool, seed: int
) -> Film:
    """Have these vehicles come down the street, one after or beside the other."""
    rng = np.random.default_rng(seed)
    passages: list[Passage] = []
    begin_s, lane = EMPTY_S, 0.5
    for photograph in photographs:
        beside = bool(passages) and lane == 0.5 and rng.random() < BESIDE
        if beside:
            passages[-1] = _in_lane(passages[-1], 0.25)
            begin_s, lane = passages[-1].begin_s + float(rng.uniform(0, 0.6)), 0.75
        else:
            if passages:
                latest_s = max(each.end_s for each in passages)
                begin_s = latest_s + float(rng.uniform(*GAP_S))
            lane = 0.5
        passages.append(_passage(photograph, begin_s, lane, rng))
    return Film(
        np.asarray(cv2.resize(street, (WIDTH, HEIGHT)), np.uint8),
        tuple(passages),
        is_night,
        float(rng.uniform(*NOISE[is_night])),
        seed,
    )


def _passage(
    photograph: Photograph, begin_s: float, lane: float, rng: np.random.Generator
) -> Passage:
    near = min(WIDEST_PX / photograph.plate.width, 1.0)
    stops = rng.random() < STOPS
    way = Passage(
        photograph,
        begin_s,
        approach_s=float(rng.uniform(*APPROACH_S)),
        stop_s=float(rng.uniform(*STOP_S)) if stops else 0.0,
        stop_at=float(rng.uniform(0.4, 1.0)),
        start=Pose(
            WIDTH * float(rng.uniform(0.4, 0.6)),
            HEIGHT * float(rng.uniform(0.3, 0.45)),
            near * FAR,
        ),
        end=Pose(0.0, HEIGHT * float(rng.uniform(0.65, 0.8)), near),
        shutter=float(rng.uniform(*SHUTTER)),
    )
    return _in_lane(way, lane)


def _in_lane(passage: Passage, lane: float) -> Passage:
    """lane: where it ends, as a part of the width."""
    start, end = passage.start, passage.end
    shift = (lane - 0.5) * WIDTH
    return Passage(
        passage.photograph,
        passage.begin_s,
        passage.approach_s,
        passage.stop_s,
        passage.stop_at,
        Pose(
            WIDTH / 2 + (start.x - WIDTH / 2) * 0.5 + shift * 0.6, start.y, start.scale
        ),
        Pose(WIDTH / 2 + shift, end.y, end.scale),
        passage.shutter,
    )


def _paint(canvas: Pixels, passage: Passage, at_s: float) -> None:
    pose = passage.pose(at_s)
    assert pose
    photograph = passage.photograph
    height, width = photograph.pixels.shape[:2]
    size = max(round(width * pose.scale), 2), max(round(height * pose.scale), 2)
    shrunk = cv2.resize(photograph.pixels, size, interpolation=cv2.INTER_AREA)
    plate = photograph.plate
    left = pose.x - (plate.x1 + plate.x2) / 2 * pose.scale
    top = pose.y - (plate.y1 + plate.y2) / 2 * pose.scale
    # Only the part of the canvas that it covers is touched.
    x, y = math.floor(left), math.floor(top)
    shift = np.array([[1, 0, left - x], [0, 1, top - y]], np.float64)
    room = size[0] + 1, size[1] + 1
    laid = _smeared(np.asarray(cv2.warpAffine(shrunk, shift, room)), passage, at_s)
    cover = cv2.warpAffine(_cover(*size), shift, room)[..., None]
    x1, y1 = max(x, 0), max(y, 0)
    there = canvas[y1 : max(y + room[1], 0), x1 : max(x + room[0], 0)]
    if not there.size:
        return
    cut = np.s_[y1 - y : y1 - y + there.shape[0], x1 - x : x1 - x + there.shape[1]]
    there[:] = there * (1 - cover[cut]) + laid[cut] * cover[cut]


def _cover(width: int, height: int) -> Levels:
    """1 in the middle of a cut, 0 at its rim."""
    across = np.minimum(np.arange(width) + 0.5, width - 0.5 - np.arange(width))
    along = np.minimum(np.arange(height) + 0.5, height - 0.5 - np.arange(height))
    faded = [np.clip(across / (FEATHER * width), 0, 1)[None]]
    faded.append(np.clip(along / (FEATHER * height), 0, 1)[:, None])
    return np.asarray(faded[0] * faded[1], np.float32)


def _smeared(laid: Pixels, passage: Passage, at_s: float) -> Pixels:
    """Blurred along the way that it goes while the shutter is open."""
    now, before = passage.pose(at_s), passage.pose(at_s - 1 / FPS)
    if not now or not before:
        return laid
    dx, dy = (now.x - before.x) * passage.shutter, (now.y - before.y) * passage.shutter
    reach_px = math.hypot(dx, dy)
    if reach_px < 1:
        return laid
    side = math.ceil(reach_px) // 2 * 2 + 3
    kernel = np.zeros((side, side), np.float32)
    middle = (side - 1) / 2
    begin, end = (
        (round(middle + part * dx), round(middle + part * dy)) for part in (-0.5, 0.5)
    )
    cv2.line(kernel, begin, end, 1.0, 1, cv2.LINE_AA)
    return np.asarray(cv2.filter2D(laid, -1, kernel / kernel.sum()), np.uint8)
