"""Real pipelines of GStreamer, with its test picture in place of a sensor."""

import shutil
import subprocess
from itertools import islice
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from edge_anpr.camera.gstreamer import JetsonCamera, piped_frames, pipeline
from edge_anpr.camera.newest import newest
from edge_anpr.config.camera import JetsonConfig
from edge_anpr.errors import CameraLost
from edge_anpr.runtime.signals import ending_signals_held
from tests.open_files import none_to_spare

SIZE = (104, 58)
TIMEOUT_S = 20.0  # of a busy machine
GSTREAMER = pytest.mark.skipif(
    shutil.which("gst-launch-1.0") is None, reason="needs gstreamer1.0-tools"
)


def blue(count: int, *rest: str) -> list[str]:
    size = f"width={SIZE[0]},height={SIZE[1]}"
    source = ["videotestsrc", "pattern=blue", f"num-buffers={count}", *rest]
    return [*source, "!", f"video/x-raw,format=I420,{size},framerate=50/1"]


@GSTREAMER
def test_frames_have_colour_and_a_small_grey_picture() -> None:
    frames = newest(piped_frames(blue(-1, "is-live=true"), SIZE, TIMEOUT_S))
    frame = list(islice(frames, 3))[-1]
    frames.close()
    assert frame.pixels.shape == (58, 104, 3)
    assert frame.pixels[30, 50].tolist() == pytest.approx([255, 0, 0], abs=3)
    assert frame.small is not None
    assert frame.small.shape == (178, 320)
    assert frame.small[30, 50] == pytest.approx(41, abs=2)


@GSTREAMER
def test_a_pipeline_that_ends_is_a_lost_camera() -> None:
    with pytest.raises(CameraLost, match=r"gst-launch-1[.]0 videotestsrc"):
        list(piped_frames(blue(1), SIZE, TIMEOUT_S))


@GSTREAMER
def test_what_it_names_for_a_look_by_hand_can_be_typed_as_it_stands() -> None:
    memory = ["!", "identity", "!", "video/x-raw(memory:SystemMemory),format=I420"]
    with pytest.raises(CameraLost) as caught:
        list(piped_frames([*blue(1), *memory], SIZE, TIMEOUT_S))
    _, _, by_hand = str(caught.value).partition("see what it says: ")
    subprocess.run(["/bin/sh", "-c", by_hand], check=True, timeout=TIMEOUT_S)


@GSTREAMER
def test_a_pipeline_that_falls_silent_is_a_lost_camera() -> None:
    stuck = [*blue(-1), "!", "identity", "sleep-time=5000000"]
    with pytest.raises(CameraLost):
        list(piped_frames(stuck, SIZE, 0.5))


@GSTREAMER
def test_without_a_sensor_the_camera_is_lost() -> None:
    with pytest.raises(CameraLost, match="nvarguscamerasrc"):
        next(JetsonCamera(JetsonConfig(), TIMEOUT_S).frames())


@GSTREAMER
def test_under_the_daemon_too_gstreamer_ends_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:  # as Popen takes
            super().__init__(*args, **kwargs)
            begun.append(self)

        def send_signal(self, sig: int) -> None:
            sleep(0.3)  # it writes on meanwhile, as on a busy machine
            super().send_signal(sig)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    with ending_signals_held():
        frames = newest(piped_frames(blue(-1, "is-live=true"), SIZE, TIMEOUT_S))
        next(frames)
        frames.close()
    assert [each.returncode for each in begun] == [0]


def test_without_gstreamer_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CameraLost, match=r"install gstreamer1[.]0-tools"):
        next(JetsonCamera(JetsonConfig(), TIMEOUT_S).frames())


def test_a_program_that_may_not_be_run_is_a_lost_camera(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gst-launch-1.0").touch(mode=0o600)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CameraLost, match=r"cannot be started \(permission denied\)"):
        next(JetsonCamera(JetsonConfig(), TIMEOUT_S).frames())


def test_no_room_for_a_program_is_a_lost_camera() -> None:
    frames = piped_frames([], SIZE, TIMEOUT_S)
    with (
        pytest.raises(CameraLost, match="too many open files"),
        none_to_spare(),
    ):
        next(frames)


def test_the_sensor_is_told_the_limits() -> None:
    config = JetsonConfig(sensor=1, exposure_limit_us=2000, gain=4.0, fps=60)
    told = pipeline(config)
    assert "sensor-id=1" in told
    assert "exposuretimerange=20000 2000000" in told  # nanoseconds
    assert "gainrange=4 4" in told
    assert any("NVMM" in element and "framerate=60/1" in element for element in told)
