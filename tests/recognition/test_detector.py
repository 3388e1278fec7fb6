"""From the detector's maps to boxes in the picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.config import DetectorSize
from edge_anpr.recognition.detector import Detector, detector_size_for, suits
from edge_anpr.recognition.image import letterbox
from edge_anpr.recognition.runtime import Output
from edge_anpr.records import Box, Detection, Pixels
from tests.fakes import QUIET, FakeNetwork, quantised
from tests.recognition.cards import detector_card

CARD = detector_card()
ROWS, COLUMNS = 8, 16
HEAT_STEP, BOX_STEP = 0.1, 0.02  # what int8 can tell apart


class Maps:
    """Outputs of a detector, into which plates can be put."""

    def __init__(self, rows: int = ROWS) -> None:
        self.heat = np.full((rows, COLUMNS, 1), QUIET)
        self.box = np.zeros((rows, COLUMNS, 4))
        self.corners = np.zeros((rows, COLUMNS, 8))

    def put(self, row: int, column: int, logit: float, width: float = 32) -> None:
        """A plate in the middle of a cell, half as high as wide."""
        self.heat[row, column] = logit
        self.box[row, column] = 0, 0, np.log(width / 8), np.log(width / 16)

    def outputs(self) -> dict[str, Output]:
        return {
            "heat": quantised(self.heat, HEAT_STEP),
            "box": quantised(self.box, BOX_STEP),
            "corners": quantised(self.corners, BOX_STEP),
        }

    def detect(self, pixels: Pixels, threshold: float = 0.3) -> list[Detection]:
        return Detector(FakeNetwork(self.outputs()), CARD, threshold).detect(pixels)


def _picture(width: int = 128, height: int = 64) -> Pixels:
    return np.zeros((height, width, 3), np.uint8)


def _middle(box: Box) -> tuple[float, float]:
    return (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2


def test_a_plate_is_where_its_cell_says() -> None:
    maps = Maps()
    maps.put(3, 5, logit=2.0)
    maps.box[3, 5, :2] = 0.5, -0.5
    (plate,) = maps.detect(_picture())
    assert _middle(plate.box) == pytest.approx((48, 24), abs=0.2)
    assert plate.box.width == pytest.approx(32, rel=0.02)
    assert plate.box.height == pytest.approx(16, rel=0.02)
    assert plate.confidence == pytest.approx(1 / (1 + np.exp(-2)), abs=1e-3)


@given(
    st.integers(60, 1200),
    st.integers(60, 1200),
    st.integers(1, ROWS - 2),
    st.integers(2, COLUMNS - 3),
)
def test_any_picture_maps_back_within_a_pixel(
    width: int, height: int, row: int, column: int
) -> None:
    maps = Maps()
    maps.put(row, column, logit=3.0, width=8)
    pixels = np.broadcast_to(np.zeros(3, np.uint8), (height, width, 3))
    scale = min(128 / width, 64 / height, 2)
    x = (column * 8 + 4 - (128 - width * scale) / 2) / scale
    y = (row * 8 + 4 - (64 - height * scale) / 2) / scale
    if not (5 / scale < x < width - 5 / scale and 5 / scale < y < height - 5 / scale):
        return  # on the padding, where no plate is
    (plate,) = maps.detect(pixels)
    # Half a pixel of the input may be lost where the picture's size is rounded.
    assert _middle(plate.box) == pytest.approx((x, y), abs=1 / min(scale, 1))


def test_weak_plates_are_left_out_and_the_strongest_comes_first() -> None:
    maps = Maps()
    maps.put(2, 2, logit=-1.0)
    maps.put(2, 8, logit=1.0)
    maps.put(6, 13, logit=3.0)
    confidences = [plate.confidence for plate in maps.detect(_picture())]
    assert confidences == pytest.approx([0.953, 0.731], abs=1e-3)


def test_of_two_boxes_on_one_plate_the_stronger_stays() -> None:
    maps = Maps()
    maps.put(3, 5, logit=2.0)
    maps.put(3, 7, logit=1.0)
    maps.box[3, 7, 0] = -1.6
    assert len(maps.detect(_picture())) == 1


def test_neighbours_of_equal_heat_are_one_plate() -> None:
    maps = Maps()
    maps.put(3, 5, logit=2.0)
    maps.put(3, 6, logit=2.0)
    assert len(maps.detect(_picture())) == 1


def test_a_box_ends_with_the_picture() -> None:
    maps = Maps()
    maps.put(0, 0, logit=2.0)
    (plate,) = maps.detect(_picture())
    assert (plate.box.x1, plate.box.y1) == (0, 0)


def test_corners_that_make_no_plate_are_left_out() -> None:
    maps = Maps()
    maps.put(3, 5, logit=2.0)
    assert maps.detect(_picture())[0].corners is None
    maps.corners[3, 5] = -0.5, -0.5, 0.5, -0.4, 0.5, 0.5, -0.5, 0.4
    corners = maps.detect(_picture())[0].corners
    assert corners is not None
    assert corners.top_left.x == pytest.approx(44 - 16, abs=0.5)
    assert corners.bottom_right.y == pytest.approx(28 + 8, abs=0.5)


def test_a_picture_of_nothing_but_plates_takes_no_age() -> None:
    maps = Maps()
    maps.heat += 20
    assert len(maps.detect(_picture())) <= 100


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        (1000, 600, DetectorSize.NORMAL),
        (1001, 600, DetectorSize.LARGE),
        (600, 1001, DetectorSize.LARGE),
    ],
)
def test_large_pictures_get_the_large_detector(
    width: int, height: int, size: DetectorSize
) -> None:
    picture = _picture(width, height)
    assert detector_size_for(picture, DetectorSize.AUTO) is size
    assert detector_size_for(picture, DetectorSize.SMALL) is DetectorSize.SMALL


def test_faint_plates_are_marked_and_few() -> None:
    maps = Maps()
    maps.put(1, 2, logit=2.0)
    for column in (6, 8, 10, 12, 14):
        maps.put(6, column, logit=-1.5, width=8)
    detector = Detector(FakeNetwork(maps.outputs()), CARD, 0.5, 0.1)
    found = detector.detect(_picture())
    assert [each.is_faint for each in found] == [False, True, True, True]


def test_without_a_faint_threshold_nothing_faint_is_reported() -> None:
    maps = Maps()
    maps.put(3, 5, logit=-1.5)
    assert maps.detect(_picture(), threshold=0.5) == []


def _with_a_wide_one(usual: Maps, wide: Maps) -> Detector:
    lower = Detector(FakeNetwork(wide.outputs()), detector_card(128, 64), 0.3)
    return Detector(
        FakeNetwork(usual.outputs()), detector_card(128, 96), 0.3, wide=lower
    )


@pytest.mark.parametrize(
    ("width", "height", "found"),
    [(1280, 640, "wide"), (1280, 600, "wide"), (1280, 700, "usual"), (60, 30, "wide")],
)
def test_a_picture_that_loses_nothing_there_goes_to_the_lower_input(
    width: int, height: int, found: str
) -> None:
    usual, wide = Maps(rows=12), Maps()
    usual.put(6, 8, logit=1.0)
    wide.put(4, 8, logit=2.0)
    (plate,) = _with_a_wide_one(usual, wide).detect(_picture(width, height))
    confidence = {"usual": 1.0, "wide": 2.0}[found]
    assert plate.confidence == pytest.approx(1 / (1 + np.exp(-confidence)), abs=1e-3)


@given(st.integers(20, 2000), st.integers(20, 2000))
def test_no_picture_is_shown_smaller_by_the_lower_input(
    width: int, height: int
) -> None:
    pixels = np.broadcast_to(np.zeros(3, np.uint8), (height, width, 3))
    if suits(detector_card(128, 64), detector_card(128, 96), pixels):
        there, here = letterbox(pixels, 128, 64), letterbox(pixels, 128, 96)
        assert (there.scale_x, there.scale_y) == (here.scale_x, here.scale_y)
