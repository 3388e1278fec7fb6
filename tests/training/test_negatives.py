"""What is shown to the reader as no plate, of a street where every plate is known."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("PIL", reason="Pillow is a training dependency")

from edge_anpr.sample import render_scene
from models.training import negatives
from models.training.crops import CANVAS
from models.training.frames import held_out
from models.training.negatives import no_plates, plates_without_text

SCENES = 4


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of drawn scenes: the text of each first plate is not known."""
    folder = tmp_path_factory.mktemp("data")
    with (folder / "detection.csv").open("w", newline="") as lines:
        writer = csv.writer(lines)
        columns = "path", "split", "source", "country", "text", "x1", "y1", "x2", "y2"
        writer.writerow(columns)
        for seed in range(SCENES):
            scene = render_scene(seed, 640, 480, 2)
            name = f"{seed}.png"
            cv2.imwrite(str(folder / name), scene.pixels)
            for number, plate in enumerate(scene.plates):
                corners = np.array([(at.x, at.y) for at in plate.quad.points])
                box = [*corners.min(0), *corners.max(0)]
                text = plate.text if number else ""
                writer.writerow([name, "train", "drawn", "XX", text, *box])
    return folder


def test_no_place_is_a_plate(street: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without = len(no_plates(street, "train"))
    nowhere = np.zeros((0, 4), np.float32)
    monkeypatch.setattr(negatives, "_plates", lambda *_: nowhere)
    assert len(no_plates(street, "train")) >= without + SCENES  # found, but no more


def test_each_place_is_a_crop_that_says_nothing(street: Path) -> None:
    crops = no_plates(street, "train")
    assert crops
    assert {crop.pixels.shape for crop in crops} == {CANVAS[::-1]}
    assert not any(crop.is_plate or crop.text for crop in crops)


def test_signs_are_laid_in_when_there_are_fonts(street: Path) -> None:
    crops = no_plates(street, "train", [street])
    assert {"signs", "drawn"} == {crop.source for crop in crops}


def test_plates_without_a_text_are_plates(street: Path) -> None:
    crops = plates_without_text(street, "train")
    trained_on = sum(not held_out(f"{seed}.png") for seed in range(SCENES))
    assert len(crops) == trained_on
    assert all(crop.is_plate and not crop.text for crop in crops)
