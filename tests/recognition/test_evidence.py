"""What is kept of a look."""

import cv2
import numpy as np

from edge_anpr.recognition.evidence import evidence, sharpness
from edge_anpr.records import Box, Pixels
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
