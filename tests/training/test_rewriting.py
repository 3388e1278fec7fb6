"""Real plates written anew: what stands there is what is said to stand there."""

import dataclasses

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training.arrays import Floats, Pixels
from models.training.crops import CANVAS, Crop
from models.training.looks import LookMaker
from models.training.rewriting import Rewriter, line_of
from tests.training.barred_plate import (
    GROUND,
    HEIGHT,
    INK,
    MIDDLES,
    NOTCHES,
    OTHER,
    PITCH,
    TEXT,
    TOP,
    barred_plate,
    line_on,
)


def _rewriter(*crops: Crop) -> Rewriter:
    return Rewriter(crops, [line_on(crop) for crop in crops])


def _top(middle: float, slope: float) -> int:
    return round(TOP + slope * (middle - CANVAS[0] / 2))


def _written(pixels: Pixels, slope: float = 0.0) -> str:
    """The bars told apart by their notches."""
    text = ""
    for middle, before in zip(MIDDLES, TEXT, strict=True):
        top = _top(middle, slope)
        bar = pixels[top + 3 : top + HEIGHT - 2, int(middle)].astype(int)
        notch = int(np.argmax(np.convolve(bar, np.ones(4), "valid"))) + 3
        known = [c for c in NOTCHES if c.isdigit() == before.isdigit()]
        text += min(known, key=lambda character: abs(NOTCHES[character] - notch))
    return text


@pytest.mark.parametrize("slope", [0.0, 0.1, -0.1])
@given(seed=st.integers(0, 2**32 - 1))
def test_the_text_is_what_stands_there(slope: float, seed: int) -> None:
    rewriter = _rewriter(barred_plate(slope))
    result = rewriter.rewritten(0, np.random.default_rng(seed))
    assert _written(result.pixels, slope) == result.text
    assert [c.isdigit() for c in result.text] == [c.isdigit() for c in TEXT]
    assert result.is_framed


OTHERS = {
    "alike": barred_plate(text=OTHER),
    "smaller": barred_plate(text=OTHER, top=25, height=33),
    "tilted": barred_plate(0.15, OTHER),
    "light on dark": barred_plate(text=OTHER, levels=(40, 240)),
    "in the dark": barred_plate(text=OTHER, levels=(140, 30)),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("slope", [0.0, -0.1])
@given(seed=st.integers(0, 2**32 - 1))
def test_characters_from_elsewhere_become_like_those_in_whose_place_they_come(
    other: Crop, slope: float, seed: int
) -> None:
    crop = barred_plate(slope)
    rewriter = _rewriter(crop, other)
    result = rewriter.rewritten(0, np.random.default_rng(seed), elsewhere=1)
    assert _written(result.pixels, slope) == result.text
    for middle, character in zip(MIDDLES, result.text, strict=True):
        column = result.pixels[:, int(middle)].astype(int)
        top = _top(middle, slope)
        assert np.median(column[top + 3 : top + HEIGHT - 3]) == pytest.approx(
            INK, abs=15
        )
        assert int(np.argmax(column < 110)) == pytest.approx(top, abs=2)
        assert column[: top - 3].min() > GROUND - 25, character


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_many_texts_come_of_two_plates(other: Crop) -> None:
    crop = barred_plate()
    rewriter = _rewriter(crop, other)
    results = [
        rewriter.rewritten(0, np.random.default_rng(seed)).text for seed in range(200)
    ]
    assert len(set(results)) > 150
    assert set("".join(results)) == set(TEXT + OTHER)
    assert np.array_equal(crop.pixels, barred_plate().pixels)  # it is itself left alone


def test_characters_come_from_plates_of_the_same_source_alone() -> None:
    other = dataclasses.replace(OTHERS["alike"], source="other")
    rewriter = _rewriter(barred_plate(), other)
    for seed in range(30):
        text = rewriter.rewritten(0, np.random.default_rng(seed), elsewhere=1).text
        assert set(text) <= set(TEXT)


def test_a_faint_character_comes_on_no_clear_plate() -> None:
    faint = barred_plate(text=OTHER, levels=(110, 60))
    rewriter = _rewriter(barred_plate(), faint)
    for seed in range(30):
        text = rewriter.rewritten(0, np.random.default_rng(seed), elsewhere=1).text
        assert set(text) <= set(TEXT)


def test_a_soft_character_comes_on_no_sharp_plate() -> None:
    other = OTHERS["alike"]
    blurred = np.asarray(cv2.GaussianBlur(other.pixels, (0, 0), 2), np.uint8)
    soft = dataclasses.replace(other, pixels=blurred)
    rewriter = _rewriter(barred_plate(), soft)
    draws = range(30)
    on_sharp, on_soft = (
        {
            character
            for seed in draws
            for character in rewriter.rewritten(
                index, np.random.default_rng(seed), elsewhere=1
            ).text
        }
        for index in (0, 1)
    )
    assert on_sharp <= set(TEXT)
    assert on_soft == set(TEXT + OTHER)


@pytest.mark.parametrize("slope", [0.0, 0.1, -0.1, 0.2])
def test_a_line_is_found_as_it_lies(slope: float) -> None:
    line = line_on(barred_plate(slope))
    assert line.slope == pytest.approx(slope, abs=0.03)
    assert line.rows == pytest.approx((TOP, TOP + HEIGHT), abs=3)
    assert line.contrast == pytest.approx(INK - GROUND, abs=15)


def test_a_shadow_stays_where_it_falls() -> None:
    shadow = np.linspace(1, 0.5, CANVAS[0])
    crop = barred_plate()
    dim = dataclasses.replace(crop, pixels=np.asarray(crop.pixels * shadow, np.uint8))
    rewriter = Rewriter([dim], [line_on(crop)])
    result = rewriter.rewritten(0, np.random.default_rng(2))
    assert result.text != TEXT
    for middle in MIDDLES[:-1]:
        beside = int(middle) + PITCH // 2
        before, after = dim.pixels[:, beside], result.pixels[:, beside]
        assert np.abs(after.astype(int) - before).max() < 20


def test_cuts_are_where_nothing_stands() -> None:
    line = line_on(barred_plate())
    pixels = barred_plate().pixels
    for column in line.slots.astype(int).ravel():
        assert pixels[:, column - 1 : column + 1].min() == GROUND


@pytest.mark.parametrize(
    "middles", [MIDDLES[:2], MIDDLES / 6], ids=["too few", "too narrow"]
)
def test_what_cannot_be_cut_has_noline_on(middles: Floats) -> None:
    assert line_of(barred_plate().pixels, middles) is None


def test_an_empty_plate_has_noline_on() -> None:
    assert line_of(np.full((CANVAS[1], CANVAS[0]), 90, np.uint8), MIDDLES) is None


def test_a_wide_character_takes_no_narrow_place() -> None:
    crop = dataclasses.replace(barred_plate(), text="AI1234")
    slots = line_on(crop).slots.copy()
    slots[1] = [slots[1].mean() - 4, slots[1].mean() + 4]
    line = dataclasses.replace(line_on(crop), slots=slots)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        assert Rewriter([crop], [line]).rewritten(0, rng).text[:2] == "AI"


def test_the_plate_keeps_its_place_on_a_wider_canvas() -> None:
    crop = barred_plate()
    wide = cv2.copyMakeBorder(crop.pixels, 10, 10, 30, 30, cv2.BORDER_REPLICATE)
    line = line_of(np.asarray(wide, np.uint8), MIDDLES + 30)
    assert line is not None
    assert np.allclose(line.slots, line_on(crop).slots + 30)
    assert np.allclose(line.rows, np.add(line_on(crop).rows, 10))


def test_looks_are_at_rewritten_plates_where_lines_are_known() -> None:
    crop = barred_plate()
    maker = LookMaker([crop], ())

    def texts() -> list[str]:
        rng = np.random.default_rng(1)
        looks = [maker.make(rng, 0.0) for _ in range(60)]
        return [look.text for look in looks if look.text]

    assert set(texts()) == {TEXT}
    maker.rewrite([line_on(crop)])
    after = texts()
    assert len(set(after)) > 10
    assert after.count(TEXT) > 10  # as it is, it is shown as well


def test_without_a_line_nothing_can_be_written() -> None:
    rewriter = Rewriter([barred_plate()], [None])
    with pytest.raises(ValueError, match="no line"):
        rewriter.rewritten(0, np.random.default_rng(1))
