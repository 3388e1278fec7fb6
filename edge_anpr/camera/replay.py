"""Play a clip, or a folder of pictures, as if a camera saw it."""

import logging
import time
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from threading import Event

import cv2

from edge_anpr.camera.capture import decoded, open_clip, retrieve
from edge_anpr.config.camera import Pace, ReplayConfig
from edge_anpr.errors import ConfigError
from edge_anpr.records import Frame, Pixels
from edge_anpr.runtime.pictures import READABLE, UNREADABLE, is_named_like_one
from edge_anpr.runtime.terminal import printable

log = logging.getLogger(__name__)

LATE_S = 0.2  # in real time, what is later than this is left out
USUAL_FPS = 25.0  # of a clip that does not tell
LEAST_FPS, MOST_FPS = 1e-4, 1000.0  # else it tells nonsense
MOST_STEP_S = 86_400.0  # likewise; recordings of motion have gaps of hours

# Seconds since the recording began, and how to come by the pixels.
Recorded = tuple[float, Callable[[], Pixels | None]]


def without_an_end(seconds: float) -> bool:
    """Wait, for those whom nothing ends before."""
    return Event().wait(seconds)


class Replay:
    """Frames carry the times of the recording."""

    def __init__(
        self,
        config: ReplayConfig,
        wait: Callable[[float], bool] = without_an_end,
    ) -> None:
        """wait: for so many seconds, or until it is True that the end has come."""
        self.unreadable = 0  # pictures of a folder, so far
        self._config = config
        self._wait = wait

    def frames(self) -> Generator[Frame, None, None]:
        """Once from the beginning to the end. Raises ConfigError."""
        is_empty = True
        begun_at = self._config.started_at or datetime.now(UTC)
        begun_s = time.monotonic()
        for since_s, pixels_of in self._recorded():
            late_s = time.monotonic() - begun_s - since_s
            if self._config.pace is Pace.REAL_TIME and late_s > LATE_S:
                is_empty = False  # for all we know
                continue
            if self._config.pace is not Pace.FAST and self._wait(max(-late_s, 0.0)):
                return
            pixels = pixels_of()
            if pixels is not None:
                is_empty = False
                yield Frame(
                    pixels,
                    taken_at=begun_at.astimezone(UTC) + timedelta(seconds=since_s),
                    taken_s=begun_s + since_s,
                )
        if is_empty:
            raise ConfigError(
                f"{self._config.path}: holds no picture that can be read; "
                "give another recording."
            )

    def _recorded(self) -> Iterator[Recorded]:
        path = self._config.path
        if not path:
            raise ConfigError("camera.replay.path is not set; give a clip or a folder.")
        try:
            mode = path.stat().st_mode
            if S_ISDIR(mode):
                return self._stills(path, _names(path))
            if S_ISREG(mode):
                path.open("rb").close()
                return _clip(path)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ConfigError(
                f"{path}: cannot be played ({reason}); "
                "check the path and your rights to it."
            ) from error
        raise ConfigError(f"{path}: is neither a clip nor a folder of pictures.")

    def _stills(self, folder: Path, names: list[str]) -> Iterator[Recorded]:
        if not names:
            raise ConfigError(
                f"{folder}: holds no picture ({', '.join(sorted(READABLE))})."
            )
        # Names, not paths: a path that has been used keeps what it was used as.
        for number, name in enumerate(names):
            yield number * self._config.interval_s, partial(self._still, folder / name)

    def _still(self, file: Path) -> Pixels | None:
        try:
            return _decoded(file)
        except _LeftOut as error:
            self.unreadable += 1
            log.warning("%s %s; it is left out", printable(str(file)), error)
            return None


class _LeftOut(Exception):
    """Of a folder's picture; continues its name."""


def _decoded(file: Path) -> Pixels:
    """Raises _LeftOut."""
    if file.suffix.lower() in UNREADABLE:
        raise _LeftOut("is in a format that is not supported, convert it to JPEG")
    try:
        content = file.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _LeftOut(f"cannot be opened ({reason})") from error
    if not content:
        raise _LeftOut("is empty")
    pixels = decoded(content)
    if pixels is None:
        raise _LeftOut("is no picture that can be read, damaged, or too large")
    return pixels


def _names(folder: Path) -> list[str]:
    """Of its pictures, in order. Raises OSError."""
    return sorted(f.name for f in folder.iterdir() if is_named_like_one(f.name))


def _clip(file: Path) -> Iterator[Recorded]:
    if not _is_utf8(file):  # OpenCV crashes at such a name
        raise ConfigError(f"{file}: its name is not UTF-8; give the clip another one.")
    capture = open_clip(str(file))
    try:
        if not capture.isOpened():
            raise ConfigError(
                f"{file}: is no clip that OpenCV can play, or is cut short; copy it "
                "once more, or convert it to MP4."
            )
        fps = capture.get(cv2.CAP_PROP_FPS)
        interval_s = 1 / (fps if LEAST_FPS < fps < MOST_FPS else USUAL_FPS)
        since_s = -interval_s
        while capture.grab():
            stamp_s = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            # Some containers have no time stamps, or none that grow as they should.
            is_next = 0 < stamp_s - since_s < MOST_STEP_S
            since_s = stamp_s if is_next else since_s + interval_s
            yield since_s, partial(retrieve, capture)
    finally:
        capture.release()


def _is_utf8(file: Path) -> bool:
    try:
        bytes(file).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
