"""What the shipped models reach on photographs that no training step has seen.

The gates are floors that a change may not fall through; the figures themselves stand in
`models/README.md`.
"""

from pathlib import Path

import pytest

from models.training.crops import crop_labels
from models.training.frames import load_frames
from models.training.scoring import (
    Figures,
    ReadCrop,
    ReadFrame,
    confident_share,
    crop_figures,
    frame_figures,
    reported_plates,
)
from models.training.shipped import int8_crops, int8_frames

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def frames(real_data: Path) -> list[ReadFrame]:
    return int8_frames(load_frames(real_data, "validation"))


@pytest.fixture(scope="session")
def crops(real_data: Path) -> list[ReadCrop]:
    return int8_crops(real_data, crop_labels(real_data, "validation"))


@pytest.fixture(scope="session")
def figures(frames: list[ReadFrame]) -> Figures:
    return frame_figures(frames)


def test_plates_are_found(figures: Figures) -> None:
    assert figures["plates"] == 596
    assert figures["recall50"] >= 0.97


def test_few_plates_are_imagined(figures: Figures) -> None:
    assert figures["false"] <= 0.2


def test_plates_of_whole_frames_are_read(figures: Figures) -> None:
    assert figures["texts"] == 321
    assert figures["folded"] >= 0.92


def test_crops_are_read(crops: list[ReadCrop]) -> None:
    assert len(crops) == 873
    assert crop_figures(crops)["folded"] >= 0.955


def test_confident_reads_are_right(
    frames: list[ReadFrame], crops: list[ReadCrop]
) -> None:
    for reads in (reported_plates(frames), crops):
        share = confident_share(reads)
        assert share["right"] >= 0.9
        assert share["kept"] >= 0.5
