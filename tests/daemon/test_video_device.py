"""The whole service on a USB camera, by OpenCV's own V4L2, that is unplugged once."""

from collections.abc import Callable
from itertools import repeat
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from tests.camera.video_device import VideoDevice, why_not
from tests.daemon.service import Service
from tests.drive_by import drive_by
from tests.programs import run_python

REASON = why_not()
pytestmark = pytest.mark.skipif(bool(REASON), reason=REASON)
PLATE = "MKL4821"
FPS = 10
WITHIN_S = 60.0  # on a busy machine


@pytest.fixture
def device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VideoDevice:
    """In the environment of what is started from here on."""
    device = VideoDevice(tmp_path)
    passing = [frame.pixels for frame in drive_by(PLATE)]
    street = list(repeat(passing[0], 20 * FPS))
    device.plug_in([*passing, *street], FPS)
    for name, value in device.environment.items():
        monkeypatch.setenv(name, value)
    return device


def _wait_for(what: Callable[[], object], service: Service) -> None:
    until_s = monotonic() + WITHIN_S
    while not what():
        assert monotonic() < until_s, service.log.read_text()
        Event().wait(0.1)


def _service(folder: Path, device: VideoDevice, models: Path) -> Service:
    camera = {"kind": "usb", "timeout_s": 5.0, "usb": {"device": str(device.path)}}
    broker = {"host": "127.0.0.1", "port": 1, "tls": False}
    settings = {"camera": camera, "recognition": {"models": str(models)}}
    return Service(folder, {**settings, "mqtt": broker})


@pytest.mark.slow
def test_a_vehicle_is_seen_before_and_after_the_camera_is_plugged_in_again(
    tmp_path: Path, device: VideoDevice, models: Path
) -> None:
    with _service(tmp_path, device, models) as service:
        service.start()

        def finals() -> list[str]:
            query = "select plate from sighting where stage = 'final'"
            return [plate for (plate,) in service.rows(query)]

        _wait_for(finals, service)
        device.unplug()
        _wait_for(
            lambda: "gives no more whole frames" in service.log.read_text(), service
        )
        device.plug_in_again()
        _wait_for(lambda: len(finals()) == 2, service)
        assert service.stop() == 0
        assert finals() == [PLATE, PLATE]


def test_check_says_what_the_camera_gives(
    tmp_path: Path, device: VideoDevice, models: Path
) -> None:
    service = _service(tmp_path, device, models)
    file = str(service.folder / "config.yaml")
    done = run_python("-m", "edge_anpr", "check", "-c", file, "--only", "camera")
    assert "1280 x 720" in done.stdout
    assert done.returncode == 0
    device.unplug()
    done = run_python("-m", "edge_anpr", "check", "-c", file, "--only", "camera")
    assert "is it plugged in" in done.stdout
    assert done.returncode == 1  # the service starts, and waits for it
