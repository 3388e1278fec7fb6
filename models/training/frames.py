"""Street pictures with labelled plates, for the detector."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import cv2
import numpy as np

from models.training.arrays import Boxes, Pixels

NEGATIVE_SOURCES = ("neg_road_signs", "neg_gray_misc")

TEACHER_POSITIVE = 0.55
"""An unlabelled plate that the teacher is this sure of is a plate."""
TEACHER_IGNORED = 0.15
"""Between the two nobody knows, so the loss looks away."""

TEACHER_AGREES = 0.6
"""Overlap from which the teacher's box and a label are the same plate."""
TEACHER_SHARES = {"openlpr": 1.0}
"""How far labels move to the teacher's box then; half way where nothing is said.

Those of openlpr are 6 % wider and 15 to 20 % taller than the teacher's boxes.
"""

HELD_OUT_PERCENT = 6


@dataclass(frozen=True, slots=True)
class LabelledFrame:
    """One picture; boxes are N×4 float32 x1, y1, x2, y2 in its pixels."""

    path: Path
    source: str
    boxes: Boxes
    texts: tuple[str, ...]
    """One a box; empty where it is not known."""
    ignored: Boxes

    def pixels(self) -> Pixels:
        """H×W×3 uint8 BGR."""
        picture = cv2.imread(str(self.path), cv2.IMREAD_COLOR)
        if picture is None:
            raise FileNotFoundError(self.path)
        return np.asarray(picture, np.uint8)


def held_out(key: str) -> bool:
    """Whether a training row is kept from training, to choose thresholds by."""
    return crc32(key.encode()) % 100 < HELD_OUT_PERCENT


def load_frames(data: Path, split: str) -> list[LabelledFrame]:
    """Frames of `train`, `held out` (a part of the training rows) or `validation`."""
    boxes: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    texts: dict[str, list[str]] = defaultdict(list)
    sources: dict[str, str] = {}
    for row in _rows(data / "detection.csv"):
        if not _belongs(row, split):
            continue
        sources[row["path"]] = source_of(row)
        if row["x1"]:
            boxes[row["path"]].append(_corners(row))
            texts[row["path"]].append(row["text"])
    opinions = teacher_opinions(data) if split == "train" else {}
    frames = []
    for path, source in sources.items():
        labelled = _array(boxes[path])
        extra, ignored = _unlabelled(labelled, opinions.get(path, []), source)
        share = TEACHER_SHARES.get(source, 0.5)
        labelled = _tightened(labelled, opinions.get(path, []), share)
        frames.append(
            LabelledFrame(
                data / path,
                source,
                np.concatenate([labelled, extra]),
                (*texts[path], *[""] * len(extra)),
                ignored,
            )
        )
    return frames


def source_of(row: dict[str, str]) -> str:
    """The benchmark of three regions is three sources."""
    if row["source"] == "openalpr_endtoend":
        return f"{row['source']} {row['country']}"
    return row["source"]


def overlaps(first: Boxes, second: Boxes) -> Boxes:
    """Intersection over union of every pair: N×4 and M×4 to N×M."""
    corner = np.maximum(first[:, None, :2], second[None, :, :2])
    opposite = np.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = np.clip(opposite - corner, 0, None).prod(-1)
    areas = [np.clip(b[:, 2:] - b[:, :2], 0, None).prod(-1) for b in (first, second)]
    union = np.maximum(areas[0][:, None] + areas[1][None] - shared, 1e-6)
    return np.asarray(shared / union, np.float32)


def _belongs(row: dict[str, str], split: str) -> bool:
    if split == "validation":
        return row["split"] == "validation"
    return row["split"] == "train" and held_out(row["path"]) == (split == "held out")


def _unlabelled(
    labelled: Boxes, opinions: list[tuple[float, Boxes]], source: str
) -> tuple[Boxes, Boxes]:
    """What the teacher sees that has no label: surely plates, and perhaps plates."""
    sure: list[Boxes] = []
    perhaps: list[Boxes] = []
    if source not in NEGATIVE_SOURCES:
        for score, box in opinions:
            if labelled.size and overlaps(labelled, box[None]).max() > 0.05:
                continue
            if score >= TEACHER_POSITIVE:
                sure.append(box)
            elif score >= TEACHER_IGNORED:
                perhaps.append(box)
    return _array(sure), _array(perhaps)


def _tightened(
    labelled: Boxes, opinions: list[tuple[float, Boxes]], share: float
) -> Boxes:
    """Hand-drawn labels are loose: moved to the teacher's box, where they agree."""
    tight = labelled.copy()
    sure = _array([box for score, box in opinions if score >= TEACHER_POSITIVE])
    if len(labelled) and len(sure):
        reach = overlaps(labelled, sure)
        agrees = reach.max(1) > TEACHER_AGREES
        theirs = sure[reach.argmax(1)][agrees]
        tight[agrees] += (theirs - labelled[agrees]) * np.float32(share)
    return tight


def teacher_opinions(data: Path) -> dict[str, list[tuple[float, Boxes]]]:
    """Confidence and box of every plate that the teacher sees, by path."""
    file = data / "teacher.csv"
    opinions: dict[str, list[tuple[float, Boxes]]] = defaultdict(list)
    if file.exists():
        for row in _rows(file):
            box = np.asarray(_corners(row), np.float32)
            opinions[row["path"]].append((float(row["score"]), box))
    return opinions


def _corners(row: dict[str, str]) -> tuple[float, ...]:
    return tuple(float(row[key]) for key in ("x1", "y1", "x2", "y2"))


def _array(boxes: list[tuple[float, ...]] | list[Boxes]) -> Boxes:
    return np.asarray(boxes, np.float32).reshape(-1, 4)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)
