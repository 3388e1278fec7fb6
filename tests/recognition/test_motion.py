"""Vehicles open the gate; light, rain, leaves and noise do not."""

import math
from collections.abc import Callable
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge_anpr.config.camera import MotionConfig
from edge_anpr.recognition.motion import Motion, MotionGate, small_grey
from edge_anpr.records import Frame, Pixels
from tests.recognition.motion_cost import motion_cost
from tests.recognition.roads import HEIGHT, WIDTH, rain

FULL = np.zeros((720, 1280, 3), np.uint8)
FPS = 15
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
WHOLE = (0, 0, 1280, 720)

Levels = NDArray[np.float64]
Draw = Callable[[float, Levels, np.random.Generator], Levels]


def street(random: np.random.Generator) -> Levels:
    coarse = random.integers(60, 180, (12, 20)).astype(np.uint8)
    return cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC).astype(
        np.float64
    )


def frame_of(small: Levels, taken_s: float) -> Frame:
    return Frame(FULL, NOON, taken_s, np.clip(small, 0, 255).astype(np.uint8))


def watch(
    draw: Draw, seconds: float, config: MotionConfig | None = None, noise: float = 2.0
) -> list[Motion]:
    """What the gate sees, frame by frame, of a street that draw has changed."""
    random = np.random.default_rng(0)
    gate, background = MotionGate(config or MotionConfig()), street(random)
    return [
        gate.look(
            frame_of(
                draw(i / FPS, background.copy(), random)
                + random.normal(0, noise, background.shape),
                i / FPS,
            )
        )
        for i in range(round(seconds * FPS))
    ]


def moving_share(motions: list[Motion], from_s: float, to_s: float = math.inf) -> float:
    chosen = [motion for i, motion in enumerate(motions) if from_s <= i / FPS < to_s]
    return sum(not motion.is_still for motion in chosen) / len(chosen)


def empty(_: float, scene: Levels, __: np.random.Generator) -> Levels:
    return scene


def cloud(now_s: float, scene: Levels, _: np.random.Generator) -> Levels:
    return scene * (1 + 0.4 * math.sin(2 * now_s))


def exposure_step(now_s: float, scene: Levels, _: np.random.Generator) -> Levels:
    return scene * (0.6 if now_s > 5 else 1.0)


def leaves(_: float, scene: Levels, random: np.random.Generator) -> Levels:
    flicker = random.normal(0, 25, (10, 14))
    scene[10:40, 100:140] += cv2.resize(flicker, (40, 30))
    return scene


def vehicle(speed_px: float, level: int, stop_px: float = math.inf) -> Draw:
    """Comes from the left after two seconds, 36 x 24 pixels of the small picture."""

    def draw(now_s: float, scene: Levels, _: np.random.Generator) -> Levels:
        front = int(min((now_s - 2) * speed_px, stop_px))
        if front > 0:
            scene[40:64, max(front - 36, 0) : front] = level
        return scene

    return draw


@pytest.mark.parametrize("draw", [empty, cloud, exposure_step, rain, leaves])
def test_what_is_no_vehicle_does_not_move(draw: Draw) -> None:
    assert moving_share(watch(draw, 20), from_s=5) < 0.02


@pytest.mark.parametrize("noise", [0, 5, 12])
def test_the_noise_of_the_camera_does_not_move(noise: float) -> None:
    assert moving_share(watch(empty, 10, noise=noise), from_s=2) < 0.02


@pytest.mark.parametrize("level", [30, 90, 130, 200])
@pytest.mark.parametrize("speed_px", [5, 20, 60, 400])
def test_a_vehicle_moves_all_the_time(speed_px: float, level: int) -> None:
    leaves_s = 2 + min(160 / speed_px, 12)
    motions = watch(vehicle(speed_px, level), leaves_s)
    # The first rows of pixels are too few to count.
    assert moving_share(motions, 2 + 6 / speed_px + 1 / FPS) > 0.9


def test_the_box_is_where_the_vehicle_is() -> None:
    motion = watch(vehicle(30, 220), 5)[-1]
    front = 8 * int(30 * (5 - 1 / FPS - 2))
    assert len(motion.boxes) == 1
    box = motion.boxes[0]
    assert (box.x1, box.x2) == pytest.approx((front - 36 * 8, front), abs=32)
    assert (box.y1, box.y2) == pytest.approx((40 * 8, 64 * 8), abs=32)


def test_a_parked_vehicle_becomes_background() -> None:
    config = MotionConfig(parked_s=4)
    motions = watch(vehicle(60, 200, stop_px=90), 14, config)
    assert moving_share(motions, 3, 5) == 1
    assert moving_share(motions, 10) == 0


def test_motion_is_recent_for_a_while() -> None:
    motions = watch(vehicle(400, 200), 5, MotionConfig(hold_s=1))
    last = max(i for i, motion in enumerate(motions) if motion.boxes)
    assert motions[last + FPS - 1].is_recent
    assert not motions[last + FPS + 1].is_recent


def test_nothing_moves_where_it_does_not_count() -> None:
    above = MotionConfig(region=((0, 0), (1, 0), (1, 0.4), (0, 0.4)))
    masked = MotionConfig(masks=(((0, 0.4), (1, 0.4), (1, 1), (0, 1)),))
    for config in (above, masked):
        assert moving_share(watch(vehicle(60, 200), 5, config), 1) == 0


def test_the_first_frame_moves_and_so_does_one_of_another_size() -> None:
    gate = MotionGate(MotionConfig())
    for small in (np.zeros((90, 160)), np.zeros((60, 80))):
        boxes = gate.look(frame_of(small, 0)).boxes
        assert [(box.x1, box.y1, box.x2, box.y2) for box in boxes] == [WHOLE]


def test_after_missed_frames_everything_moves_once() -> None:
    gate, still = MotionGate(MotionConfig(hold_s=1)), np.zeros((90, 160))
    for at_s in range(5):
        gate.look(frame_of(still, at_s))
    gate.has_missed_frames()
    back, later = (gate.look(frame_of(still, at_s)) for at_s in (9, 11))
    assert [(box.x1, box.y1, box.x2, box.y2) for box in back.boxes] == [WHOLE]
    assert back.is_recent
    assert not later.is_recent


def test_what_is_there_after_a_gap_is_not_at_once_background() -> None:
    gate, empty_road = MotionGate(MotionConfig()), np.full((90, 160), 90.0)
    for number in range(30):
        gate.look(frame_of(empty_road, number / FPS))
    stands = empty_road.copy()
    stands[40:64, 60:96] = 200
    seen = [gate.look(frame_of(stands, 60 + number)) for number in range(3)]
    assert not any(motion.is_still for motion in seen)


def test_a_gate_that_is_off_lets_everything_through() -> None:
    motions = watch(empty, 1, MotionConfig(enabled=False))
    assert all(motion.is_recent and motion.boxes for motion in motions)


@pytest.mark.parametrize("shape", [(1080, 1920, 3), (90, 160, 3), (700, 33, 3)])
def test_the_small_picture_is_made_where_none_came(shape: tuple[int, ...]) -> None:
    small = small_grey(Frame(np.full(shape, 77, np.uint8), NOON, 0.0))
    assert small.shape[1] == min(160, shape[1])
    assert (small == 77).all()


def pictures() -> st.SearchStrategy[list[Pixels]]:
    def drawn(sides: tuple[int, int, int]) -> list[Pixels]:
        height, width, seed = sides
        random = np.random.default_rng(seed)
        return [
            random.integers(0, 256, (height, width, 1), np.uint8).repeat(3, axis=2)
            for _ in range(3)
        ]

    sides = st.tuples(st.integers(1, 300), st.integers(1, 500), st.integers(0, 99))
    return sides.map(drawn)


@settings(max_examples=40)
@given(pictures(), st.floats(0, 5))
def test_boxes_lie_within_the_frame(scenes: list[Pixels], step_s: float) -> None:
    gate = MotionGate(MotionConfig(min_area=1e-6, threshold=2))
    for i, pixels in enumerate(scenes):
        height, width = pixels.shape[:2]
        for box in gate.look(Frame(pixels, NOON, i * step_s)).boxes:
            assert 0 <= box.x1 < box.x2 <= width
            assert 0 <= box.y1 < box.y2 <= height


def test_a_still_scene_costs_a_small_part_of_one_that_moves() -> None:
    heavy = np.zeros((2000, 2000), np.float32)

    def work(_: Frame) -> object:
        return cv2.GaussianBlur(heavy, (31, 31), 0)

    cost = motion_cost(work, 320, 180)
    assert cost.idle_share < 0.5
