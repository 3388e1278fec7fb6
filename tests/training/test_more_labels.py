"""Texts that we add to the data: of training frames only, and fit for the reader."""

import csv
from collections.abc import Iterator
from pathlib import Path

from models.training.crops import LONGEST, MORE_LABELS
from models.training.scoring import folded


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def test_every_text_could_be_a_plate() -> None:
    rows = list(_rows(MORE_LABELS))
    assert rows
    for row in rows:
        text = row["text"]
        assert text.isascii()
        assert text.isalnum()
        assert text == text.upper()
        assert 2 <= len(text) <= LONGEST
        assert int(row["x1"]) < int(row["x2"])
        assert int(row["y1"]) < int(row["y2"])
        assert row["read_by"] in {"eye", "readers"}


def test_none_is_of_a_picture_or_a_text_to_judge_by(real_data: Path) -> None:
    judged_by, texts = set(), set()
    for file in ("detection.csv", "plates.csv"):
        for row in _rows(real_data / file):
            if row["split"] == "validation":
                judged_by.add(row["path"])
                texts.add(folded(row["text"]))
    for row in _rows(MORE_LABELS):
        assert row["path"] not in judged_by
        assert folded(row["text"]) not in texts
