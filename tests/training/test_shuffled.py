"""Characters that change places: what is written is what is said to be written."""

from functools import partial

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training.arrays import Pixels
from models.training.crops import CANVAS, INNER, Crop
from models.training.shuffled import Line, line_of, shuffled

TEXT = "AB1234"
PITCH = 22
MIDDLES = (CANVAS[0] - INNER[0]) / 2 + 16 + PITCH * np.arange(len(TEXT))
TOP, HEIGHT = 16, 44
NOTCHES = dict(zip(TEXT, (5, 29, 11, 35, 17, 23), strict=True))
"""Rows from the top of the bar that stands for a character to its light notch."""


def _top(middle: float, slope: float) -> int:
    return round(TOP + slope * (middle - CANVAS[0] / 2))


def _crop(slope: float = 0.0) -> Crop:
    """Dark bars on a light plate, which falls to the right by slope."""
    pixels = np.full((CANVAS[1], CANVAS[0]), 200, np.uint8)
    for character, middle in zip(TEXT, MIDDLES, strict=True):
        bar = pixels[TOP : TOP + HEIGHT, int(middle) - 6 : int(middle) + 6]
        bar[:] = 30
        bar[NOTCHES[character] :][:4] = 200
    matrix = np.array([[1, 0, 0], [slope, 1, -slope * CANVAS[0] / 2]])
    fallen = cv2.warpAffine(pixels, matrix, CANVAS, borderValue=200)
    return Crop(np.asarray(fallen, np.uint8), TEXT, "test", is_framed=True)


def _line(crop: Crop) -> Line:
    line = line_of(crop.pixels, MIDDLES)
    assert line is not None
    return line


def _written(pixels: Pixels, slope: float) -> str:
    """The bars told apart by their notches."""
    text = ""
    for middle in MIDDLES:
        top = _top(middle, slope)
        bar = pixels[top + 3 : top + HEIGHT - 3, int(middle)].astype(int)
        notch = int(np.argmax(np.convolve(bar, np.ones(4), "valid"))) + 3
        text += min(NOTCHES, key=lambda known: abs(NOTCHES[known] - notch))
    return text


@pytest.mark.parametrize("slope", [0.0, 0.1, -0.1])
@given(seed=st.integers(0, 2**32 - 1))
def test_the_text_is_what_stands_there(slope: float, seed: int) -> None:
    crop = _crop(slope)
    result = shuffled(crop, _line(crop), np.random.default_rng(seed))
    assert _written(result.pixels, slope) == result.text
    assert [c.isdigit() for c in result.text] == [c.isdigit() for c in TEXT]
    assert result.is_framed


def test_many_texts_come_of_one_plate() -> None:
    crop = _crop()
    draw = partial(shuffled, crop, _line(crop))
    texts = {draw(np.random.default_rng(seed)).text for seed in range(200)}
    assert len(texts) > 100
    assert np.array_equal(crop.pixels, _crop().pixels)


@pytest.mark.parametrize("slope", [0.0, 0.1, -0.1, 0.2])
def test_a_tilted_line_is_followed(slope: float) -> None:
    crop = _crop(slope)
    assert _line(crop).slope == pytest.approx(slope, abs=0.03)
    result = shuffled(crop, _line(crop), np.random.default_rng(1))
    for middle in MIDDLES:
        top = int(np.argmax(result.pixels[:, int(middle)] < 110))
        assert top == pytest.approx(_top(middle, slope), abs=2)


def test_a_shadow_stays_where_it_falls() -> None:
    shadow = np.linspace(1, 0.5, CANVAS[0])
    crop = _crop()
    dim = np.asarray(crop.pixels * shadow, np.uint8)
    crop = Crop(dim, TEXT, "test")
    result = shuffled(crop, _line(_crop()), np.random.default_rng(2))
    assert result.text != TEXT
    foot = slice(62, 70)
    off = np.abs(result.pixels[foot].astype(int) - crop.pixels[foot])
    assert off.max() < 25


def test_cuts_are_where_nothing_stands() -> None:
    line = _line(_crop())
    pixels = _crop().pixels
    for column in line.slots.astype(int).ravel():
        assert pixels[:, column - 1 : column + 1].min() == 200


@pytest.mark.parametrize(
    "middles", [MIDDLES[:2], MIDDLES / 6], ids=["too few", "too narrow"]
)
def test_what_cannot_be_cut_has_no_line(middles: np.ndarray) -> None:
    assert line_of(_crop().pixels, middles) is None


def test_a_wide_character_takes_no_narrow_place() -> None:
    crop = Crop(_crop().pixels, "AI1234", "test")
    slots = _line(_crop()).slots.copy()
    slots[1] = [slots[1].mean() - 4, slots[1].mean() + 4]
    for seed in range(20):
        text = shuffled(crop, Line(slots, 0.0), np.random.default_rng(seed)).text
        assert text[:2] == "AI"


def test_the_plate_keeps_its_place_on_a_wider_canvas() -> None:
    crop = _crop()
    wide = cv2.copyMakeBorder(crop.pixels, 10, 10, 30, 30, cv2.BORDER_REPLICATE)
    line = line_of(np.asarray(wide, np.uint8), MIDDLES + 30)
    assert line is not None
    assert np.allclose(line.slots, _line(crop).slots + 30)
