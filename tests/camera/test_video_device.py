"""OpenCV's own V4L2 on a device that speaks as the kernel does."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge_anpr.config.camera import UsbConfig
from edge_anpr.recognition.drawing import encode
from edge_anpr.records import Pixels
from edge_anpr.sample.scene import render_scene
from tests.camera.video_device import VideoDevice, why_not
from tests.programs import ROOT

REASON = why_not()
pytestmark = pytest.mark.skipif(bool(REASON), reason=REASON)
BLUE, RED = (250, 60, 20), (20, 60, 250)
NOTHING = np.empty((0, 0, 3), np.uint8)
FPS = 20
FRESH_S = 1.5  # what a busy machine may add is more than what we do


@pytest.fixture
def device(tmp_path: Path) -> VideoDevice:
    return VideoDevice(tmp_path)


def _plain(colour: tuple[int, int, int]) -> Pixels:
    return np.full((360, 640, 3), colour, np.uint8)


def _frames(*colours: tuple[int, int, int]) -> list[Pixels]:
    return [_plain(colour) for colour in colours]


def _log_of(device: VideoDevice) -> Path:
    return device.path.with_name("log")


@contextmanager
def _told(
    device: VideoDevice, timeout_s: float = 5, **settings: object
) -> Iterator[Iterator[dict[str, Any]]]:
    """What the camera gives, as it comes."""
    config = UsbConfig.model_validate({"device": str(device.path), **settings})
    program = [sys.executable, "-m", "tests.camera.usb_frames"]
    log = _log_of(device)
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [*program, config.model_dump_json(), str(timeout_s)],
            cwd=ROOT,
            env={**os.environ, **device.environment},
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as process,
    ):
        assert process.stdout
        try:
            yield (json.loads(line) for line in process.stdout)
        finally:
            process.kill()


def test_frames_are_bgr_fresh_and_of_the_size_that_the_device_has(
    device: VideoDevice,
) -> None:
    device.plug_in(_frames(BLUE), FPS)
    with _told(device, width_px=1280, height_px=720) as told:
        for _ in range(5):
            frame = next(told)
            assert frame["size"] == [640, 360]
            assert np.allclose(frame["middle"], BLUE, atol=4)
            assert 0 <= frame["age_s"] < FRESH_S


def test_settings_reach_the_device_in_its_own_units(device: VideoDevice) -> None:
    device.plug_in(_frames(BLUE), FPS)
    wanted = {"width_px": 1920, "height_px": 1080, "fps": 25.0}
    with _told(device, **wanted, exposure_us=2000, gain=7) as told:
        next(told)
    assert "format MJPG 1920 1080" in device.asked
    assert "speed 25/1" in device.asked
    controls = [line for line in device.asked if line.startswith("control")]
    # V4L2_CID_EXPOSURE_AUTO: manual; V4L2_CID_EXPOSURE_ABSOLUTE: 2 ms; V4L2_CID_GAIN
    assert controls == [
        "control 0x9a0901 1",
        "control 0x9a0902 20",
        "control 0x980913 7",
    ]


def test_exposure_is_the_devices_unless_it_is_set(device: VideoDevice) -> None:
    device.plug_in(_frames(BLUE), FPS)
    with _told(device) as told:
        next(told)
    controls = [line for line in device.asked if line.startswith("control")]
    assert controls == ["control 0x9a0901 3"]  # aperture priority: automatic


def test_an_unplugged_camera_is_told_of_and_comes_back(device: VideoDevice) -> None:
    device.plug_in(_frames(BLUE), FPS)
    with _told(device) as told:
        next(told)
        device.unplug()
        lost = [next(line for line in told if "lost" in line) for _ in range(2)]
        device.plug_in(_frames(RED), FPS)
        assert next(told) == {"back": True}
        assert np.allclose(next(told)["middle"], RED, atol=4)
    assert "gives no more whole frames" in lost[0]["lost"]
    assert "is it plugged in" in lost[1]["lost"]


def test_a_camera_that_falls_silent_is_noticed_in_time(device: VideoDevice) -> None:
    device.plug_in(_frames(BLUE), FPS, silent_after=5)
    with _told(device, timeout_s=1) as told:
        lost = next(line for line in told if "lost" in line)
    assert "gives no more whole frames" in lost["lost"]


def test_frames_that_come_empty_are_left_out(device: VideoDevice) -> None:
    device.plug_in([_plain(BLUE), NOTHING, _plain(RED)], FPS)
    with _told(device) as told:
        middles = [next(told)["middle"] for _ in range(20)]
    for colour in (BLUE, RED):
        assert any(np.allclose(each, colour, atol=4) for each in middles)


def test_frames_that_came_torn_are_left_out_and_counted(device: VideoDevice) -> None:
    whole = encode(render_scene(3, 640, 360).pixels, ".jpg")
    half = len(whole) // 2
    torn = [whole[:half], whole[:half] + whole[half + 3000 :]]
    device.plug_in([_plain(BLUE), *torn, _plain(RED)], FPS)
    with _told(device) as told:
        frames = [next(told)["middle"] for _ in range(20)]
    assert all(
        any(np.allclose(each, colour, atol=4) for colour in (BLUE, RED))
        for each in frames
    )
    counted = "left out because they came damaged:"
    assert f"{counted} 1;" in _log_of(device).read_text()
    assert f"{counted} 10;" in _log_of(device).read_text()


def test_a_camera_all_of_whose_frames_look_torn_is_not_lost(
    device: VideoDevice,
) -> None:
    whole = encode(render_scene(3, 640, 360).pixels, ".jpg")
    half = len(whole) // 2
    torn = whole[:half] + whole[half + 3000 :]
    device.plug_in([torn, torn], FPS)
    with _told(device) as told:
        assert next(told)["size"] == [640, 360]


def test_a_camera_that_sends_nothing_but_empty_frames_is_lost(
    device: VideoDevice,
) -> None:
    device.plug_in([_plain(BLUE), *[NOTHING] * 3 * FPS], FPS)
    with _told(device, timeout_s=1) as told:
        lost = next(line for line in told if "lost" in line)
    assert "gives no more whole frames" in lost["lost"]
