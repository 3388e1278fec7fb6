"""What is kept of a look."""

import cv2
import numpy as np
import pytest

from edge_anpr.recognition.evidence import evidence, sharpness
from edge_anpr.records import Box, Pixels, Point, Quad
from edge_anpr.sample import STYLES, render_plate


def _plate(width_px: int = 130, blur_px: float = 0.0) -> Pixels:
    pixels = render_plate("MKL4821", STYLES["germany"], width_px).pixels
    if blur_px:
        pixels = cv2.GaussianBlur(pixels, (0, 0), blur_px).astype(np.uint8)
    return pixels


def test_the_blurred_is_less_sharp() -> None:
    sharps = [sharpness(_plate(blur_px=blur_px)) for blur_px in (0, 1, 2, 4)]
    assert sharps == sorted(sharps, reverse=True)
    assert sharps[0] > 0.9
    assert sharps[-1] < 0.4


def test_a_larger_picture_of_it_is_as_sharp() -> None:
    assert abs(sharpness(_plate(260)) - sharpness(_plate(130))) < 0.2


def test_a_grey_wall_is_not_sharp() -> None:
    assert sharpness(np.full((30, 100, 3), 90, np.uint8)) == 0.0


def test_the_crop_is_the_plate_with_a_margin() -> None:
    street = np.zeros((300, 400, 3), np.uint8)
    street[100:130, 200:300] = 255
    jpeg = evidence(street, Box(200, 100, 300, 130)).jpeg
    crop = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert crop is not None
    assert crop.shape == (39, 112, 3)
    assert crop[20, 56].tolist() == [255, 255, 255]


def test_a_plate_at_the_edge_has_less_of_a_margin() -> None:
    street = np.zeros((300, 400, 3), np.uint8)
    assert evidence(street, Box(0, 0, 1.2, 1.2)).jpeg.startswith(b"\xff\xd8")


def test_a_turned_plate_is_rectified_where_its_corners_are_known() -> None:
    street = np.zeros((300, 400, 3), np.uint8)
    middle, size = (200.0, 150.0), (120.0, 30.0)
    turned = cv2.boxPoints((middle, size, 20.0))
    cv2.fillConvexPoly(street, np.rint(turned).astype(np.int32), (255, 255, 255))
    by_height = sorted(turned.tolist(), key=lambda point: point[1])
    upper = sorted(by_height[:2])
    lower = sorted(by_height[2:])
    corners = Quad(*(Point(x, y) for x, y in (*upper, lower[1], lower[0])))
    box = Box(136, 112, 264, 188)
    upright = evidence(street, box).jpeg
    rectified = evidence(street, box, corners).jpeg
    assert _white_share(upright) < 0.4
    assert _white_share(rectified) == pytest.approx(1 / (1.12 * 1.3), abs=0.08)


def _white_share(jpeg: bytes) -> float:
    crop = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert crop is not None
    return float((crop > 127).mean())
