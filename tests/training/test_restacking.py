"""Plates of one line written in two: the same text, the upper line first."""

import dataclasses

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.training.arrays import Pixels
from models.training.crops import CANVAS, Crop, inner_part
from models.training.looks import LookMaker
from models.training.restacking import LEAVE_OUT, can_be_restacked, restacked
from models.training.rewriting import Line, line_of
from tests.training.barred_plate import (
    GROUND,
    HEIGHT,
    INK,
    MIDDLES,
    NOTCHES,
    TEXT,
    barred_plate,
    line_on,
)

DARK = (GROUND + INK) / 2


def _runs(dark: NDArray[np.bool_]) -> list[slice]:
    """Where it is dark without a gap."""
    ends = np.flatnonzero(np.diff(dark.astype(int), prepend=0, append=0))
    return [slice(*pair) for pair in ends.reshape(-1, 2)]


def _written(pixels: Pixels) -> list[str]:
    """The bars of each line, told apart by their notches."""
    dark = pixels < DARK
    rows = [
        each for each in _runs(np.asarray(dark.any(1))) if each.stop - each.start > 5
    ]
    lines, place = [], 0
    for line in rows:
        lines.append("")
        for bar in _runs(dark[line].mean(0) > 0.5):
            middle = pixels[line, bar].mean(1)
            notch = (3 + int(np.argmax(middle[3:-3])) + 0.5) / len(middle) * HEIGHT - 2
            known = [c for c in NOTCHES if c.isdigit() == TEXT[place].isdigit()]
            lines[-1] += min(known, key=lambda each: abs(NOTCHES[each] - notch))
            place += 1
    return lines


@pytest.mark.parametrize("slope", [0.0, 0.1, -0.1])
@given(seed=st.integers(0, 2**32 - 1))
def test_the_text_stands_in_two_lines(slope: float, seed: int) -> None:
    crop = barred_plate(slope)
    result = restacked(crop, line_on(crop), np.random.default_rng(seed))
    upper, lower = _written(result.pixels)
    assert min(len(upper), len(lower)) >= 2
    assert upper + lower == result.text == TEXT


def test_the_lines_end_at_any_character() -> None:
    crop = barred_plate()
    draws = [
        restacked(crop, line_on(crop), np.random.default_rng(n)) for n in range(40)
    ]
    assert {len(_written(each.pixels)[0]) for each in draws} == {2, 3, 4}


@given(seed=st.integers(0, 2**32 - 1))
def test_what_is_round_the_plate_stays(seed: int) -> None:
    crop = barred_plate()
    noise = np.random.default_rng(seed).integers(0, 256, crop.pixels.shape, np.uint8)
    inner = inner_part(noise)
    noise[inner] = crop.pixels[inner]
    around = dataclasses.replace(crop, pixels=noise)
    line = dataclasses.replace(line_on(crop), slope=0.0)
    result = restacked(around, line, np.random.default_rng(seed))
    untouched = np.ones(noise.shape, bool)
    untouched[inner] = False
    assert np.array_equal(result.pixels[untouched], noise[untouched])
    assert np.array_equal(around.pixels, noise)
    assert not result.is_framed  # its own upper and lower ends have moved


def test_no_ghost_of_the_line_is_left() -> None:
    crop = barred_plate()
    shade = np.linspace(1, 0.6, CANVAS[0])
    dim = dataclasses.replace(crop, pixels=np.asarray(crop.pixels * shade, np.uint8))
    result = restacked(dim, line_on(crop), np.random.default_rng(0))
    inner = inner_part(result.pixels)
    plate = result.pixels[inner]
    near = np.convolve((plate < DARK).any(0), np.ones(7), "same") > 0
    empty = plate[:, ~near].astype(float)
    expected = GROUND * shade[inner[1]][~near]
    assert empty.shape[1] > 10
    assert np.abs(empty - expected).max() < 25


def test_a_plate_that_may_say_more_than_its_text_stays_in_one_line() -> None:
    crop = barred_plate()
    line = line_on(crop)
    assert can_be_restacked(crop, line)
    assert not can_be_restacked(dataclasses.replace(crop, source=LEAVE_OUT[0]), line)
    later = dataclasses.replace(line, slots=line.slots[2:])
    assert not can_be_restacked(dataclasses.replace(crop, text=TEXT[2:]), later)


def test_three_characters_are_no_two_lines() -> None:
    crop = barred_plate()
    line = dataclasses.replace(line_on(crop), slots=line_on(crop).slots[:3])
    assert not can_be_restacked(dataclasses.replace(crop, text=TEXT[:3]), line)


def test_on_a_wider_canvas_too() -> None:
    crop = barred_plate()
    wide = cv2.copyMakeBorder(crop.pixels, 28, 28, 64, 64, cv2.BORDER_REPLICATE)
    line = line_of(np.asarray(wide, np.uint8), MIDDLES + 64)
    assert line is not None
    whole = dataclasses.replace(crop, pixels=np.asarray(wide, np.uint8))
    result = restacked(whole, line, np.random.default_rng(3))
    assert "".join(_written(result.pixels)) == TEXT


def test_looks_are_at_plates_of_two_lines_where_one_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crop = barred_plate()
    asked: list[str] = []

    def seen(crop: Crop, line: Line, rng: np.random.Generator) -> Crop:
        asked.append(crop.text)
        return restacked(crop, line, rng)

    monkeypatch.setattr("models.training.looks.restacked", seen)
    maker = LookMaker([crop], ())
    rng = np.random.default_rng(1)
    for _ in range(20):
        maker.make(rng, 0.0)
    assert not asked
    maker.rewrite([line_on(crop)])
    looks = [maker.make(rng, 0.0) for _ in range(80)]
    assert 5 < len(asked) < 40
    assert len(set(asked)) > 5  # plates written anew among them
    assert set(asked) <= {look.text for look in looks if look.text} | {TEXT}
