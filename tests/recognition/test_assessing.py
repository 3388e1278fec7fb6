"""How well a plate can be seen is measured, not guessed."""

import cv2
import numpy as np
import pytest

from edge_anpr.recognition.assessing import assess
from edge_anpr.records import Box, Detection, Pixels, Point, Quad
from edge_anpr.sample.plate import STYLES, render_plate

GREY = (90, 90, 90)


def _plate(width_px: int = 160) -> Pixels:
    return render_plate("KL77MNO", STYLES["germany"], width_px).pixels


def _whole(pixels: Pixels) -> Detection:
    return Detection(Box(0, 0, pixels.shape[1], pixels.shape[0]), 1.0)


def _turned(pixels: Pixels, degrees: float) -> tuple[Pixels, Detection]:
    height, width = pixels.shape[:2]
    side = width + 40
    canvas = np.full((side, side, 3), GREY, np.uint8)
    top = (side - height) // 2
    canvas[top : top + height, 20 : 20 + width] = pixels
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), -degrees, 1)
    turned = cv2.warpAffine(canvas, turn, (side, side), borderValue=GREY)
    lean = np.radians(abs(degrees))
    across = width * np.cos(lean) + height * np.sin(lean)
    along = height * np.cos(lean) + width * np.sin(lean)
    middle = side / 2
    box = Box(
        middle - across / 2,
        middle - along / 2,
        middle + across / 2,
        middle + along / 2,
    )
    return turned.astype(np.uint8), Detection(box, 1.0)


@pytest.mark.parametrize("degrees", [-20.0, -8.0, 0.0, 5.0, 15.0])
def test_the_slope_is_that_of_the_plate(degrees: float) -> None:
    found = assess(*_turned(_plate(), degrees)).slope_degrees
    assert found == pytest.approx(degrees, abs=2.5)


def test_blur_shows() -> None:
    plate = _plate()
    blurred = cv2.blur(plate, (15, 1)).astype(np.uint8)
    sharp, soft = (assess(each, _whole(each)) for each in (plate, blurred))
    assert sharp.sharpness > 0.9
    assert soft.sharpness < 0.25


def test_glare_and_want_of_contrast_show() -> None:
    plate = _plate()
    burnt = plate.copy()
    burnt[:, : plate.shape[1] // 2] = 255
    dim = (plate // 12 + 20).astype(np.uint8)
    assert assess(burnt, _whole(burnt)).glare > 0.45
    assert assess(plate, _whole(plate)).glare < 0.3
    assert assess(dim, _whole(dim)).contrast < 0.1


@pytest.mark.parametrize(
    "box", [Box(-50, -50, -10, -10), Box(10, 10, 10, 10), Box(500, 10, 900, 90)]
)
def test_a_box_outside_is_no_trouble(box: Box) -> None:
    found = assess(_plate(), Detection(box, 1.0))
    assert found.width_px == box.width


def test_a_plain_wall_has_no_slope() -> None:
    wall = np.full((40, 160, 3), GREY, np.uint8)
    assert assess(wall, _whole(wall)).slope_degrees is None


def test_corners_say_the_slope_where_there_are_any() -> None:
    corners = Quad(Point(10, 10), Point(110, 30), Point(110, 60), Point(10, 40))
    plate = Detection(Box(10, 10, 110, 60), 1.0, corners)
    assert assess(_plate(), plate).slope_degrees == pytest.approx(11.31, abs=0.01)
