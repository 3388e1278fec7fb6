"""As far as a video device can be tested without one."""

from pathlib import Path

import cv2
import pytest

from edge_anpr.camera.usb import UsbCamera, wishes
from edge_anpr.config.camera import UsbConfig
from edge_anpr.errors import CameraLost


def test_a_device_that_is_not_there_is_lost(tmp_path: Path) -> None:
    config = UsbConfig(device=str(tmp_path / "video0"))
    with pytest.raises(CameraLost, match="is it plugged in"):
        next(UsbCamera(config, timeout_s=1).frames())


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
