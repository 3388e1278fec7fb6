"""On a stand-in that has the names and parameters of the real one."""

import ast
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from edge_anpr.camera.picamera2 import PiCamera
from edge_anpr.config.camera import PiConfig
from edge_anpr.errors import CameraLost, ConfigError
from tests.camera import fake_picamera2
from tests.camera.fake_picamera2 import Picamera2

CONFIG = PiConfig(width_px=640, height_px=480)
FAKE = Path(fake_picamera2.__file__)
LIMIT_US = 1000


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Picamera2:
    """What the camera will be when it is opened."""
    made = Picamera2()
    module = ModuleType("picamera2")
    module.__dict__["Picamera2"] = lambda _: made
    monkeypatch.setitem(sys.modules, "picamera2", module)
    return made


def taken(
    age_s: float, exposure_us: int = LIMIT_US, gain: float = 4.0
) -> dict[str, float]:
    now_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    return {
        "SensorTimestamp": now_ns - int(age_s * 1e9),
        "ExposureTime": exposure_us,
        "AnalogueGain": gain,
    }


def test_a_frame_has_both_streams_and_the_sensors_time(device: Picamera2) -> None:
    device.metadata = [taken(age_s=0.5)]
    frames = PiCamera(CONFIG, 1).frames()
    frame = next(frames)
    assert frame.pixels.shape == (480, 640, 3)
    assert frame.pixels[0, 0].tolist() == [250, 0, 0]
    assert frame.small is not None
    assert frame.small.shape == (240, 320)
    assert (frame.small == 40).all()
    assert 0.5 <= time.monotonic() - frame.taken_s < 5
    frames.close()
    assert device.state == "closed"


def test_a_silent_camera_is_lost_and_nothing_is_held(device: Picamera2) -> None:
    device.metadata = [taken(0) for _ in range(20)]
    frames = PiCamera(CONFIG, 1).frames()
    with pytest.raises(CameraLost, match="no frame for 1 s; check its cable"):
        list(frames)
    assert (device.held, device.state) == (0, "closed")


def test_only_controls_the_camera_has_are_set(device: Picamera2) -> None:
    device.metadata = [taken(0)]
    config = PiConfig(fps=50, exposure_limit_us=500, gain=2.5, focus_dioptres=0.2)
    next(PiCamera(config, 1).frames())
    assert device.controls == [
        {
            "FrameDurationLimits": (20_000, 20_000),
            "ExposureTime": 500,
            "AnalogueGain": 2.5,
        }
    ]


def test_a_lens_motor_is_used_where_there_is_one(device: Picamera2) -> None:
    device.metadata = [taken(0)]
    device.camera_controls |= {"AfMode": (0, 2, 0), "LensPosition": (0.0, 32.0, 1.0)}
    next(PiCamera(PiConfig(focus_dioptres=0.2), 1).frames())
    assert device.controls[0]["AfMode"] == 0
    assert device.controls[0]["LensPosition"] == 0.2


def test_without_a_distance_the_lens_moves_once_and_is_left_alone(
    device: Picamera2,
) -> None:
    device.metadata = [taken(0)]
    device.camera_controls |= {"AfMode": (0, 2, 0), "AfTrigger": (0, 1, 0)}
    next(PiCamera(PiConfig(focus_dioptres=None), 1).frames())
    assert (device.controls[0]["AfMode"], device.controls[0]["AfTrigger"]) == (1, 0)


def test_in_bright_light_the_shutter_may_be_shorter(
    device: Picamera2, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(100, 200, 2))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    device.metadata = [
        taken(0, gain=4.0),
        taken(0, gain=1.0),  # too bright: the camera chooses
        taken(0, exposure_us=300, gain=1.0),
        taken(0, exposure_us=1500, gain=1.0),  # too long: back to the limit
        taken(0, gain=2.0),
    ]
    with pytest.raises(CameraLost):
        list(PiCamera(CONFIG, 1).frames())
    times = [controls["ExposureTime"] for controls in device.controls]
    assert times == [LIMIT_US, 0, LIMIT_US]


def test_a_camera_that_is_not_there_is_lost(
    device: Picamera2, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert device.state == "open"
    monkeypatch.setattr("picamera2.Picamera2", fake_picamera2.no_camera)
    with pytest.raises(CameraLost, match="No camera number 0 found"):
        next(PiCamera(CONFIG, 1).frames())


def test_without_picamera2_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(ConfigError, match="install python3-picamera2"):
        next(PiCamera(CONFIG, 1).frames())


def test_the_real_one_has_what_we_use() -> None:
    found = find_spec("picamera2")
    if not found or not found.origin:
        pytest.skip("picamera2 is not installed; pip install --no-deps picamera2")
    folder = Path(found.origin).parent
    real = parameters(folder / "picamera2.py", folder / "request.py", folder / "job.py")
    for name, used in parameters(FAKE).items():
        if name.split(".")[0] in {"Picamera2", "CompletedRequest", "Job"}:
            if name.endswith("__init__") and "Picamera2" not in name:
                continue  # these are made by picamera2 itself
            assert used <= real[name], name


def parameters(*files: Path) -> dict[str, set[str]]:
    """The parameters of each method, by "Class.method"; overloads count last."""
    return {
        f"{kind.name}.{method.name}": {argument.arg for argument in method.args.args}
        for file in files
        for kind in ast.parse(file.read_text()).body
        if isinstance(kind, ast.ClassDef)
        for method in kind.body
        if isinstance(method, ast.FunctionDef)
    }
