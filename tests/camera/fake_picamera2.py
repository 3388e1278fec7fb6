"""As much of picamera2 as we use, on a camera that does what a test wants.

Names and parameters are those of the real one; test_picamera2.py compares them.
"""

from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

PADDING_PX = 64  # of the small stream's rows, as on a Raspberry Pi 5


class Job:
    def __init__(self, request: "CompletedRequest | None") -> None:
        self._request = request

    def get_result(self, timeout: float | None = None) -> "CompletedRequest":
        assert timeout is not None, "a camera may be silent for ever"
        if self._request is None:
            raise TimeoutError
        return self._request


class CompletedRequest:
    def __init__(self, device: "Picamera2", metadata: Mapping[str, Any]) -> None:
        self._device = device
        self._metadata = metadata
        self.config = device.configuration

    def get_metadata(self) -> dict[str, Any]:
        return dict(self._metadata)

    def make_array(self, name: str) -> NDArray[np.uint8]:
        width, height = self.config[name]["size"]
        if name == "main":
            return np.full((height, width, 3), (250, 0, 0), np.uint8)
        planes = np.full((height * 3 // 2, width + PADDING_PX), 255, np.uint8)
        planes[:height, :width] = 40
        return planes

    def release(self) -> None:
        self._device.held -= 1


class Picamera2:
    """One camera; `metadata` are of its frames to come, then it falls silent."""

    def __init__(self, camera_num: int = 0) -> None:
        self.camera_num = camera_num
        self.camera_controls: dict[str, tuple[Any, Any, Any]] = {
            "FrameDurationLimits": (1000, 1_000_000, None),
            "ExposureTime": (10, 1_000_000, 20_000),
            "AnalogueGain": (1.0, 16.0, 1.0),
        }
        self.metadata: list[Mapping[str, Any]] = []
        self.configuration: Mapping[str, Any] = {}
        self.controls: list[Mapping[str, Any]] = []
        self.held = 0
        self.state = "open"

    def create_video_configuration(
        self,
        main: Mapping[str, Any],
        lores: Mapping[str, Any],
        buffer_count: int,
        controls: Mapping[str, Any],
    ) -> dict[str, Any]:
        assert controls.keys() <= self.camera_controls.keys()
        self.controls.append(controls)
        return {"main": main, "lores": lores, "buffer_count": buffer_count}

    def configure(self, camera_config: Mapping[str, Any]) -> None:
        self.configuration = camera_config

    def start(self) -> None:
        self.state = "started"

    def set_controls(self, controls: Mapping[str, Any]) -> None:
        self.controls.append(controls)

    def capture_request(self, wait: bool | None = None) -> Job:
        assert wait is False
        assert self.held < self.configuration["buffer_count"] - 1
        if not self.metadata:
            self.state = "silent"
            return Job(None)
        self.held += 1
        return Job(CompletedRequest(self, self.metadata.pop(0)))

    def cancel_all_and_flush(self) -> None:
        self.state = "flushed"

    def close(self) -> None:
        assert self.state != "silent", "this would wait for ever"
        self.state = "closed"


def no_camera(camera_num: int) -> NoReturn:
    raise RuntimeError(f"No camera number {camera_num} found")
