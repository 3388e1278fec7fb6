"""Plates drawn into a picture."""

import numpy as np
import pytest

from edge_anpr.errors import PictureUnreadable
from edge_anpr.recognition.drawing import SURE, draw_plates, encode
from edge_anpr.recognition.picture_file import decode_picture
from edge_anpr.records import Box, Detection, Plate, PlateRead


def _plate(box: Box) -> Plate:
    return Plate(Detection(box, 0.9), PlateRead("AB12CDE", 0.95, (0.95,) * 7))


@pytest.mark.parametrize(
    ("box", "rows"),
    [
        (Box(100, 200, 260, 240), slice(150, 200)),
        (Box(100, 5, 260, 45), slice(46, 80)),
        (Box(560, 440, 640, 480), slice(400, 440)),
    ],
    ids=["above", "below", "corner"],
)
def test_the_label_stands_beside_the_box(box: Box, rows: slice) -> None:
    pixels = np.zeros((480, 640, 3), np.uint8)
    drawn = draw_plates(pixels, [_plate(box)])
    assert pixels.max() == 0
    filled = np.all(drawn[rows] == SURE, axis=-1)
    assert filled.sum() > 600


@pytest.mark.parametrize("side", [8, 60, 3000])
def test_labels_fit_pictures_of_any_size(side: int) -> None:
    pixels = np.zeros((side, side, 3), np.uint8)
    assert draw_plates(pixels, [_plate(Box(0, 0, side, side))]).any()


@pytest.mark.parametrize("suffix", [".jpg", ".PNG", ".webp", ".dat", ""])
def test_any_suffix_can_be_encoded(suffix: str) -> None:
    content = encode(np.zeros((8, 9, 3), np.uint8), suffix)
    assert decode_picture(content).shape == (8, 9, 3)


def test_a_picture_too_wide_for_its_format_is_named_and_not_written_empty() -> None:
    wide = np.zeros((2, 70_000, 3), np.uint8)
    with pytest.raises(PictureUnreadable, match=r"70000 x 2 pixels.* \.png"):
        encode(wide, ".jpg")
    assert decode_picture(encode(wide, ".png")).shape == wide.shape
