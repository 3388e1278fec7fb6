"""Run our Raspberry Pi camera on the real picamera2 and libcamera's virtual camera.

Four things of picamera2 are changed, since it expects the picture processor of a
Raspberry Pi; what our own code calls is as it ships.
"""

import sys
import time
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

import cv2


class _Names(ModuleType):
    """Has every name."""

    def __getattr__(self, name: str) -> object:
        return _Names(name)


sys.modules["pykms"] = _Names("pykms")  # a display, which there is not

picamera2: Any = import_module("picamera2")
allocators: Any = import_module("picamera2.allocators")

from edge_anpr.camera.picamera2 import PiCamera  # noqa: E402
from edge_anpr.config import DetectorSize, RecognitionConfig  # noqa: E402
from edge_anpr.config.camera import PiConfig  # noqa: E402
from edge_anpr.recognition.detector import load_detector  # noqa: E402
from edge_anpr.recognition.reader import load_reader  # noqa: E402

FRAMES = 20
SIZE = (1280, 720)


def main(texts: list[str]) -> int:
    """0 when the plates of the virtual camera's pictures are read."""
    picamera2.Picamera2._get_raw_modes = lambda _: [{"format": "NV12", "size": SIZE}]
    configure: Callable[..., None] = picamera2.Picamera2.configure

    def configure_buffers_too(device: Any, configuration: Any) -> None:
        device.allocator = allocators.LibcameraAllocator(device.camera)
        configure(device, configuration)

    picamera2.Picamera2.configure = configure_buffers_too
    config = PiConfig(width_px=SIZE[0], height_px=SIZE[1])
    reader = load_reader(RecognitionConfig())
    detector = load_detector(RecognitionConfig(), DetectorSize.LARGE)
    read = set()
    for number, frame in enumerate(camera_frames(config)):
        pixels = frame.pixels
        if pixels.ndim == 2:  # the virtual camera has nothing but NV12
            pixels = cv2.cvtColor(pixels, cv2.COLOR_YUV2BGR_NV12)
        assert pixels.shape == (SIZE[1], SIZE[0], 3), pixels.shape
        assert frame.small is not None
        assert frame.small.shape[1] == 320, frame.small.shape
        assert abs(time.monotonic() - frame.taken_s) < 5
        found = detector.detect(pixels) if number % 5 == 0 else []
        for each in found:
            result = reader.read(pixels, each)
            read |= {result.text} if result else set()
    say = f"{FRAMES} frames through picamera2 and libcamera, read: {sorted(read)}\n"
    sys.stdout.write(say)
    return 0 if read >= set(texts) else 1


def camera_frames(config: PiConfig) -> Any:
    frames = PiCamera(config, timeout_s=10).frames()
    for _ in range(FRAMES):
        yield next(frames)
    frames.close()
    # It must be possible to open it again: that is what a lost camera needs.
    again = PiCamera(config, timeout_s=10).frames()
    yield next(again)
    again.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
