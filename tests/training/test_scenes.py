"""Detector training samples: plates stay where their labels say."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from models.training.frames import LabelledFrame, held_out, load_frames
from models.training.scenes import SceneMaker

RED = (0, 0, 255)


@pytest.fixture
def maker(tmp_path: Path) -> SceneMaker:
    """Frames with one red plate on blue, of two shapes."""
    frames = []
    for index, (width, height) in enumerate([(320, 240), (240, 400)]):
        pixels = np.full((height, width, 3), (255, 60, 0), np.uint8)
        cv2.rectangle(pixels, (100, 120), (159, 139), RED, -1)
        path = tmp_path / f"{index}.png"
        cv2.imwrite(str(path), pixels)
        box = np.array([[100, 120, 160, 140]], np.float32)
        nothing = np.zeros((0, 4), np.float32)
        frames.append(LabelledFrame(path, "test", box, ("",), nothing))
    return SceneMaker(frames)


def redness(pixels: np.ndarray, box: np.ndarray) -> float:
    x1, y1, x2, y2 = box.round().astype(int)
    part = pixels[y1:y2, x1:x2].astype(float)
    return float(np.mean(part[..., 2] > part[..., 0]))


@pytest.mark.parametrize("seed", range(30))
def test_plates_stay_in_their_boxes(maker: SceneMaker, seed: int) -> None:
    # Before the camera's colours, which may hide what red was.
    scene = maker._single(np.random.default_rng(seed), 256, 192)
    assert all(redness(scene.pixels, box) > 0.6 for box in scene.boxes)


@pytest.mark.parametrize("seed", range(20))
def test_boxes_stay_on_the_canvas(maker: SceneMaker, seed: int) -> None:
    scene = maker.make(np.random.default_rng(seed), 224, 160)
    assert scene.pixels.shape == (160, 224, 3)
    assert (scene.boxes >= 0).all()
    assert (scene.boxes <= np.array([224, 160, 224, 160])).all()
    assert ((scene.boxes[:, 2:] - scene.boxes[:, :2]) > 0).all()


def test_a_seed_makes_one_scene(maker: SceneMaker) -> None:
    first, second = (
        maker.make(np.random.default_rng(7), 224, 160).pixels for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


def test_no_held_out_frame_is_trained_on(real_data: Path) -> None:
    paths = {
        split: {frame.path for frame in load_frames(real_data, split)}
        for split in ("train", "held out", "validation")
    }
    assert not paths["train"] & (paths["held out"] | paths["validation"])
    assert not paths["held out"] & paths["validation"]
    assert 0.02 < len(paths["held out"]) / len(paths["train"]) < 0.12


def test_held_out_is_settled_by_name_alone() -> None:
    share = np.mean([held_out(f"frame_{index}") for index in range(3000)])
    assert 0.04 < share < 0.08
