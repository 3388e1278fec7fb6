"""Other plates put over those of a scene: countries no frame shows, corners known."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.training.arrays import Boxes, Floats, Pixels, Random
from models.training.frames import held_out
from models.training.synthesis import PlateSynthesiser

CROP_SOURCES = {
    "openalpr_us_crops": 6,
    "openalpr_eu_crops": 1,
    "openalpr_br_crops": 1,
    "china_crops": 1,
    "vietnam_crops": 1,
}
"""Sources whose crops end where the plate ends, and how often each crop is taken."""

COVERING = 0.75, 1.15
"""A pasted plate's size in parts of the box that it replaces."""
RECESS_SHARE = 0.4
RECESSES = 1.1, 1.7
"""Size of the niche or holder that some plates sit in, in parts of the plate."""
WIDEST_TURN = np.radians((28.0, 18.0, 5.0))
"""Spread of yaw, pitch and roll (in the picture's plane)."""
LEANING_SHARE, LEANING = 0.12, np.radians(14.0)
"""How many lean as those of parked motorcycles do, and the spread of it."""


@dataclass(frozen=True, slots=True)
class LoosePlate:
    """A plate's picture, H×W×3 uint8 BGR, whose edges are the plate's edges."""

    pixels: Pixels
    is_exact: bool
    """Whether its corners are the plate's to the pixel, as those of a drawn one."""
    text: str


class PlatePaster:
    """Draws plates over boxes; picks those whose shape suits the box."""

    def __init__(self, plates: Sequence[LoosePlate]) -> None:
        shapes = [p.pixels.shape[1] / p.pixels.shape[0] for p in plates]
        order = np.argsort(shapes)
        self._plates = [plates[i] for i in order]
        self._shapes = np.log(np.array(shapes)[order])

    def paste(
        self, canvas: Pixels, box: Boxes, rng: Random
    ) -> tuple[Floats, LoosePlate]:
        """Put a plate over box (x1, y1, x2, y2) of H×W×3 BGR, in place.

        Returns its corners, 4×2 from the top left clockwise, and which it is.
        """
        width, height = box[2] - box[0], box[3] - box[1]
        wanted = np.log(width / height) + rng.normal(0.1, 0.25)
        nearest = int(np.searchsorted(self._shapes, wanted))
        pick = nearest + int(rng.integers(-60, 61))
        plate = self._plates[int(np.clip(pick, 0, len(self._plates) - 1))]
        corners = posed(plate.pixels.shape[:2], box, rng)
        _cover(canvas, box)
        if rng.random() < RECESS_SHARE:
            _dig(canvas, corners, rng)
        picture = lit_like(plate.pixels, canvas, box, rng)
        lay_over(canvas, picture, corners, rng)
        return corners, plate


def loose_plates(
    data: Path, fonts: Sequence[Path], drawn: int, seed: int
) -> list[LoosePlate]:
    """`drawn` synthetic plates, and the real crops of training rows."""
    synthesiser, rng = PlateSynthesiser(fonts), np.random.default_rng(seed)
    every = (synthesiser.draw_any(rng) for _ in range(drawn))
    plates = [LoosePlate(each.pixels, is_exact=True, text=each.text) for each in every]
    with (data / "plates.csv").open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["split"] == "train" and not held_out(row["text"]):
                plates += _real(data, row)
    return plates


def _real(data: Path, row: dict[str, str]) -> Iterator[LoosePlate]:
    times = CROP_SOURCES.get(row["source"], 0)
    if times:
        picture = cv2.imread(str(data / row["path"]), cv2.IMREAD_COLOR)
        if picture is None:
            raise FileNotFoundError(data / row["path"])
        pixels = np.asarray(picture, np.uint8)
        for _ in range(times):
            yield LoosePlate(pixels, is_exact=False, text=row["text"])


def posed(shape: tuple[int, ...], box: Boxes, rng: Random) -> Floats:
    """Corners of a flat plate turned in space, seen through a lens, over the box."""
    aspect = shape[1] / shape[0]
    half = np.array([aspect, 1.0]) / 2
    flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    yaw, pitch, roll = np.clip(rng.normal(0, 1, 3), -2, 2) * WIDEST_TURN / 1.6
    if rng.random() < LEANING_SHARE:
        roll = rng.normal(0, LEANING)
    x = flat[:, 0] * np.cos(yaw)
    depth = flat[:, 0] * np.sin(yaw) + flat[:, 1] * np.sin(pitch)
    y = flat[:, 1] * np.cos(pitch)
    distance = aspect * rng.uniform(3, 10)
    seen = np.stack([x, y], 1) * (distance / (distance + depth))[:, None]
    turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    seen = seen @ turn.T
    # A camera beside the road sees level plates as sheared ones.
    seen[:, 1] += seen[:, 0] * rng.normal(0, 0.08)
    low, high = seen.min(0), seen.max(0)
    size = box[2:] - box[:2]
    scale = (size / (high - low)).max() * rng.uniform(*COVERING)
    centre = (box[2:] + box[:2]) / 2
    corners = (seen - (low + high) / 2) * scale + centre
    return np.asarray(corners, np.float32)


def _cover(canvas: Pixels, box: Boxes) -> None:
    """Smear the surroundings over the old plate, so that none of it peeps out."""
    rows, columns = canvas.shape[:2]
    grow = 0.12 * (box[2:] - box[:2])
    x1, y1 = np.maximum(np.floor(box[:2] - grow), 0).astype(int).tolist()
    x2, y2 = np.ceil(box[2:] + grow).astype(int).tolist()
    x2, y2 = min(x2, columns), min(y2, rows)
    patch = canvas[y1:y2, x1:x2]
    if min(patch.shape[:2]) < 4:
        return
    above, below = patch[:1].astype(np.float32), patch[-1:].astype(np.float32)
    share = np.linspace(0, 1, y2 - y1, dtype=np.float32)[:, None, None]
    canvas[y1:y2, x1:x2] = above * (1 - share) + below * share


def _dig(canvas: Pixels, corners: Floats, rng: Random) -> None:
    """A niche of another shade round where the plate will be: no part of the plate."""
    middle = corners.mean(0)
    size = rng.uniform(*RECESSES, 2)
    hole = (corners - middle) * size + middle
    hole += rng.normal(0, 0.03, 2) * (corners.max(0) - corners.min(0))
    x1, y1 = np.maximum(hole.min(0) - 2, 0).astype(int).tolist()
    x2, y2 = np.minimum(hole.max(0) + 3, canvas.shape[1::-1]).astype(int).tolist()
    if x2 - x1 < 4 or y2 - y1 < 4:
        return
    below = canvas[y1:y2, x1:x2]
    mask = np.zeros(below.shape[:2], np.uint8)
    shape = np.rint((hole - (x1, y1)) * 16).astype(np.int32)
    if rng.random() < 0.7:
        cv2.fillConvexPoly(mask, shape, 255, cv2.LINE_AA, 4)
    else:
        thickness = max(1, round(0.05 * (y2 - y1)))
        cv2.polylines(mask, [shape], True, 255, thickness, cv2.LINE_AA, 4)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.4, 1.5)), np.uint8)
    shade = below.reshape(-1, 3).mean(0) * np.exp(rng.normal(-0.3, 0.5))
    above, under = rng.uniform(0.7, 1.3, 2)
    falls = np.linspace(above, under, y2 - y1)[:, None, None]
    filled = np.clip(shade * falls * 0.8 + below * 0.2, 0, 255)
    share = mask[..., None].astype(np.float32) / 255
    canvas[y1:y2, x1:x2] = below * (1 - share) + filled * share


def lit_like(plate: Pixels, canvas: Pixels, box: Boxes, rng: Random) -> Pixels:
    """The plate in the light of the place it comes to."""
    x1, y1, x2, y2 = box.astype(int).tolist()
    around = canvas[max(y1, 0) : y2 + 1, max(x1, 0) : x2 + 1]
    gain = np.exp(rng.normal(-0.2, 0.25))
    if around.size:
        towards = rng.uniform(0, 0.6)
        light = float(around.mean()) + 40
        gain *= (light / max(float(plate.mean()), 20.0)) ** towards
    contrast = rng.uniform(0.55, 1.05)
    middle = float(plate.mean())
    return np.asarray(
        cv2.convertScaleAbs(
            plate, alpha=gain * contrast, beta=gain * (1 - contrast) * middle
        ),
        np.uint8,
    )


def lay_over(
    canvas: Pixels,
    picture: Pixels,
    corners: Floats,
    rng: Random,
    cover: Pixels | None = None,
) -> None:
    """Draw a picture into these corners (4×2) of the canvas, in place.

    cover: H×W uint8 of the picture, what of it hides the canvas; None for all.
    """
    rows, columns = canvas.shape[:2]
    x1, y1 = np.maximum(np.floor(corners.min(0)) - 1, 0).astype(int).tolist()
    x2, y2 = (np.ceil(corners.max(0)) + 2).astype(int).tolist()
    x2, y2 = min(x2, columns), min(y2, rows)
    if x2 - x1 < 2 or y2 - y1 < 2:
        return
    needed = (corners.max(0) - corners.min(0))[0] / picture.shape[1]
    if needed < 0.75:
        size = (
            max(round(picture.shape[1] * needed * 1.3), 8),
            max(round(picture.shape[0] * needed * 1.3), 4),
        )
        picture = np.asarray(
            cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8
        )
        if cover is not None:
            cover = np.asarray(
                cv2.resize(cover, size, interpolation=cv2.INTER_AREA), np.uint8
            )
    height, width = picture.shape[:2]
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    half = np.float32(0.5)
    offset = np.array([x1, y1], np.float32)
    matrix = cv2.getPerspectiveTransform(source - half, corners - offset - half)
    size = x2 - x1, y2 - y1
    laid = cv2.warpPerspective(
        picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    mask = np.zeros((size[1], size[0]), np.uint8)
    shape = np.rint((corners - offset - half) * 16).astype(np.int32)
    cv2.fillConvexPoly(mask, shape, 255, cv2.LINE_AA, 4)
    if cover is not None:
        mask = np.minimum(mask, cv2.warpPerspective(cover, matrix, size))
    if rng.random() < 0.5:
        sigma = rng.uniform(0.3, 0.9)
        laid = cv2.GaussianBlur(laid, (0, 0), sigma)
        mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma), np.uint8)
    share = mask[..., None].astype(np.float32) / 255
    below = canvas[y1:y2, x1:x2]
    canvas[y1:y2, x1:x2] = below * (1 - share) + laid * share
