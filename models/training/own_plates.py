"""An operator's own labelled crops."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from zlib import crc32

import cv2
import numpy as np

from edge_anpr.errors import PictureUnreadable
from edge_anpr.recognition.picture_file import load_picture
from models.training.arrays import Pixels
from models.training.crops import LONGEST, Crop, on_canvas

GUARD_PERCENT = 25
"""Of the texts: never trained on, to judge by."""
FEWEST = 40
SHORTEST = 2
MOST_FAULTS = 10
"""Named at once: who has labelled hundreds does not want to hear of one at a time."""


class LabelsUnusable(Exception):
    """A sentence a line that says what to mend."""


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


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the labels, as written."""

    where: str
    file: str
    text: str


def load_own_plates(folder: Path, labels: Path) -> list[OwnPlate]:
    """Of a CSV file with the columns `file` and `text`; raise LabelsUnusable."""
    plates, faults = _plates(folder, _rows(labels))
    if faults:
        shown = faults[:MOST_FAULTS]
        more = [f"{len(faults) - MOST_FAULTS} more."] * (len(faults) > MOST_FAULTS)
        raise LabelsUnusable("\n".join([*shown, *more]))
    if len(plates) < FEWEST:
        raise LabelsUnusable(
            f"{labels}: {len(plates)} plates teach nothing; label {FEWEST} or more."
        )
    sides = {plate.is_guard for plate in plates}
    if len(sides) < 2:
        raise LabelsUnusable(f"{labels}: too few different texts; label more vehicles.")
    return plates


def _rows(labels: Path) -> Iterator[_Row]:
    """As a text editor or a spreadsheet writes them, whose cells are often empty."""
    try:
        with labels.open(newline="", encoding="utf-8-sig") as lines:
            first = lines.readline()
            separator = next((each for each in ";\t" if each in first), ",")
            lines.seek(0)
            reader = csv.reader(lines, delimiter=separator)
            names = [cell.strip().lower() for cell in next(reader, [])]
            rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except UnicodeDecodeError as error:
        raise LabelsUnusable(f"{labels}: save it as CSV in UTF-8.") from error
    except (OSError, csv.Error) as error:
        raise LabelsUnusable(f"{labels}: cannot be read ({error}).") from error
    if not {"file", "text"} <= set(names):
        raise LabelsUnusable(f"{labels}: the first line should be file,text.")
    for line, cells in rows:
        row = dict(zip_longest(names, cells, fillvalue=""))
        if row["file"] or row["text"]:
            yield _Row(f"{labels}:{line}", row["file"], row["text"])


def _plates(folder: Path, rows: Iterable[_Row]) -> tuple[list[OwnPlate], list[str]]:
    """Each picture once; and what is wrong with the lines that are none."""
    plates: dict[str, tuple[OwnPlate, str]] = {}  # and where it was labelled first
    faults = []
    for row in rows:
        try:
            plate = _plate(folder, row)
        except LabelsUnusable as fault:
            faults.append(str(fault))
            continue
        first, where = plates.setdefault(row.file, (plate, row.where))
        if first.text != plate.text:
            faults.append(
                f"{row.where}: {row.file} is {plate.text} here and {first.text} at "
                f"{where}; keep what is right."
            )
    return [plate for plate, _ in plates.values()], faults


def _plate(folder: Path, row: _Row) -> OwnPlate:
    text = "".join(c for c in row.text.upper() if c not in "-.·" and not c.isspace())
    if not (text.isascii() and text.isalnum() and SHORTEST <= len(text) <= LONGEST):
        raise LabelsUnusable(
            f"{row.where}: {row.text!r} is no plate's text; write {SHORTEST} to "
            f"{LONGEST} of A-Z and 0-9, the upper line first, or take the line out."
        )
    try:
        return OwnPlate(load_picture(folder / row.file), text)
    except PictureUnreadable as error:
        raise LabelsUnusable(f"{row.where}: {folder / row.file} {error}") from error
