"""What the reader is to know from plates: what a detector takes for one, and signs."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from edge_anpr.config import DetectorSize, RecognitionConfig
from edge_anpr.recognition.detector import Detector, load_detector
from edge_anpr.records import Box
from models.training.arrays import Boxes, Pixels, Random
from models.training.cards import MODELS
from models.training.crops import WIDE, Crop, on_canvas
from models.training.frames import (
    NEGATIVE_SOURCES,
    LabelledFrame,
    load_frames,
    overlaps,
    teacher_opinions,
)
from models.training.signs import SignPainter, make_signs

WEAKEST = 0.05
"""Detections of no plate from this confidence up are mined."""
SIZES = DetectorSize.NORMAL, DetectorSize.LARGE
"""The first of them takes the close-ups, too."""
SIGNS = 1500
WIDTH_PX = 480, 1000
"""Of a frame, when signs of `signs.WIDTHS_PX` are laid into it."""
ASPECTS = 1.2, 6.0
PARTS = 0.04, 0.5
"""Widths of places picked at random, in parts of the frame's."""
CLOSE_UPS, CLOSENESS = 6, (0.3, 0.8)
"""Of a frame without plates, where a detector looks, too, and their parts of it."""


def plates_without_text(data: Path, split: str) -> list[Crop]:
    """Labelled plates that nobody has written down, many of them in Arabic."""
    crops = []
    for frame in load_frames(data, split):
        grey = _grey(frame.pixels())
        crops += [
            Crop(on_canvas(grey, box, WIDE), "", frame.source, is_framed=True)
            for box, text in zip(frame.boxes, frame.texts, strict=True)
            if not text
        ]
    return crops


def no_plates(
    data: Path,
    split: str,
    fonts: Sequence[Path] = (),
    seed: int = 1,
    most_frames: int | None = None,
) -> list[Crop]:
    """Places of frames that are no plates: mined, random, and (with fonts) signs."""
    rng = np.random.default_rng(seed)
    frames = load_frames(data, split)
    if most_frames is not None:
        frames = [frames[i] for i in rng.permutation(len(frames))[:most_frames]]
    config = RecognitionConfig(models=MODELS, min_detection_confidence=WEAKEST)
    finders = [load_detector(config, size) for size in SIZES]
    painter = SignPainter(make_signs(fonts, SIGNS, seed)) if fonts else None
    opinions = teacher_opinions(data)
    crops: list[Crop] = []
    for frame in frames:
        pixels = frame.pixels()
        grey = _grey(pixels)
        seen = opinions.get(frame.path.relative_to(data).as_posix(), [])
        if frame.source in NEGATIVE_SOURCES:
            seen = []  # where the teacher is known to be wrong
        taken = _plates(frame, [box for _, box in seen])
        places = [_random_place(pixels, rng)]
        whole = Box(0, 0, pixels.shape[1], pixels.shape[0])
        for finder in finders:
            places += _found(finder, pixels, whole)
        if frame.source in NEGATIVE_SOURCES:
            for _ in range(CLOSE_UPS):
                places += _found(finders[0], pixels, _close_up(pixels, rng))
        for place in places:
            if not overlaps(place[None], taken).any():
                crops += _both_ways(grey, place, frame.source)
        if painter:
            crops += _signs(pixels, taken, painter, rng)
    return crops


def drawn_signs(fonts: Sequence[Path], count: int, seed: int) -> list[Crop]:
    """Signs on plain ground: for want of frames to lay them into."""
    rng = np.random.default_rng(seed)
    crops = []
    for sign in make_signs(fonts, count, seed):
        pixels = _grey(sign.pixels)
        if sign.cover is not None:
            ground = np.uint8(rng.integers(30, 226))
            pixels = np.where(sign.cover > 127, pixels, ground)
        crops.append(Crop(on_canvas(pixels), "", "signs", is_plate=False))
    return crops


def _both_ways(grey: Pixels, box: Boxes, source: str) -> Iterator[Crop]:
    """With its surroundings and, like a crop from a file, without."""
    yield Crop(on_canvas(grey, box), "", source, is_plate=False)
    x1, y1 = np.maximum(np.floor(box[:2]), 0).astype(int).tolist()
    x2, y2 = np.ceil(box[2:]).astype(int).tolist()
    alone = grey[y1:y2, x1:x2]
    if min(alone.shape) >= 2:
        yield Crop(on_canvas(alone), "", source, is_plate=False)


def _signs(
    pixels: Pixels, taken: Boxes, painter: SignPainter, rng: Random
) -> Iterator[Crop]:
    height, width = pixels.shape[:2]
    scale = rng.uniform(*WIDTH_PX) / width
    size = round(width * scale), max(round(height * scale), 1)
    canvas = np.asarray(
        cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8
    )
    painted = painter.paint(canvas, taken * np.float32(scale), rng)
    grey = _grey(canvas)
    for box in painted:
        yield Crop(on_canvas(grey, box), "", "signs", is_plate=False)


def _close_up(pixels: Pixels, rng: Random) -> Box:
    """A part of the frame, of its shape: whole pixels."""
    height, width = pixels.shape[:2]
    part = rng.uniform(*CLOSENESS)
    wide, tall = round(width * part), round(height * part)
    x = int(rng.integers(width - wide + 1))
    y = int(rng.integers(height - tall + 1))
    return Box(x, y, x + wide, y + tall)


def _found(finder: Detector, pixels: Pixels, view: Box) -> Iterator[Boxes]:
    """What a detector takes for plates in a part of a frame."""
    x, y = int(view.x1), int(view.y1)
    seen = pixels[y : int(view.y2), x : int(view.x2)]
    for box in (each.box for each in finder.detect(seen)):
        yield np.array([box.x1 + x, box.y1 + y, box.x2 + x, box.y2 + y], np.float32)


def _plates(frame: LabelledFrame, opinions: Sequence[Boxes]) -> Boxes:
    """Wherever anybody sees a plate, or perhaps one."""
    every = [frame.boxes, frame.ignored, np.array(opinions).reshape(-1, 4)]
    return np.concatenate(every).astype(np.float32)


def _random_place(pixels: Pixels, rng: Random) -> Boxes:
    height, width = pixels.shape[:2]
    wide = width * np.exp(rng.uniform(*np.log(PARTS)))
    tall = min(wide / np.exp(rng.uniform(*np.log(ASPECTS))), height)
    x, y = rng.uniform(0, width - wide), rng.uniform(0, height - tall)
    return np.array([x, y, x + wide, y + tall], np.float32)


def _grey(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
