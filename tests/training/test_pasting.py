"""Plates put over plates: they cover what was there, and their corners are known."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from models.training.arrays import Pixels
from models.training.frames import LabelledFrame
from models.training.pasting import LoosePlate, PlatePaster
from models.training.scenes import NEGATIVE_SHARE, SceneMaker
from tests.training.test_scenes import maker

__all__ = ["maker"]

GREEN = (0, 255, 0)


@pytest.fixture
def paster() -> PlatePaster:
    """Green plates of several shapes; the widest is not exact."""
    plates = []
    for width, is_exact in ((40, True), (100, True), (180, False)):
        plates.append(LoosePlate(_plain(width, 40), is_exact, f"W{width}"))
    return PlatePaster(plates)


def _plain(width: int, height: int) -> Pixels:
    return np.full((height, width, 3), GREEN, np.uint8)


def _red(pixels: Pixels) -> int:
    blue, green, red = (pixels[..., i].astype(int) for i in range(3))
    return int(((red > green + 40) & (red > blue + 40)).sum())


@pytest.mark.parametrize("seed", range(40))
def test_nothing_of_the_old_plate_is_left(paster: PlatePaster, seed: int) -> None:
    canvas = np.full((120, 200, 3), 128, np.uint8)
    cv2.rectangle(canvas, (70, 50), (129, 69), (0, 0, 255), -1)
    box = np.array([70, 50, 130, 70], np.float32)
    corners, _ = paster.paste(canvas, box, np.random.default_rng(seed))
    assert _red(canvas) == 0
    low, high = corners.min(0), corners.max(0)
    np.testing.assert_allclose((low + high) / 2, (box[:2] + box[2:]) / 2, atol=0.01)
    assert (high - low >= 0.75 * (box[2:] - box[:2])).any()


@pytest.mark.parametrize("seed", range(40))
def test_corners_go_clockwise_from_the_top_left(paster: PlatePaster, seed: int) -> None:
    canvas = np.full((120, 200, 3), 128, np.uint8)
    box = np.array([70, 50, 130, 70], np.float32)
    corners, _ = paster.paste(canvas, box, np.random.default_rng(seed))
    top_left, top_right, bottom_right, bottom_left = corners
    assert top_left[0] < top_right[0]
    assert bottom_left[0] < bottom_right[0]
    assert top_left[1] < bottom_left[1]
    assert top_right[1] < bottom_right[1]


@pytest.mark.parametrize("seed", range(20))
def test_the_plate_lies_between_its_corners(paster: PlatePaster, seed: int) -> None:
    canvas = np.full((120, 200, 3), 128, np.uint8)
    box = np.array([70, 50, 130, 70], np.float32)
    corners, _ = paster.paste(canvas, box, np.random.default_rng(seed))
    middle = corners.mean(0)
    for corner in corners:
        inside = middle + 0.85 * (corner - middle)
        outside = middle + 1.25 * (corner - middle)
        assert _greenness(canvas, inside) > 15
        assert _greenness(canvas, outside) < 15


def _greenness(pixels: Pixels, place: np.ndarray) -> int:
    blue, green, red = pixels[int(place[1]), int(place[0])].astype(int)
    return int(green - max(blue, red))


def test_scenes_know_the_corners_of_exact_plates_only(
    maker: SceneMaker, paster: PlatePaster
) -> None:
    maker._paster = paster
    known = unknown = 0
    for seed in range(60):
        scene = maker.make(np.random.default_rng(seed), 256, 192)
        assert len(scene.corners) == len(scene.boxes)
        for box, corners in zip(scene.boxes, scene.corners, strict=True):
            if np.isnan(corners).any():
                unknown += 1
                continue
            known += 1
            # A mosaic's parts may cut a plate, never shift it.
            assert (box[:2] >= corners.min(0) - 0.01).all()
            assert (box[2:] <= corners.max(0) + 0.01).all()
    assert known > 5
    assert unknown > 5


def test_frames_that_fool_the_network_are_shown_more_often(tmp_path: Path) -> None:
    frames = [_frame(f"{tmp_path}/{name}.png", grey) for name, grey in _GREYS.items()]
    maker = SceneMaker(frames)
    maker.favour(lambda pixels: float(pixels.mean() > 150))
    shares = np.diff(maker._odds, prepend=0)
    assert shares[2] > 5 * shares[1]
    np.testing.assert_allclose(shares[1:].sum(), NEGATIVE_SHARE, atol=1e-6)


_GREYS = {"plate": 90, "calm": 100, "fooling": 200}


def _frame(path: str, grey: int) -> LabelledFrame:
    cv2.imwrite(path, np.full((60, 80, 3), grey, np.uint8))
    boxes = np.array([[10, 10, 50, 20]], np.float32)[: grey < 95]
    source = "test" if len(boxes) else "neg_gray_misc"
    nothing = np.zeros((0, 4), np.float32)
    return LabelledFrame(Path(path), source, boxes, ("",) * len(boxes), nothing)
