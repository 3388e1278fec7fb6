"""A camera of a Jetson, by way of GStreamer's own program.

OpenCV from PyPI comes without GStreamer, and its Python binding is hard to have in a
virtual environment; gst-launch-1.0 is on every Jetson.
"""

import os
import select
import shlex
import signal
import subprocess
from collections.abc import Generator, Sequence
from time import monotonic

import cv2
import numpy as np

from edge_anpr.camera.clocks import frame_taken
from edge_anpr.camera.newest import newest
from edge_anpr.config.camera import JetsonConfig
from edge_anpr.errors import CameraLost
from edge_anpr.records import Frame, Pixels
from edge_anpr.runtime.signals import ending_signals_let_through

PROGRAM = "gst-launch-1.0"
SHORTEST_EXPOSURE_US = 20
PIPE_BYTES = 1 << 20  # the most a user may ask of Linux
SMALL_WIDTH_PX = 320
END_S = 0.8  # for the program to end by itself, below what the thread has


class JetsonCamera:
    """The sensor's frames through the picture processor, none of them queued."""

    def __init__(self, config: JetsonConfig, timeout_s: float) -> None:
        self._config = config
        self._timeout_s = timeout_s

    def frames(self) -> Generator[Frame, None, None]:
        """Raises CameraLost."""
        config = self._config
        size = (config.width_px, config.height_px)
        return newest(piped_frames(pipeline(config), size, self._timeout_s))


def pipeline(config: JetsonConfig) -> list[str]:
    """What gst-launch-1.0 is told, up to frames in I420 of the size in the settings."""
    # A range of one number fixes it; https://docs.nvidia.com/jetson has the properties.
    source = ["nvarguscamerasrc", f"sensor-id={config.sensor}"]
    if config.exposure_limit_us is not None:
        longest_ns = 1000 * config.exposure_limit_us
        source.append(f"exposuretimerange={1000 * SHORTEST_EXPOSURE_US} {longest_ns}")
    if config.gain is not None:
        source.append(f"gainrange={config.gain:g} {config.gain:g}")
    size = f"width={config.width_px},height={config.height_px}"
    return [
        *source,
        "!",
        f"video/x-raw(memory:NVMM),format=NV12,{size},framerate={config.fps}/1",
        "!",
        "nvvidconv",
        "!",
        f"video/x-raw,format=I420,{size}",
    ]


def piped_frames(
    elements: Sequence[str], size: tuple[int, int], timeout_s: float
) -> Generator[Frame, None, None]:
    """Run a pipeline that ends in I420 of this width and height; the width is a
    multiple of 8, the height of 2.

    Raises CameraLost.
    """
    sink = ["!", "queue", "leaky=downstream", "max-size-buffers=1"]
    sink += ["!", "fdsink", "fd=1", "sync=false"]
    command = [PROGRAM, "-q", *elements, *sink]
    try:
        with ending_signals_let_through():
            process = subprocess.Popen(  # noqa: S603 (made above, and no shell)
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                pipesize=PIPE_BYTES,
            )
    except FileNotFoundError as error:
        raise CameraLost(
            f"There is no {PROGRAM}; install gstreamer1.0-tools."
        ) from error
    except OSError as error:  # no right to it, or no room for another program
        raise CameraLost(
            f"{PROGRAM} cannot be started ({(error.strerror or str(error)).lower()}); "
            "see whether this user may run it, and whether the computer has memory "
            "and open files to spare."
        ) from error
    try:
        assert process.stdout  # noqa: S101 (it is a pipe)
        yield from _pictures(process.stdout.fileno(), size, timeout_s)
    finally:
        _end(process)
    by_hand = shlex.join([PROGRAM, *elements, "!", "fakesink"])
    raise CameraLost(f"GStreamer gives no more frames; see what it says: {by_hand}")


def _pictures(
    pipe: int, size: tuple[int, int], timeout_s: float
) -> Generator[Frame, None, None]:
    width, height = size
    planes = np.empty((height * 3 // 2, width), np.uint8)
    small_size = (SMALL_WIDTH_PX, max(SMALL_WIDTH_PX * height // width, 1))
    while _fill(pipe, planes, timeout_s):
        pixels = cv2.cvtColor(planes, cv2.COLOR_YUV2BGR_I420)
        small = cv2.resize(planes[:height], small_size, interpolation=cv2.INTER_AREA)
        yield frame_taken(
            0.0, pixels.astype(np.uint8, copy=False), small.astype(np.uint8, copy=False)
        )


def _fill(pipe: int, planes: Pixels, timeout_s: float) -> bool:
    """Whether a whole picture came, with no pause of this length."""
    room = planes.data.cast("B")
    while room:
        ready, _, _ = select.select([pipe], [], [], timeout_s)
        got = os.readv(pipe, [room]) if ready else 0
        if not got:
            return False
        room = room[got:]
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout  # noqa: S101 (it is a pipe)
    # Only a program that ends by itself leaves a Jetson's camera service in order. It
    # must not be held up by a full pipe meanwhile, and a closed one would kill it.
    process.send_signal(signal.SIGINT)
    until_s = monotonic() + END_S
    _drain(process.stdout.fileno(), until_s)
    process.stdout.close()
    try:
        process.wait(max(until_s - monotonic(), 0.0))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _drain(pipe: int, until_s: float) -> None:
    """Read on until its writer closes it, or until then on the monotonic clock."""
    while (left_s := until_s - monotonic()) > 0:
        ready, _, _ = select.select([pipe], [], [], left_s)
        if not ready or not os.read(pipe, PIPE_BYTES):
            return
