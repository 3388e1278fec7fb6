"""As far as a video device can be tested without one."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pytest

from edge_anpr.camera.capture import retrieve
from edge_anpr.camera.usb import UsbCamera, whole_frames, wishes
from edge_anpr.config.camera import UsbConfig
from edge_anpr.errors import CameraLost


def test_a_device_that_is_not_there_is_lost(tmp_path: Path) -> None:
    config = UsbConfig(device=str(tmp_path / "video0"))
    with pytest.raises(CameraLost, match="is it plugged in"):
        next(UsbCamera(config, timeout_s=1).frames())


def test_a_number_is_said_to_change_when_a_device_is_plugged_in_again(
    tmp_path: Path,
) -> None:
    for device, is_told in ((63, True), (str(tmp_path / "video0"), False)):
        with pytest.raises(CameraLost) as lost:
            next(UsbCamera(UsbConfig(device=device), timeout_s=1).frames())
        assert ("another number" in str(lost.value)) is is_told


def test_a_fixed_exposure_is_asked_for_in_steps() -> None:
    asked = wishes(UsbConfig(exposure_us=1000, gain=3.0))
    assert (asked["AUTO_EXPOSURE"], asked["EXPOSURE"], asked["GAIN"]) == (1, 10, 3.0)


def test_automatic_exposure_is_asked_for_too() -> None:
    asked = wishes(UsbConfig())
    assert asked["AUTO_EXPOSURE"] == 3
    assert not {"EXPOSURE", "GAIN"} & asked.keys()


def test_opencv_knows_all_it_is_asked_for() -> None:
    asked = wishes(UsbConfig(exposure_us=1000, gain=3.0))
    assert all(hasattr(cv2, f"CAP_PROP_{name}") for name in asked)


class Loose:
    """Grabs as many frames, some of them damaged as OpenCV has them."""

    def __init__(self, *frames: tuple[bool, Any]) -> None:
        self._frames = [*frames]

    def grab(self) -> bool:
        return bool(self._frames)

    def retrieve(self) -> tuple[bool, Any]:
        return self._frames.pop(0)


WHOLE = (True, np.zeros((2, 2, 3), np.uint8))
DAMAGED = [(False, None), (True, None)]


def _capture(frames: Iterable[tuple[bool, Any]]) -> cv2.VideoCapture:
    return cast("cv2.VideoCapture", Loose(*frames))


def test_damaged_frames_are_left_out() -> None:
    left_out: list[bool] = []
    capture = _capture([WHOLE, *DAMAGED, WHOLE])
    frames = whole_frames(capture, 60, retrieve, lambda: left_out.append(True))
    assert len(list(frames)) == 2
    assert len(left_out) == 2


def test_a_camera_of_damaged_frames_alone_is_given_up() -> None:
    capture = _capture([*DAMAGED * 10, WHOLE])
    assert list(whole_frames(capture, 0, retrieve, lambda: None)) == []


def test_opencv_itself_gives_no_pixels_of_a_frame_that_is_none() -> None:
    closed = cv2.VideoCapture()
    assert not closed.grab()
    assert len(closed.retrieve()) == 2
    assert retrieve(closed) is None
