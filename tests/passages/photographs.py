"""Labelled photographs, as cuts that can be moved about in a clip."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from edge_anpr.records import Box, Pixels

ROOM = 3.0  # plate widths that are kept of the photograph on each side of the plate


@dataclass(frozen=True, slots=True, eq=False)
class Photograph:
    """A vehicle, (height, width, 3) BGR, and the one plate that is known in it."""

    name: str
    pixels: Pixels
    plate: Box
    text: str


def load_photographs(data: Path, split: str) -> Iterator[Photograph]:
    """Those with exactly one labelled plate, and that one with a text."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in _rows(data, split):
        rows.setdefault(row["path"], []).append(row)
    for path, plates in rows.items():
        if len(plates) == 1 and plates[0]["text"]:
            yield _cut(data / path, plates[0])


def load_streets(data: Path, split: str) -> list[Pixels]:
    """Roads without any plate, (height, width, 3) BGR."""
    return [
        _read(data / row["path"])
        for row in _rows(data, split)
        if not row["x1"] and row["source"] == "neg_road_signs"
    ]


def _rows(data: Path, split: str) -> list[dict[str, str]]:
    with (data / "detection.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["split"] == split]


def _cut(file: Path, row: dict[str, str]) -> Photograph:
    pixels = _read(file)
    height, width = pixels.shape[:2]
    plate = Box(*(float(row[side]) for side in ("x1", "y1", "x2", "y2")))
    room = ROOM * plate.width
    kept = Box(
        plate.x1 - room, plate.y1 - room, plate.x2 + room, plate.y2 + room
    ).clipped(width, height)
    x, y = int(kept.x1), int(kept.y1)
    cut = pixels[y : int(kept.y2), x : int(kept.x2)]
    return Photograph(file.name, cut, plate.shifted(-x, -y), row["text"])


def _read(file: Path) -> Pixels:
    pixels = cv2.imread(str(file), cv2.IMREAD_COLOR)
    assert pixels is not None, file
    return np.asarray(pixels, np.uint8)
