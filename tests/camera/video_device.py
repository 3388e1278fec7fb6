"""A video device (V4L2) for a program to open, where there is none; see its C file."""

import shutil
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from edge_anpr.recognition.drawing import encode
from edge_anpr.recognition.picture_header import size_of
from edge_anpr.records import Pixels

SOURCE = Path(__file__).with_suffix(".c")
KERNEL_HEADER = Path("/usr/include/linux/videodev2.h")


def why_not() -> str:
    """What keeps the device from being made here; empty when nothing does."""
    if sys.platform != "linux" or not KERNEL_HEADER.exists():
        return f"there is no {KERNEL_HEADER}"
    return "" if shutil.which("cc") else "there is no C compiler"


class VideoDevice:
    """Plugged in from the first `plug_in` on, for programs with this environment."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "video0"
        self._unplugged = folder / "unplugged"
        self._log = folder / "video0.log"
        self._library = folder / "video_device.so"
        command = ["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
        subprocess.run(
            [*command, "-o", self._library, SOURCE, "-ldl"], check=True, timeout=60
        )

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(self._library),
            "VIDEO_DEVICE": str(self.path),
            "VIDEO_DEVICE_LOG": str(self._log),
        }

    @property
    def asked(self) -> list[str]:
        """What it was asked to set, in V4L2's own units, oldest first."""
        return self._log.read_text().splitlines()

    def plug_in(
        self, frames: Sequence[Pixels | bytes], fps: int, silent_after: int = 0
    ) -> None:
        """It shows the frames over and over, or falls silent after so many.

        For one without pixels it sends nothing, as a cable of poor contact does; bytes
        it sends as they are.
        """
        first = frames[0]
        height, width = (_size(first) if isinstance(first, bytes) else first.shape)[:2]
        tape = struct.pack("<5I", width, height, fps, len(frames), silent_after)
        for frame in frames:
            picture = frame if isinstance(frame, bytes) else _jpeg(frame)
            tape += struct.pack("<I", len(picture)) + picture
        self._unplugged.write_bytes(tape)
        self.plug_in_again()

    def unplug(self) -> None:
        self.path.rename(self._unplugged)

    def plug_in_again(self) -> None:
        self._unplugged.rename(self.path)


def _size(jpeg: bytes) -> tuple[int, ...]:
    size = size_of(jpeg)
    assert size
    return size.height, size.width


def _jpeg(frame: Pixels) -> bytes:
    return encode(frame, ".jpg") if frame.size else b""
