"""Reader training samples: crops cut loosely, tilted and spoilt, real and synthetic."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from models.training.arrays import Floats, Pixels, Random
from models.training.crops import CANVAS, INNER, Crop
from models.training.restacking import can_be_restacked, restacked
from models.training.rewriting import Line, Rewriter
from models.training.spoil import add_noise, blur, change_tones, compress

WIDTH, HEIGHT = 128, 64

FAR_SHARES = 0.15, 0.3
"""Of looks in which much more than the plate is to be seen: where that is made up, and
where the canvas is wide enough to hold it."""
FARTHEST = 0.42, 0.5
"""Shares of the look's width and height that are not plate then, at most."""

TURNED, TURNED_FAR, TURNED_FAR_SHARE = 3.0, 9.0, 0.15
"""By how many degrees a plate is turned, one standard deviation: usually, and in a
share of the looks, as where a camera hangs askew or corners are found wrongly."""

COLUMNS_LEFT = 0.22, 0.85
"""Of a plate of few pixels: the least and the greatest share of the look's columns."""
ROWS_LEFT, FEWEST_ROWS = (0.5, 1.3), 0.16
"""The share of its rows, in parts of that of its columns; and what it is at least."""

NIGHT_SHARE = 0.15
"""Of the looks that are spoilt: in little light."""
NIGHT_LIGHT, NIGHT_GRAIN = (0.12, 0.5), (0.015, 0.1)
"""Of the light by day, and the noise in parts of what is left of white."""
GAIN_SHARE = 0.4
"""Of those, that a camera makes as light as by day again, with their noise."""
NIGHT_COLUMNS, NIGHT_QUALITY = (0.4, 1.0), (60, 95)
"""As `COLUMNS_LEFT`; and of a camera's JPEG."""

CUT_SHARE, DEEPEST_CUT = 0.06, 0.25
"""Of looks that cut off some of the plate, up to this part of its size on a side: what
they say is not asked for, but where the plate ends is."""

REWRITTEN_SHARE = 0.5
"""Of looks at real plates that can be written anew, at those that are."""

RESTACKED_SHARE = 0.25
"""Likewise of those whose line can be two lines."""

WITHOUT_TEXT_SHARES = 0.07, 0.18
"""Of looks at plates whose text is not known, and at what is no plate."""

UNDECIDED_SHARES = 0.14, 0.38
"""The same where nothing but what is a plate at all is to be learnt."""

HARD_NEGATIVE = 30.0
"""How much more often is shown what is no plate and was surely taken for one."""

WITHOUT_TEXT_WEIGHTS = {
    "egypt_motorcycles": 4.0,
    "neg_road_signs": 4.0,
    "neg_gray_misc": 2.0,
}

SOURCE_WEIGHTS = {
    "china_crops": 0.5,
    "easypr_china": 0.6,
    "openalpr_us_crops": 2.0,
    "openlpr": 1.6,
    "internet_cars225": 1.6,
    "czech_crops": 1.5,
    "teacher": 1.6,
    "more": 2.0,
}


@dataclass(frozen=True, slots=True)
class Look:
    """What the reader is shown: 64×128 uint8 grey, and what it says."""

    pixels: Pixels
    text: str
    places: Floats | None
    """N×3: x and y of each character's middle, and its line; where known."""
    is_plate: bool = True
    edges: Floats | None = None
    """x1, y1, x2, y2 of the plate in shares of the look's size; where known."""


class LookMaker:
    """Draws looks: from the pool of synthetic crops, and from real ones.

    without_text: crops of plates whose text is not known, and of what is no plate;
    shares: of the looks, that are at each of these.
    """

    def __init__(
        self,
        real: Sequence[Crop],
        pool: Sequence[Crop],
        without_text: tuple[Sequence[Crop], Sequence[Crop]] = ((), ()),
        shares: tuple[float, float] = WITHOUT_TEXT_SHARES,
    ) -> None:
        self._real = real
        self._pool = pool
        self._without_text = without_text
        self._shares = shares
        self._odds = _odds(real, SOURCE_WEIGHTS)
        self._rewriter = Rewriter(real, [None] * len(real))
        self._odds_without = [_odds(c, WITHOUT_TEXT_WEIGHTS) for c in without_text]

    def favour(self, mistaken: Floats) -> None:
        """Show what is no plate more often the surer it was taken for one.

        mistaken: 0..1, for each of the crops that are no plate.
        """
        weights = np.diff(
            _odds(self._without_text[1], WITHOUT_TEXT_WEIGHTS), prepend=0.0
        )
        weights = np.cumsum(weights * (1 + HARD_NEGATIVE * mistaken))
        self._odds_without[1] = weights / weights[-1]

    def rewrite(self, lines: Sequence[Line | None]) -> None:
        """Write on the real crops of which a line is given, and in two lines."""
        self._rewriter = Rewriter(self._real, lines)

    def make(self, rng: Random, synthetic_share: float) -> Look:
        kind = rng.random()
        for crops, odds, share in zip(
            self._without_text, self._odds_without, self._shares, strict=True
        ):
            kind -= share
            if kind < 0 and len(crops):
                return spoilt(crops[_index(odds, rng)], rng)
        if not len(self._real) or (len(self._pool) and rng.random() < synthetic_share):
            crop = self._pool[int(rng.integers(len(self._pool)))]
        else:
            index = _index(self._odds, rng)
            crop = self._written_anew(index, rng)
        return spoilt(crop, rng)

    def _written_anew(self, index: int, rng: Random) -> Crop:
        """A real crop, or what may be made of it."""
        crop, line = self._real[index], self._rewriter.lines[index]
        if line is None:
            return crop
        if rng.random() < REWRITTEN_SHARE:
            crop = self._rewriter.rewritten(index, rng)
        if rng.random() < RESTACKED_SHARE and can_be_restacked(crop, line):
            crop = restacked(crop, line, rng)
        return crop


def _odds(crops: Sequence[Crop], weights: dict[str, float]) -> Floats:
    """Rising to 1: the odds of each crop and all before it."""
    each = np.array([weights.get(crop.source, 1.0) for crop in crops])
    return np.cumsum(each / each.sum()) if len(crops) else each


def _index(odds: Floats, rng: Random) -> int:
    return min(int(np.searchsorted(odds, rng.random())), len(odds) - 1)


def spoilt(crop: Crop, rng: Random) -> Look:
    """One loose cut of a crop, as another camera might have taken it."""
    is_cut = crop.is_framed and rng.random() < CUT_SHARE
    canvas = _size(crop.pixels)
    matrix = _cut(canvas, rng, -DEEPEST_CUT) if is_cut else _cut(canvas, rng)
    narrow, wide = FAR_SHARES
    if rng.random() < (wide if canvas[0] > CANVAS[0] else narrow):
        matrix = _from_afar(rng) @ matrix
        pixels = _before_a_car(crop.pixels, matrix, rng)
    else:
        pixels = _warped(crop.pixels, matrix)
    places = crop.places
    if places is not None:
        moved = cv2.perspectiveTransform(
            places[None, :, :2].astype(np.float64), matrix
        )[0]
        places = np.column_stack([moved, places[:, 2]]).astype(np.float32)
    # A synthetic crop has been through a bad camera already.
    if crop.places is None or rng.random() < 0.5:
        pixels = _spoil(pixels, rng)
    edges = _edges(canvas, matrix) if crop.is_framed else None
    if is_cut:
        return Look(pixels, "", None, crop.is_plate, edges)
    return Look(pixels, crop.text, places, crop.is_plate, edges)


def straight(crop: Crop, margin: tuple[float, float]) -> Pixels:
    """The crop as the device cuts it: the plate with a margin, nothing else."""
    corners = _corners(_size(crop.pixels), *margin, *margin)
    matrix = cv2.getPerspectiveTransform(corners, _target())
    return _warped(crop.pixels, np.asarray(matrix))


def _warped(canvas: Pixels, matrix: Floats) -> Pixels:
    return np.asarray(
        cv2.warpPerspective(
            canvas,
            matrix,
            (WIDTH, HEIGHT),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.uint8,
    )


def _size(canvas: Pixels) -> tuple[int, int]:
    return canvas.shape[1], canvas.shape[0]


def _edges(canvas: tuple[int, int], matrix: Floats) -> Floats:
    """Where a cut of this matrix (3×3, from the canvas) leaves the plate's edges."""
    corners = _corners(canvas, 0, 0, 0, 0).astype(np.float64)
    moved = cv2.perspectiveTransform(corners[None], matrix)[0] / (WIDTH, HEIGHT)
    return np.concatenate([moved.min(0), moved.max(0)]).astype(np.float32)


def _cut(canvas: tuple[int, int], rng: Random, least: float | None = None) -> Floats:
    """A 3×3 matrix from canvas to look: margins, turn, shear, and unsteady corners.

    least: of the margins, where other than usual.
    """
    left, right = rng.uniform(-0.03 if least is None else least, 0.13, 2)
    top, bottom = rng.uniform(-0.05 if least is None else least, 0.2, 2)
    corners = _corners(canvas, left, top, right, bottom)
    # Turned in the plate's own proportions: the canvas has lost them.
    aspect = rng.uniform(1.4, 4.8)
    shape = np.array([aspect / INNER[0], 1 / INNER[1]])
    middle = np.array(canvas) / 2
    turned = TURNED_FAR if rng.random() < TURNED_FAR_SHARE else TURNED
    turn, shear = np.radians(rng.normal(0, turned)), rng.normal(0, turned / 50)
    spin = np.array(
        [[np.cos(turn), -np.sin(turn) + shear], [np.sin(turn), np.cos(turn)]]
    )
    corners = ((corners - middle) * shape) @ spin.T / shape + middle
    corners += rng.normal(0, 1.0, (4, 2)) * np.array([2.2, 1.5])
    return np.asarray(
        cv2.getPerspectiveTransform(corners.astype(np.float32), _target())
    )


def _from_afar(rng: Random) -> Floats:
    """A 3×3 matrix that shrinks a look and moves it about within its old frame."""
    scale = 1 - rng.uniform(0, 1, 2) * FARTHEST
    spare = (1 - scale) * (WIDTH, HEIGHT)
    move = rng.uniform(0, 1, 2) * spare
    return np.array([[scale[0], 0, move[0]], [0, scale[1], move[1]], [0, 0, 1]])


def _before_a_car(canvas: Pixels, matrix: Floats, rng: Random) -> Pixels:
    """The canvas warped, and where it ends, smooth panels with an edge or two.

    A wide canvas hardly ever ends within a look.
    """
    panel = rng.uniform(0, 255) + rng.normal(0, 25, (3, 5))
    ground: Floats = np.asarray(
        cv2.resize(panel, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    )
    for _ in range(rng.integers(0, 4)):
        y = int(rng.integers(HEIGHT))
        ground[y : y + int(rng.integers(1, 12))] += rng.normal(0, 50)
    wide, tall = _size(canvas)
    shape = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float64)
    corners = cv2.perspectiveTransform(shape[None], matrix)[0]
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillConvexPoly(mask, np.rint(corners).astype(np.int32), 255)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.0), np.uint8)
    share = mask / 255.0
    mixed = _warped(canvas, matrix) * share + ground * (1 - share)
    return np.asarray(np.clip(mixed, 0, 255), np.uint8)


def _corners(
    canvas: tuple[int, int], left: float, top: float, right: float, bottom: float
) -> Floats:
    """The plate's corners on the canvas, grown by fractions of its size."""
    x1, y1 = (canvas[0] - INNER[0]) / 2, (canvas[1] - INNER[1]) / 2
    x2, y2 = x1 + INNER[0], y1 + INNER[1]
    x1, x2 = x1 - left * INNER[0], x2 + right * INNER[0]
    y1, y2 = y1 - top * INNER[1], y2 + bottom * INNER[1]
    return np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], np.float32)


def _target() -> Floats:
    corners = [[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]]
    return np.array(corners, np.float32)


def _spoil(pixels: Pixels, rng: Random) -> Pixels:
    if rng.random() < NIGHT_SHARE:
        pixels = _at_night(pixels, rng)
    elif rng.random() < 0.45:
        pixels = _coarsen(pixels, rng)
    if rng.random() < 0.3:
        pixels = blur(pixels, rng, largest=9.0 if rng.random() < 0.3 else 5.0)
    elif rng.random() < 0.15:
        pixels = _sharpen(pixels, rng, 1.2)
    if rng.random() < 0.25:
        pixels = _shade(pixels, rng)
    if rng.random() < 0.8:
        pixels = change_tones(pixels, rng)
    if rng.random() < 0.1:
        pixels = _flatten(pixels, rng)
    if rng.random() < 0.08:
        pixels = 255 - pixels
    if rng.random() < 0.1:
        pixels = _cover(pixels, rng)
    if rng.random() < 0.3:
        pixels = add_noise(pixels, rng)
    return pixels


def _sharpen(pixels: Pixels, rng: Random, sigma: float) -> Pixels:
    """As cameras do, with bright and dark seams along the edges."""
    soft = cv2.GaussianBlur(pixels, (0, 0), sigma)
    strength = rng.uniform(0.3, 1.2)
    return np.asarray(
        cv2.addWeighted(pixels, 1 + strength, soft, -strength, 0), np.uint8
    )


def _coarsen(pixels: Pixels, rng: Random) -> Pixels:
    """A plate of few pixels: noise, sharpening and compression are as coarse.

    A look is twice as wide as tall, a plate up to five times: it has fewer rows still.
    """
    small = _shrunk(pixels, rng)
    if rng.random() < 0.3:
        small = add_noise(small, rng)
    if rng.random() < 0.3:
        small = _sharpen(small, rng, rng.uniform(0.5, 1.0))
    if rng.random() < 0.5:
        small = compress(small, rng)
    return _enlarged(small, rng)


def _at_night(pixels: Pixels, rng: Random) -> Pixels:
    """Little light on a plate of few pixels, the sensor's noise, and a good codec."""
    small = _shrunk(pixels, rng, NIGHT_COLUMNS)
    light = np.exp(rng.uniform(*np.log(NIGHT_LIGHT)))
    grain = light * 255 * np.exp(rng.uniform(*np.log(NIGHT_GRAIN)))
    level = small * light + rng.normal(0, grain, small.shape)
    if rng.random() < GAIN_SHARE:
        level /= light
    small = np.clip(np.rint(level), 0, 255).astype(np.uint8)
    if rng.random() < 0.7:
        small = compress(small, rng, NIGHT_QUALITY)
    return _enlarged(small, rng)


def _shrunk(
    pixels: Pixels, rng: Random, columns: tuple[float, float] = COLUMNS_LEFT
) -> Pixels:
    across = np.exp(rng.uniform(*np.log(columns)))
    down = max(across * np.exp(rng.uniform(*np.log(ROWS_LEFT))), FEWEST_ROWS)
    size = int(WIDTH * across), min(int(HEIGHT * down), HEIGHT)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _enlarged(small: Pixels, rng: Random) -> Pixels:
    method = cv2.INTER_LINEAR if rng.random() < 0.7 else cv2.INTER_CUBIC
    return np.asarray(
        cv2.resize(small, (WIDTH, HEIGHT), interpolation=method), np.uint8
    )


def _shade(pixels: Pixels, rng: Random) -> Pixels:
    """The edge of a shadow, or the fall of light from one side."""
    x, y = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))
    turn, edge = rng.uniform(0, 2 * np.pi), rng.uniform(-0.7, 0.7)
    sharpness = np.exp(rng.uniform(0, 3.5))
    side = (x * np.cos(turn) + y * np.sin(turn) - edge) * sharpness
    light = 1 - rng.uniform(0.2, 0.75) / (1 + np.exp(-np.clip(side, -30, 30)))
    return np.asarray(np.clip(pixels * light, 0, 255), np.uint8)


def _flatten(pixels: Pixels, rng: Random) -> Pixels:
    """Fog, glare or night: little contrast left, somewhere between black and white."""
    contrast = rng.uniform(0.1, 0.35)
    offset = rng.uniform(0, 255 * (1 - contrast))
    return np.asarray(pixels * contrast + offset, np.uint8)


def _cover(pixels: Pixels, rng: Random) -> Pixels:
    """A patch of dirt, a cable, a tow hook."""
    pixels = pixels.copy()
    x, y = int(rng.integers(WIDTH)), int(rng.integers(HEIGHT))
    wide, tall = int(rng.integers(2, 14)), int(rng.integers(2, 22))
    pixels[y : y + tall, x : x + wide] = rng.integers(256)
    return pixels
