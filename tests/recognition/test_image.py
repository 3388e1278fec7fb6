"""Pixels on their way to a model's input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.recognition.image import PADDING, cut_box, cut_quad, letterbox
from edge_anpr.records import Box, Pixels, Point, Quad

SIDES = st.integers(1, 1200)


def _white(width: int, height: int) -> Pixels:
    return np.broadcast_to(np.full(3, 255, np.uint8), (height, width, 3))


@given(SIDES, SIDES)
def test_the_fitted_picture_maps_back_onto_the_whole(width: int, height: int) -> None:
    fitted = letterbox(_white(width, height), 416, 256)
    assert fitted.pixels.shape == (256, 416, 3)
    rows, columns = np.nonzero(fitted.pixels[..., 0] != PADDING)
    inside = Box(columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    back = fitted.box_back(inside)
    assert (back.x1, back.y1) == (0, 0)
    assert (back.x2, back.y2) == pytest.approx((width, height), abs=1e-6)
    assert columns[0] == pytest.approx(416 - columns[-1] - 1, abs=1)
    assert rows[0] == pytest.approx(256 - rows[-1] - 1, abs=1)


def test_a_small_picture_is_enlarged_no_more_than_twice() -> None:
    fitted = letterbox(_white(20, 10), 416, 256)
    assert (fitted.scale_x, fitted.scale_y) == (2, 2)


def test_shrinking_averages_and_drops_no_line() -> None:
    stripes = np.zeros((512, 832, 3), np.uint8)
    stripes[:, ::2] = 200
    assert np.all(letterbox(stripes, 416, 256).pixels == 100)


@pytest.mark.parametrize("width", [64, 256], ids=["enlarged", "shrunk"])
def test_a_crop_is_stretched_to_the_input(width: int) -> None:
    pixels = np.zeros((50, 300, 3), np.uint8)
    pixels[:, 20 + width // 2 :] = 255
    crop = cut_box(pixels, Box(20, 10, 20 + width, 40), 128, 64)
    assert crop.shape == (64, 128, 1)
    assert crop.dtype == np.uint8
    assert crop[:, :62].max() == 0
    assert crop[:, 66:].min() == 255


def test_a_crop_beyond_the_picture_repeats_its_border() -> None:
    pixels = np.full((40, 60, 3), 90, np.uint8)
    pixels[:, 0] = 10
    crop = cut_box(pixels, Box(-20, -10, 20, 20), 128, 64)
    assert np.all(crop[:, :60] == 10)
    assert np.all(crop[:, 72:] == 90)


def test_grey_weighs_the_colours_as_blue_green_red() -> None:
    pixels = np.zeros((4, 8, 3), np.uint8)
    pixels[..., 2] = 255
    assert cut_box(pixels, Box(0, 0, 8, 4), 128, 64)[0, 0, 0] == 76


@given(st.floats(-50, 350), st.floats(-50, 250), st.floats(0, 90), st.floats(0, 60))
def test_any_box_gives_a_crop(x: float, y: float, width: float, height: float) -> None:
    pixels = np.zeros((200, 300, 3), np.uint8)
    assert cut_box(pixels, Box(x, y, x + width, y + height), 128, 64).size == 64 * 128


OFF = st.floats(-6, 6)


@given(
    st.lists(st.tuples(OFF, OFF), min_size=4, max_size=4),
    st.floats(1, 5),
    st.tuples(st.floats(-0.05, 0.15), st.floats(-0.1, 0.2)),
    st.tuples(st.integers(0, 90), st.integers(0, 90)),
)
def test_what_lies_away_from_a_turned_plate_does_not_matter(
    off: list[tuple[float, float]],
    scale: float,
    margin: tuple[float, float],
    moved: tuple[int, int],
) -> None:
    rng = np.random.default_rng(2)
    street = rng.integers(0, 256, (200, 400, 3), dtype=np.uint8)
    corners = np.array([(100, 60), (160, 60), (160, 85), (100, 85)], np.float64)
    corners = (corners + off - (130, 72)) * scale / 2 + (200, 100)
    farther = rng.integers(0, 256, (290, 490, 3), dtype=np.uint8)
    x, y = moved
    farther[y : y + 200, x : x + 400] = street
    here, there = (
        cut_quad(
            picture, Quad(*(Point(*at) for at in corners + shift)), margin, 128, 64
        )
        for picture, shift in ((street, (0, 0)), (farther, moved))
    )
    # Fractions of a pixel are rounded to 32nds, a little otherwise elsewhere.
    assert np.abs(here.astype(int) - there).mean() < 0.5
