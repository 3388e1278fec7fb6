"""Plate crops for the reader, real ones: from files, and cut from labelled frames."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.training.arrays import Boxes, Floats, Pixels
from models.training.frames import held_out, overlaps, source_of

CANVAS = 176, 80
INNER = 144, 64
"""The plate fills the inner part; the rest is what surrounds it, for wider cuts."""
WIDE = 304, 136
"""The canvas of a plate with as much of its surroundings as its own size once more."""

LONGEST = 10
TEACHER_SURE = 0.93
LATIN_SOURCES = ("openlpr", "kaggle_cars433", "internet_cars225")
"""Frames whose plates a Latin reader may label; the others carry Arabic."""
NARROWEST_TAUGHT_PX = 40
"""Of plates whose texts the teacher alone tells."""
LOOSE_SOURCES = ("openlpr",)
"""Frames whose labels leave room round the plate."""

MORE_LABELS = Path(__file__).parent / "more_labels.csv"
"""Texts that the data do not tell, of plates of training frames: read by eye, where the
teacher and our reader do not agree, or by both of those alike, though the teacher was
unsure. None is a text of `validation`."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A plate in the middle of a canvas, 80×176 or wider, uint8 grey."""

    pixels: Pixels
    text: str
    """Empty where it is not known, or there is none."""
    source: str
    places: Floats | None = None
    """N×3: x and y of each character's middle on the canvas, and its line, 0 or 1."""
    is_plate: bool = True
    is_framed: bool = False
    """Whether the plate is known to end where the inner canvas does."""


def inner_part(canvas: Pixels | Floats) -> tuple[slice, slice]:
    """Its rows and its columns on a canvas of any size."""
    top, left = (canvas.shape[0] - INNER[1]) // 2, (canvas.shape[1] - INNER[0]) // 2
    return slice(top, top + INNER[1]), slice(left, left + INNER[0])


def load_crops(data: Path, split: str, leave_out: tuple[str, ...] = ()) -> list[Crop]:
    """Labelled crops of `train`, `held out` or `validation`, longest texts left out.

    Where the text of a training frame is known, or a teacher is sure of it, the plate
    is cut from the frame too, with what truly surrounds it.
    """
    crops = [
        Crop(on_canvas(_grey(data / row["path"])), row["text"], source_of(row))
        for row in crop_labels(data, split)
        if row["source"] not in leave_out and len(row["text"]) <= LONGEST
    ]
    if split == "train":
        crops += _from_frames(data, leave_out)
    return crops


def crop_labels(data: Path, split: str) -> list[dict[str, str]]:
    """The rows of `plates.csv` that belong to a split, as for `load_crops`."""
    return [row for row in _rows(data / "plates.csv") if _belongs(row, split)]


def on_canvas(
    pixels: Pixels, box: Boxes | None = None, canvas: tuple[int, int] = CANVAS
) -> Pixels:
    """H×W grey stretched so that the box (default: all) fills the inner canvas.

    canvas: width and height.
    """
    rows, columns = pixels.shape[:2]
    x1, y1, x2, y2 = (0, 0, columns, rows) if box is None else box
    across, down = INNER[0] / (x2 - x1), INNER[1] / (y2 - y1)
    left, top = (canvas[0] - INNER[0]) / 2, (canvas[1] - INNER[1]) / 2
    if across < 0.7:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.35 / across), np.uint8)
    # Half a pixel: a pixel's middle, not its corner, is what warpAffine maps.
    matrix = np.array(
        [
            [across, 0, left - (x1 - 0.5) * across - 0.5],
            [0, down, top - (y1 - 0.5) * down - 0.5],
        ]
    )
    return np.asarray(
        cv2.warpAffine(
            pixels,
            matrix,
            canvas,
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.uint8,
    )


def _belongs(row: dict[str, str], split: str) -> bool:
    if split == "validation":
        return row["split"] == "validation"
    return row["split"] == "train" and held_out(row["text"]) == (split == "held out")


def _from_frames(data: Path, leave_out: tuple[str, ...]) -> list[Crop]:
    """Plates of training frames whose texts the data, people or a teacher tell."""
    crops: list[Crop] = []
    known: dict[str, list[Boxes]] = {}
    for row in _rows(data / "detection.csv"):
        if row["split"] != "train" or not row["x1"] or row["source"] in leave_out:
            continue
        if row["text"]:
            known.setdefault(row["path"], []).append(_box(row))
            is_tight = row["source"] not in LOOSE_SOURCES
            crops += _cut(data, row, row["source"], is_framed=is_tight)
    for row in _rows(MORE_LABELS):
        if _source(row) not in leave_out:
            known.setdefault(row["path"], []).append(_box(row))
            crops += _cut(data, row, "more", is_framed=True)
    file, taught = data / "teacher.csv", set(LATIN_SOURCES) - set(leave_out)
    for row in _rows(file) if file.exists() else ():
        box, text = _box(row), row["text"].upper()
        if (
            _source(row) in taught
            and float(row["text_confidence"] or 0) >= TEACHER_SURE
            and len(text) >= 4
            and text.isalnum()
            and text.isascii()
            and box[2] - box[0] >= NARROWEST_TAUGHT_PX
            and not _is_among(known.get(row["path"], []), box)
        ):
            crops += _cut(data, row | {"text": text}, "teacher", is_framed=True)
    return crops


def _cut(
    data: Path, row: dict[str, str], source: str, *, is_framed: bool
) -> Iterator[Crop]:
    """The plate with what surrounds it; nothing where it is not to be trained on."""
    text = row["text"]
    if not held_out(text) and len(text) <= LONGEST:
        canvas = on_canvas(_grey(data / row["path"]), _box(row), WIDE)
        yield Crop(canvas, text, source, is_framed=is_framed)


def _is_among(boxes: list[Boxes], box: Boxes) -> bool:
    return bool(boxes) and bool(overlaps(box[None], np.stack(boxes)).max() > 0.1)


def _source(row: dict[str, str]) -> str:
    return row["path"].split("/")[1]


def _box(row: dict[str, str]) -> Boxes:
    return np.array([float(row[k]) for k in ("x1", "y1", "x2", "y2")], np.float32)


def _grey(path: Path) -> Pixels:
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise FileNotFoundError(path)
    return np.asarray(picture, np.uint8)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)
