"""Frames from a camera, whatever it is plugged into, or from a recording."""

from collections.abc import Callable, Generator
from typing import Protocol

from edge_anpr.camera.exposure import shortest
from edge_anpr.camera.gstreamer import JetsonCamera
from edge_anpr.camera.picamera2 import PiCamera
from edge_anpr.camera.replay import Replay, without_an_end
from edge_anpr.camera.rtsp import RtspCamera
from edge_anpr.camera.usb import UsbCamera
from edge_anpr.config.camera import CameraConfig, CameraKind
from edge_anpr.records import Frame


class Camera(Protocol):
    """Something that gives frames."""

    def frames(self) -> Generator[Frame, None, None]:
        """Open the device and give its frames; closing the iterator releases it.

        Always the newest frame: one that nobody took in time is left out. Ends with a
        recording, otherwise raises CameraLost; a later call opens the device anew.
        """


def open_camera(
    config: CameraConfig,
    wait: Callable[[float], bool] = without_an_end,
) -> Camera:
    """The camera of the settings; no device is touched yet. Raises ConfigError.

    wait: for a recording's next picture, or until it is True that the end has come.
    """
    match config.kind:
        case CameraKind.PI:
            limit_us = shortest(config.pi.exposure_limit_us, config.road_kmh)
            pi = config.pi.model_copy(update={"exposure_limit_us": limit_us})
            return PiCamera(pi, config.timeout_s)
        case CameraKind.USB:
            return UsbCamera(config.usb, config.timeout_s)
        case CameraKind.RTSP:
            return RtspCamera(config.rtsp, config.timeout_s)
        case CameraKind.JETSON:
            limit_us = shortest(config.jetson.exposure_limit_us, config.road_kmh)
            jetson = config.jetson.model_copy(update={"exposure_limit_us": limit_us})
            return JetsonCamera(jetson, config.timeout_s)
        case CameraKind.REPLAY:
            return Replay(config.replay, wait)
