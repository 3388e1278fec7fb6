"""Clips of vehicles that pass."""

import numpy as np
import pytest

from edge_anpr.sample.drive_by import DriveBy

CLIP = DriveBy(
    ("MKL4821", "HB207KT"), 3, apart=5, before=2, after=1, width=320, height=180
)


@pytest.fixture(scope="module")
def frames() -> list[np.ndarray]:
    return list(CLIP.frames())


def test_it_is_as_long_as_it_should_be(frames: list[np.ndarray]) -> None:
    assert len(frames) == 2 + 5 + 3 + 1
    assert {frame.shape for frame in frames} == {(180, 320, 3)}


def test_vehicles_come_one_after_the_other(frames: list[np.ndarray]) -> None:
    changed = [float(np.abs(frame.astype(int) - frames[0]).mean()) for frame in frames]
    shown = [number for number, change in enumerate(changed) if change > 5]
    assert shown == [2, 3, 4, 7, 8, 9]


def test_the_same_clip_gives_the_same_pictures(frames: list[np.ndarray]) -> None:
    again = list(CLIP.frames())
    assert all(np.array_equal(*pair) for pair in zip(frames, again, strict=True))
