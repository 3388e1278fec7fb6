"""A camera on the ribbon cable of a Raspberry Pi."""

import time
from collections.abc import Generator, Mapping
from contextlib import closing
from importlib import import_module
from typing import Any

import numpy as np

from edge_anpr.camera.clocks import frame_taken
from edge_anpr.camera.exposure import Exposure, ExposureLimit
from edge_anpr.config.camera import PiConfig
from edge_anpr.errors import CameraLost, ConfigError
from edge_anpr.records import Frame

BUFFERS = 4  # fewer than usual, because they take from the little memory of the GPU
SMALL_WIDTH_PX = 320
FOCUS_MANUAL, FOCUS_ONCE = 0, 1  # libcamera's AfModeEnum
BEGIN_FOCUS = 0  # AfTriggerEnum

# picamera2 comes with Raspberry Pi OS and without type hints of its own.
Device = Any
Request = Any


class PiCamera:
    """A main stream for reading plates, a small grey one for seeing motion."""

    def __init__(self, config: PiConfig, timeout_s: float) -> None:
        self._config = config
        self._timeout_s = timeout_s

    def frames(self) -> Generator[Frame, None, None]:
        """Raises CameraLost; ConfigError where there is no picamera2."""
        with closing(self._opened()) as device:
            limit = self._exposure_limit(device)
            while True:
                request = self._next(device)
                try:
                    metadata = request.get_metadata()
                    frame = _frame(request, metadata)
                finally:
                    request.release()  # or the camera runs out of buffers and stops
                if limit:
                    _adjust(device, limit, metadata, frame.taken_s)
                yield frame

    def _opened(self) -> Device:
        number = self._config.number
        try:
            picamera2 = import_module("picamera2")
        except (ImportError, ValueError) as error:  # ValueError: made for another NumPy
            raise ConfigError(
                f"picamera2 cannot be used ({error}); install python3-picamera2 and "
                "make the virtual environment with --system-site-packages."
            ) from error
        try:
            device = picamera2.Picamera2(number)
        except (RuntimeError, IndexError, OSError) as error:
            raise CameraLost(
                f"Camera {number} cannot be opened ({error}); check its cable, and "
                "that rpicam-hello --list-cameras names it."
            ) from error
        try:
            device.configure(self._configuration(device))
            device.start()
        except (RuntimeError, OSError) as error:
            device.close()
            raise CameraLost(f"Camera {number} does not start ({error}).") from error
        return device

    def _configuration(self, device: Device) -> Mapping[str, Any]:
        config = self._config
        # Even numbers only; the small stream is YUV because older boards have no other.
        small_height = config.height_px * SMALL_WIDTH_PX // config.width_px // 2 * 2
        configuration: Mapping[str, Any] = device.create_video_configuration(
            # What libcamera calls RGB888 lies in memory as blue, green, red.
            main={"format": "RGB888", "size": (config.width_px, config.height_px)},
            lores={"format": "YUV420", "size": (SMALL_WIDTH_PX, small_height)},
            controls=self._controls(set(device.camera_controls)),
            buffer_count=BUFFERS,
        )
        return configuration

    def _controls(self, known: set[str]) -> dict[str, Any]:
        """What to set, as far as this camera has it."""
        config = self._config
        frame_us = round(1_000_000 / config.fps)
        controls: dict[str, Any] = {"FrameDurationLimits": (frame_us, frame_us)}
        if config.exposure_limit_us is not None:
            controls["ExposureTime"] = min(config.exposure_limit_us, frame_us)
        if config.gain is not None:
            controls["AnalogueGain"] = config.gain
        if config.focus_dioptres is None:
            # Not for every vehicle, or it would hunt while there is a plate to read.
            controls["AfMode"], controls["AfTrigger"] = FOCUS_ONCE, BEGIN_FOCUS
        else:
            controls["AfMode"] = FOCUS_MANUAL
            controls["LensPosition"] = config.focus_dioptres
        return {name: value for name, value in controls.items() if name in known}

    def _exposure_limit(self, device: Device) -> ExposureLimit | None:
        """None when there is no limit, or a fixed gain and so a fixed time."""
        limit_us = self._config.exposure_limit_us
        if limit_us is None or self._config.gain is not None:
            return None
        least_gain, _, _ = device.camera_controls.get("AnalogueGain", (1.0, 1.0, 1.0))
        return ExposureLimit(limit_us, least_gain, self._config.gain_limit)

    def _next(self, device: Device) -> Request:
        job = device.capture_request(wait=False)
        try:
            return job.get_result(timeout=self._timeout_s)
        except TimeoutError as error:
            device.cancel_all_and_flush()  # or closing would wait for ever
            raise CameraLost(
                f"Camera {self._config.number} has given no frame for "
                f"{self._timeout_s:g} s; check its cable."
            ) from error


def _frame(request: Request, metadata: Mapping[str, Any]) -> Frame:
    small = request.make_array("lores")
    # Brightness comes first, colour below it, and padding to the right.
    width, height = request.config["lores"]["size"]
    return frame_taken(
        _age_s(metadata),
        request.make_array("main"),
        np.ascontiguousarray(small[:height, :width]),
    )


def _adjust(
    device: Device, limit: ExposureLimit, metadata: Mapping[str, Any], now_s: float
) -> None:
    if "ExposureTime" in metadata and "AnalogueGain" in metadata:
        shown = Exposure(
            metadata["ExposureTime"], metadata["AnalogueGain"], metadata.get("Lux")
        )
        controls = limit.settle(shown, now_s)
        if controls:
            device.set_controls(dict(controls))


def _age_s(metadata: Mapping[str, Any]) -> float:
    """Seconds since the sensor began to read out the frame."""
    now_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    taken_ns: int = metadata.get("SensorTimestamp", now_ns)
    return max(now_ns - taken_ns, 0) / 1e9
