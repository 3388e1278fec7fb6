"""Open what OpenCV can read, so that it never blocks for long nor prints."""

import os

import cv2
import numpy as np

from edge_anpr.records import Pixels
from edge_anpr.runtime import jpeg

NO_LOG = "-8"  # FFmpeg's AV_LOG_QUIET: it would print URLs and every damaged frame
ERRORS_ONLY = 2  # OpenCV's LOG_LEVEL_ERROR: a camera that is lost is only a warning


def open_stream(url: str, timeout_s: float, decoder_threads: int) -> cv2.VideoCapture:
    """An RTSP stream over TCP; ask isOpened() whether it worked."""
    timeout_ms = int(1000 * timeout_s)
    # OpenCV has no other way for this one.
    os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "rtsp_transport;tcp"
    _be_quiet()
    return cv2.VideoCapture(
        url,
        cv2.CAP_FFMPEG,
        [
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
            timeout_ms,
            cv2.CAP_PROP_READ_TIMEOUT_MSEC,
            timeout_ms,
            cv2.CAP_PROP_N_THREADS,
            decoder_threads,
        ],
    )


def open_clip(path: str) -> cv2.VideoCapture:
    """A video file with a name in UTF-8; ask isOpened() whether it worked."""
    _be_quiet()
    return cv2.VideoCapture(path, cv2.CAP_FFMPEG)


def open_device(device: int | str, timeout_s: float) -> cv2.VideoCapture:
    """A V4L2 device by number or path; ask isOpened() whether it worked."""
    # Whole seconds, and only what stands there at the first frame of all counts.
    os.environ["OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT"] = str(max(round(timeout_s), 1))
    _be_quiet()
    return cv2.VideoCapture(device, cv2.CAP_V4L2)


def retrieve(capture: cv2.VideoCapture) -> Pixels | None:
    """The pixels of the frame grabbed last; None when they are damaged."""
    try:
        fine, pixels = capture.retrieve()
    except cv2.error:  # so it is when a device sends an empty picture
        return None
    if not fine or pixels is None:  # OpenCV has been seen to call nothing fine
        return None
    return pixels.astype("uint8", copy=False)


def retrieve_jpeg(capture: cv2.VideoCapture) -> Pixels | None:
    """As retrieve, from a device that gives them packed; None also when torn."""
    packed = retrieve(capture)
    return None if packed is None else decoded(packed.tobytes())


def decoded(content: bytes) -> Pixels | None:
    """The pixels of a picture file; None when they are damaged, or of no use."""
    pixels = _decoded(content)
    if pixels is None:
        return None
    is_jpeg = content.startswith(jpeg.BEGIN)
    return None if is_jpeg and jpeg.is_torn(content, pixels, _decoded) else pixels


def _decoded(content: bytes) -> Pixels | None:
    if not content:
        return None
    try:
        # OpenCV is given no name: it crashes at one that is not UTF-8.
        pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:  # also larger than OpenCV takes
        return None
    if pixels is None or pixels.dtype != np.uint8:  # such as TIFF of 32 bits a sample
        return None
    return pixels.astype(np.uint8, copy=False)


def _be_quiet() -> None:
    """What goes wrong is told by our own errors, once."""
    os.environ["OPENCV_FFMPEG_LOGLEVEL"] = NO_LOG
    # OpenCV 5 has moved it.
    set_level = getattr(cv2, "setLogLevel", None) or cv2.utils.logging.setLogLevel
    set_level(ERRORS_ONLY)
