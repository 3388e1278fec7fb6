"""Validation texts that are labelled wrongly, and how that was seen.

They count in every figure but one pair, which says what they cost.
"""

import csv
from pathlib import Path

FILE = Path(__file__).parent / "wrong_labels.csv"


def load_wrong_labels(file: Path = FILE) -> frozenset[str]:
    """The paths of the pictures, as `detection.csv` and `plates.csv` name them."""
    with file.open(newline="", encoding="utf-8") as lines:
        return frozenset(row["path"] for row in csv.DictReader(lines))
