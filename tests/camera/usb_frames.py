"""Tell of a USB camera's frames as JSON lines: run in the environment of a device.

`python -m tests.camera.usb_frames SETTINGS TIMEOUT_S`, until it is killed.
"""

import json
import sys
import time

from edge_anpr.camera.reopening import Reopening
from edge_anpr.camera.usb import UsbCamera
from edge_anpr.config.camera import UsbConfig
from edge_anpr.errors import CameraLost

RETRY_MAX_S = 0.5


def tell(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def wait(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def is_lost(error: CameraLost) -> None:
    tell(lost=str(error))


def is_back() -> None:
    tell(back=True)


def main(settings: str, timeout_s: str) -> None:
    camera = UsbCamera(UsbConfig.model_validate_json(settings), float(timeout_s))
    for frame in Reopening(camera, RETRY_MAX_S, wait, is_lost, is_back).frames():
        height, width = frame.pixels.shape[:2]
        middle = frame.pixels[height // 2, width // 2].tolist()
        age_s = time.monotonic() - frame.taken_s
        tell(size=[width, height], middle=middle, age_s=age_s)


if __name__ == "__main__":
    main(*sys.argv[1:])
