"""A real RTSP server to start, freeze and kill."""

import select
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from edge_anpr.records import Frame

PROGRAM = Path(__file__).parent.parent / "rtsp_server.py"
PYTHON = Path("/usr/bin/python3")  # where the system's packages are
BARS, FPS = 16, 15  # as the program has them
START_S = 20.0


def why_not() -> str:
    """What keeps the server from running here; empty when nothing does."""
    needs = (
        "import gi; gi.require_version('GstRtspServer', '1.0'); "
        "from gi.repository import Gst; Gst.init(None); "
        "assert Gst.ElementFactory.find('x264enc')"
    )
    if not PYTHON.exists():
        return f"there is no {PYTHON}"
    tried = subprocess.run([PYTHON, "-c", needs], capture_output=True, check=False)
    return (
        "needs python3-gi, gir1.2-gst-rtsp-server-1.0 and gstreamer1.0-plugins-ugly"
        if tried.returncode
        else ""
    )


class RtspServer:
    """One clip at one address, for as long as the with statement lasts."""

    def __init__(self, user: str = "", password: str = "") -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._arguments = [str(self.port), user, password]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/clip"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [PYTHON, PROGRAM, *self._arguments], stdout=subprocess.PIPE
        )
        assert self._process.stdout
        ready, _, _ = select.select([self._process.stdout], [], [], START_S)
        assert ready
        assert self._process.stdout.readline() == b"ready\n"

    def freeze(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None


def age_s(frame: Frame) -> float:
    """How long ago the picture was drawn, as it says itself."""
    row = frame.pixels[frame.pixels.shape[0] // 2, :, 0]
    width = len(row) // BARS
    drawn = sum(int(row[width * i + width // 2] > 128) << i for i in range(BARS))
    return (int(time.monotonic() * FPS) - drawn) % (1 << BARS) / FPS
