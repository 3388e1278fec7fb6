"""A camera behind a video device of Linux (V4L2), mostly on USB."""

import logging
from collections.abc import Callable, Generator
from math import log10
from time import monotonic

import cv2

from edge_anpr.camera.capture import open_device, retrieve, retrieve_jpeg
from edge_anpr.camera.clocks import frame_taken
from edge_anpr.camera.newest import newest
from edge_anpr.config.camera import UsbConfig
from edge_anpr.errors import CameraLost
from edge_anpr.records import Frame, Pixels

log = logging.getLogger(__name__)

EXPOSURE_STEP_US = 100  # V4L2_CID_EXPOSURE_ABSOLUTE counts in these
RENUMBERED = (
    " Plugged in again, it may have another number; what /dev/v4l/by-id calls it stays "
    "the same."
)
MJPG = cv2.VideoWriter.fourcc(*"MJPG")
PECULIAR_FRAMES = 20
"""A camera whose first ones all look torn packs them in a way of its own."""
MANUAL, AUTOMATIC = 1, 3  # of V4L2_CID_EXPOSURE_AUTO, as USB cameras have it


class UsbCamera:
    """The nearest size and speed the device has."""

    def __init__(self, config: UsbConfig, timeout_s: float) -> None:
        self._config = config
        self._timeout_s = timeout_s
        self._damaged_frames = 0  # since the start

    def frames(self) -> Generator[Frame, None, None]:
        """Raises CameraLost."""
        return newest(self._read())

    def _read(self) -> Generator[Frame, None, None]:
        device = self._config.device
        capture = open_device(device, self._timeout_s)
        try:
            if not capture.isOpened():
                raise CameraLost(
                    f"Video device {device} cannot be opened; is it plugged in, used "
                    "by another program, or closed to this user (group video)?"
                    f"{RENUMBERED if isinstance(device, int) else ''}"
                )
            for name, number in wishes(self._config).items():
                if not capture.set(getattr(cv2, f"CAP_PROP_{name}"), number):
                    log.info("Video device %s does not take %s", device, name)
            unpack = _Unpacking(capture)
            yield from whole_frames(capture, self._timeout_s, unpack, self._damaged)
            raise CameraLost(f"Video device {device} gives no more whole frames.")
        finally:
            capture.release()

    def _damaged(self) -> None:
        self._damaged_frames += 1
        if log10(self._damaged_frames).is_integer():  # at 1, 10, 100 and so on
            log.warning(
                "Video device %s: frames left out because they came damaged: %d; a "
                "shorter cable, another port or a hub with its own power may help",
                self._config.device,
                self._damaged_frames,
            )


class _Unpacking:
    """How to come by pixels; OpenCV itself takes torn pictures for whole ones."""

    def __init__(self, capture: cv2.VideoCapture) -> None:
        is_jpeg = int(capture.get(cv2.CAP_PROP_FOURCC)) == MJPG
        self._is_packed = is_jpeg and capture.set(cv2.CAP_PROP_CONVERT_RGB, 0)
        self._torn_first = 0  # frames, before any whole one
        self._is_proven = False  # a whole one has come

    def __call__(self, capture: cv2.VideoCapture) -> Pixels | None:
        if not self._is_packed:
            return retrieve(capture)
        pixels = retrieve_jpeg(capture)
        self._is_proven |= pixels is not None
        if not self._is_proven:
            self._torn_first += 1
            if self._torn_first == PECULIAR_FRAMES:
                log.info("This camera's JPEGs are taken as OpenCV takes them")
                self._is_packed = not capture.set(cv2.CAP_PROP_CONVERT_RGB, 1)
        return pixels


def whole_frames(
    capture: cv2.VideoCapture,
    timeout_s: float,
    unpack: Callable[[cv2.VideoCapture], Pixels | None],
    damaged: Callable[[], None],
) -> Generator[Frame, None, None]:
    """Until none comes any more, or nothing but damaged ones for this long.

    damaged: told of each that is left out.
    """
    whole_s = monotonic()
    while capture.grab() and monotonic() - whole_s < timeout_s:
        pixels = unpack(capture)
        if pixels is None:
            damaged()
            continue
        yield frame_taken(0.0, pixels)
        whole_s = monotonic()


def wishes(config: UsbConfig) -> dict[str, float]:
    """What to ask of the device, by OpenCV's names, in this order."""
    wanted: dict[str, float] = {
        # Uncompressed pictures are too much for USB 2 at more than a few per second.
        "FOURCC": MJPG,
        "FRAME_WIDTH": config.width_px,
        "FRAME_HEIGHT": config.height_px,
        "FPS": config.fps,
        "BUFFERSIZE": 2,
        "AUTO_EXPOSURE": AUTOMATIC if config.exposure_us is None else MANUAL,
    }
    if config.exposure_us is not None:
        wanted["EXPOSURE"] = config.exposure_us // EXPOSURE_STEP_US
    if config.gain is not None:
        wanted["GAIN"] = config.gain
    return wanted
