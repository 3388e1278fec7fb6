"""An operator's own labelled crops."""

import csv
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import cv2
import numpy as np

from models.training.arrays import Pixels
from models.training.crops import LONGEST, Crop, on_canvas

GUARD_PERCENT = 25
"""Of the texts: never trained on, to judge by."""
FEWEST = 40
SHORTEST = 2


class LabelsUnusable(Exception):
    """One sentence that says what to mend."""


@dataclass(frozen=True, slots=True)
class OwnPlate:
    """One labelled crop: H×W×3 uint8 BGR."""

    pixels: Pixels
    text: str

    @property
    def is_guard(self) -> bool:
        """By its text, so that two pictures of one vehicle are on one side."""
        return crc32(self.text.encode()) % 100 < GUARD_PERCENT

    def as_crop(self) -> Crop:
        grey = cv2.cvtColor(self.pixels, cv2.COLOR_BGR2GRAY)
        return Crop(on_canvas(np.asarray(grey, np.uint8)), self.text, "own")


def load_own_plates(folder: Path, labels: Path) -> list[OwnPlate]:
    """Of a CSV file with the columns `file` and `text`; raise LabelsUnusable."""
    try:
        with labels.open(newline="", encoding="utf-8-sig") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LabelsUnusable(f"{labels}: cannot be read ({error}).") from error
    if not rows or not {"file", "text"} <= rows[0].keys():
        raise LabelsUnusable(f"{labels}: the first line should be file,text.")
    plates = [_plate(folder, row, f"{labels}:{n}") for n, row in enumerate(rows, 2)]
    if len(plates) < FEWEST:
        raise LabelsUnusable(
            f"{labels}: {len(plates)} plates teach nothing; label {FEWEST} or more."
        )
    sides = {plate.is_guard for plate in plates}
    if len(sides) < 2:
        raise LabelsUnusable(f"{labels}: too few different texts; label more vehicles.")
    return plates


def _plate(folder: Path, row: dict[str, str], where: str) -> OwnPlate:
    text = "".join(c for c in (row["text"] or "").upper() if c not in " -.·")
    if not (text.isascii() and text.isalnum() and SHORTEST <= len(text) <= LONGEST):
        raise LabelsUnusable(
            f"{where}: {row['text']!r} is no plate's text; write {SHORTEST} to "
            f"{LONGEST} of A-Z and 0-9, the upper line first."
        )
    picture = cv2.imread(str(folder / (row["file"] or "")), cv2.IMREAD_COLOR)
    if picture is None:
        raise LabelsUnusable(f"{where}: {folder / (row['file'] or '')} is no picture.")
    return OwnPlate(np.asarray(picture, np.uint8), text)
