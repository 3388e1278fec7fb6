"""Plates laid over others: their text and edges are known, and what is round them."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from models.training.crops import INNER, WIDE
from models.training.frames import LabelledFrame
from models.training.pasting import LoosePlate, PlatePaster
from models.training.relaid import NARROWEST_PX, relaid_crops

WHITE, DARK = 255, 30


def _frame(folder: Path, width: int) -> LabelledFrame:
    """A dark frame with a plate of this width."""
    path = folder / f"{width}.png"
    cv2.imwrite(str(path), np.full((300, 400, 3), DARK, np.uint8))
    box = np.array([[150, 120, 150 + width, 120 + width // 3]], np.float32)
    return LabelledFrame(path, "test", box, ("",), np.zeros((0, 4), np.float32))


def _paster(*texts: str) -> PlatePaster:
    white = np.full((40, 120, 3), WHITE, np.uint8)
    return PlatePaster([LoosePlate(white, is_exact=True, text=text) for text in texts])


@pytest.mark.parametrize("seed", range(10))
def test_the_plate_fills_the_middle_of_a_wide_canvas(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    (crop,) = relaid_crops([_frame(tmp_path, 60)], _paster("AB12"), 1, rng)
    assert (crop.text, crop.is_framed) == ("AB12", True)
    assert crop.pixels.shape == WIDE[::-1]
    bright = crop.pixels > (int(crop.pixels.max()) + DARK) / 2
    rows, columns = np.nonzero(bright)
    left, top = (WIDE[0] - INNER[0]) / 2, (WIDE[1] - INNER[1]) / 2
    ends = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    expected = [left, top, left + INNER[0], top + INNER[1]]
    np.testing.assert_allclose(ends, expected, atol=7)


def test_only_what_has_a_text_and_fits_the_reader(tmp_path: Path) -> None:
    frames, rng = [_frame(tmp_path, 60)], np.random.default_rng(1)
    assert not list(relaid_crops(frames, _paster("", "A" * 11), 20, rng))


def test_small_plates_are_left_as_they_are(tmp_path: Path) -> None:
    small, large = NARROWEST_PX - 1, NARROWEST_PX + 1
    frames = [_frame(tmp_path, small), _frame(tmp_path, large)]
    frames[0].path.unlink()  # would fail if it were opened
    rng = np.random.default_rng(1)
    assert len(list(relaid_crops(frames, _paster("AB12"), 20, rng))) == 20
