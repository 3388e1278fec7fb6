"""Detector training samples: frames moved, cut, joined and spoilt as cameras would."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from string import ascii_letters, digits

import cv2
import numpy as np

from models.training.arrays import Boxes, Floats, Pixels, Random
from models.training.frames import NEGATIVE_SOURCES, LabelledFrame, overlaps
from models.training.pasting import PlatePaster
from models.training.signs import SignPainter
from models.training.spoil import spoil_frame

NEGATIVE_SHARE = 0.28
MOSAIC_SHARE = 0.22
CAPTION_SHARE = 0.2
PASTED_SHARE = 0.5
"""Of frames whose plates get others put over them."""
SIGN_SHARES = 0.6, 0.25
"""Of frames without and with plates that get signs laid into them."""
HARD_NEGATIVE = 8.0
"""How much more often a frame is shown in which a plate was surely imagined."""
NATURAL_SIZE = 416, 256
"""The canvas of the normal detector: frames are seen at about this scale in use."""
WIDTHS_PX = 11.0, 270.0
VISIBLE_SHARE = 0.6
SMALLEST_PX = 7.0, 2.5

SOURCE_WEIGHTS = {"egypt_motorcycles": 3.0, "egypt_cars": 1.3, "openlpr": 1.0}


@dataclass(frozen=True, slots=True)
class Scene:
    """A canvas H×W×3 uint8 BGR, its plates, and places where nobody knows."""

    pixels: Pixels
    boxes: Boxes
    ignored: Boxes
    corners: Floats
    """N×4×2, from the top left clockwise; NaN where they are not known."""


class SceneMaker:
    """Draws scenes from frames whose pixels stay in memory."""

    def __init__(
        self,
        frames: Sequence[LabelledFrame],
        paster: PlatePaster | None = None,
        signs: SignPainter | None = None,
    ) -> None:
        self._frames = frames
        self._paster = paster
        self._signs = signs
        self._pixels = [frame.pixels() for frame in frames]
        weights = np.array([_weight(frame) for frame in frames])
        negative = np.array([frame.source in NEGATIVE_SOURCES for frame in frames])
        if negative.any() and not negative.all():
            share = np.where(negative, NEGATIVE_SHARE, 1 - NEGATIVE_SHARE)
            for kind in (negative, ~negative):
                weights[kind] *= share[kind] / weights[kind].sum()
        self._weights, self._negative = weights, negative
        self._odds = np.cumsum(weights / weights.sum())

    def favour(self, mistaken: Callable[[Pixels], float]) -> None:
        """Show the frames without plates more often in which plates are imagined.

        mistaken: from a picture to the highest confidence of any plate "found" there.
        """
        weights = self._weights.copy()
        for index in np.flatnonzero(self._negative):
            weights[index] *= 1 + HARD_NEGATIVE * mistaken(self._pixels[index]) ** 2
        if self._negative.any():
            share = self._weights[self._negative].sum() / self._weights.sum()
            plates = self._weights[~self._negative].sum()
            weights[self._negative] *= (
                share / (1 - share) * plates / weights[self._negative].sum()
            )
        self._odds = np.cumsum(weights / weights.sum())

    def make(self, rng: Random, width: int, height: int) -> Scene:
        if rng.random() < MOSAIC_SHARE:
            scene = self._mosaic(rng, width, height)
        else:
            scene = self._single(rng, width, height)
        if rng.random() < CAPTION_SHARE:
            write_captions(scene, rng)
        return replace(scene, pixels=spoil_frame(scene.pixels, rng))

    def _single(self, rng: Random, width: int, height: int) -> Scene:
        index = min(int(np.searchsorted(self._odds, rng.random())), len(self._odds) - 1)
        frame, pixels = self._frames[index], self._pixels[index]
        matrix = _placement(frame, pixels.shape, rng, width, height)
        shrinking = np.hypot(matrix[0, 0], matrix[1, 0]) < 0.6
        moved = cv2.warpAffine(
            cv2.GaussianBlur(pixels, (3, 3), 0.8) if shrinking else pixels,
            matrix,
            (width, height),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT_101
            if rng.random() < 0.15 and not len(frame.boxes)
            else cv2.BORDER_CONSTANT,
            borderValue=[float(rng.integers(0, 256))] * 3
            if rng.random() < 0.5
            else (114.0, 114.0, 114.0),
        )
        boxes, cut = _moved(frame.boxes, matrix, width, height)
        ignored, also = _moved(frame.ignored, matrix, width, height)
        scene = Scene(
            np.asarray(moved, np.uint8),
            boxes,
            np.concatenate([cut, ignored, also]),
            np.full((len(boxes), 4, 2), np.nan, np.float32),
        )
        if self._paster is not None and rng.random() < PASTED_SHARE:
            scene = _pasted(scene, self._paster, rng)
        if self._signs and rng.random() < SIGN_SHARES[bool(len(frame.boxes))]:
            known = np.concatenate([scene.boxes, scene.ignored])
            self._signs.paint(scene.pixels, known, rng)
        return scene

    def _mosaic(self, rng: Random, width: int, height: int) -> Scene:
        across = int(width * rng.uniform(0.35, 0.65))
        down = int(height * rng.uniform(0.35, 0.65))
        canvas = np.empty((height, width, 3), np.uint8)
        boxes, ignored, corners = [], [], []
        for x1, x2 in ((0, across), (across, width)):
            for y1, y2 in ((0, down), (down, height)):
                part = self._single(rng, x2 - x1, y2 - y1)
                canvas[y1:y2, x1:x2] = part.pixels
                offset = np.array([x1, y1, x1, y1], np.float32)
                boxes.append(part.boxes + offset)
                ignored.append(part.ignored + offset)
                corners.append(part.corners + offset[:2])
        return Scene(
            canvas,
            np.concatenate(boxes),
            np.concatenate(ignored),
            np.concatenate(corners),
        )


def _pasted(scene: Scene, paster: PlatePaster, rng: Random) -> Scene:
    """The scene with other plates over those of its boxes that lie wholly inside."""
    height, width = scene.pixels.shape[:2]
    boxes, corners = scene.boxes.copy(), scene.corners.copy()
    pixels = scene.pixels.copy()
    for index, box in enumerate(scene.boxes):
        inside = (
            box[0] > 2 and box[1] > 2 and box[2] < width - 2 and box[3] < height - 2
        )
        others = np.delete(boxes, index, 0)
        crowded = len(others) and overlaps(box[None], others).max() > 0
        if not inside or crowded:
            continue
        quad, plate = paster.paste(pixels, box, rng)
        limits = np.array([width, height, width, height], np.float32)
        boxes[index] = np.clip(np.concatenate([quad.min(0), quad.max(0)]), 0, limits)
        if plate.is_exact:
            corners[index] = quad
    return Scene(pixels, boxes, scene.ignored, corners)


def write_captions(scene: Scene, rng: Random) -> None:
    """Time stamps, counters and watermarks: text that is no plate."""
    height, width = scene.pixels.shape[:2]
    for _ in range(rng.integers(1, 4)):
        characters = list(digits * 4 + ascii_letters + ":-/. ")
        text = "".join(rng.choice(characters, rng.integers(3, 22)))
        scale, weight = rng.uniform(0.3, 1.3), int(rng.integers(1, 4))
        font = int(rng.integers(0, 8))
        (wide, tall), _ = cv2.getTextSize(text, font, scale, weight)
        x = int(rng.integers(-wide // 4, max(width - wide // 2, 1)))
        y = int(rng.integers(tall, height))
        place = np.array([x, y - tall, x + wide, y], np.float32)
        known = np.concatenate([scene.boxes, scene.ignored])
        if any(_touch(place, box) for box in known):
            continue
        colour = tuple(float(c) for c in rng.integers(0, 256, 3))
        if rng.random() < 0.3:
            ground = tuple(float(c) for c in rng.integers(0, 256, 3))
            corner, opposite = (x - 3, y - tall - 4), (x + wide + 3, y + 5)
            cv2.rectangle(scene.pixels, corner, opposite, ground, -1)
        cv2.putText(
            scene.pixels, text, (x, y), font, scale, colour, weight, cv2.LINE_AA
        )


def _touch(first: Floats, second: Floats) -> bool:
    return bool(
        first[0] < second[2] + 4
        and second[0] < first[2] + 4
        and first[1] < second[3] + 4
        and second[1] < first[3] + 4
    )


def _weight(frame: LabelledFrame) -> float:
    return SOURCE_WEIGHTS.get(frame.source, 1.0)


def _placement(
    frame: LabelledFrame,
    shape: tuple[int, ...],
    rng: Random,
    width: int,
    height: int,
) -> Floats:
    """A 2×3 matrix from frame to canvas: scale, flip, stretch, slight turn, place."""
    rows, columns = shape[:2]
    fit = min(NATURAL_SIZE[0] / columns, NATURAL_SIZE[1] / rows)
    scale = fit * np.exp(rng.uniform(np.log(0.7), np.log(1.6)))
    focus = np.array([rng.uniform(0, columns), rng.uniform(0, rows)])
    where = np.array([rng.uniform(0, width), rng.uniform(0, height)])
    if len(frame.boxes):
        box = frame.boxes[rng.integers(len(frame.boxes))]
        wide, tall = box[2] - box[0], box[3] - box[1]
        if rng.random() < 0.6:
            limits = np.log(WIDTHS_PX[0]), np.log(min(WIDTHS_PX[1], 0.85 * width))
            scale = np.exp(rng.uniform(*limits)) / wide
        scale = np.clip(scale, 0.3 * fit, 4.0 * fit)
        scale = min(scale, 0.95 * width / wide, 0.95 * height / tall)
        focus = np.array([box[0] + wide / 2, box[1] + tall / 2])
        # About one plate in twelve may be cut by the edge.
        inset = np.array([wide, tall]) * scale * (0.5 if rng.random() < 0.92 else 0.25)
        size = np.array([width, height])
        where = inset + rng.random(2) * np.maximum(size - 2 * inset, 0)
    stretch = np.exp(rng.uniform(-0.12, 0.12))
    turn = np.radians(rng.normal(0, 2.2))
    matrix = np.array(
        [
            [np.cos(turn) * stretch, -np.sin(turn) + rng.normal(0, 0.03)],
            [np.sin(turn), np.cos(turn) / stretch],
        ]
    )
    matrix = matrix * scale
    is_mirrored = rng.random() < 0.5
    if is_mirrored:
        matrix[:, 0] *= -1
    # Fill the canvas with as much of the frame as there is: emptiness teaches nothing.
    ahead = np.array([columns - focus[0] if is_mirrored else focus[0], focus[1]])
    spare = np.array([width, height]) - scale * np.array([columns, rows])
    corner = where - scale * ahead
    where += np.clip(corner, np.minimum(spare, 0), np.maximum(spare, 0)) - corner
    return np.column_stack([matrix, where - matrix @ focus]).astype(np.float32)


def _moved(
    boxes: Boxes, matrix: Floats, width: int, height: int
) -> tuple[Boxes, Boxes]:
    """Boxes on the canvas: those still whole enough, and the rest."""
    if not len(boxes):
        return boxes, boxes
    corners = boxes[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2)
    moved = corners @ matrix[:, :2].T + matrix[:, 2]
    whole = np.concatenate([moved.min(1), moved.max(1)], 1)
    limits = np.array([width, height, width, height], np.float32)
    clipped = np.clip(whole, 0, limits)
    size = clipped[:, 2:] - clipped[:, :2]
    area = (whole[:, 2:] - whole[:, :2]).prod(1)
    seen = size.prod(1) > 0
    fits = (size.prod(1) >= VISIBLE_SHARE * area) & (size >= SMALLEST_PX).all(1)
    clipped = clipped.astype(np.float32)
    return clipped[seen & fits], clipped[seen & ~fits]
