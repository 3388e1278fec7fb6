"""A network camera: RTSP over TCP, always its newest frame."""

import socket
import time
from collections.abc import Generator
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urlsplit

import cv2

from edge_anpr.camera.capture import open_stream, retrieve
from edge_anpr.camera.clocks import frame_taken
from edge_anpr.camera.delay import Delay
from edge_anpr.camera.newest import newest
from edge_anpr.config.camera import RtspConfig
from edge_anpr.errors import CameraLost, ConfigError
from edge_anpr.records import Frame

SCHEMES = {"rtsp": 554, "rtsps": 322}  # and their ports
MAX_DELAY_S = 3.0  # frames that come later than this wait in a queue that grows
KNOCK_S = 2.0
MOST_CREDENTIALS = 127  # characters; FFmpeg cuts what is longer, and says nothing


class RtspCamera:
    """Gives up a stream that ends, falls silent or falls behind.

    Nothing but host and port of the URL is ever told: cameras take passwords in the
    path and in the query, too.
    """

    def __init__(self, config: RtspConfig, timeout_s: float) -> None:
        """Raises ConfigError."""
        self._config = config
        self._timeout_s = timeout_s
        self._url = _parsed(config.url)
        self._had_password = False

    @property
    def place(self) -> str:
        """Host and port, to be shown."""
        host = self._url.hostname or ""
        return f"{f'[{host}]' if ':' in host else host}:{_port(self._url)}"

    def frames(self) -> Generator[Frame, None, None]:
        """Raises CameraLost; ConfigError when the password could never be used."""
        url = with_password(self._url, self._password())
        if len(urlsplit(url).netloc.rpartition("@")[0]) > MOST_CREDENTIALS:
            raise ConfigError(
                f"{self.place}: user and password together may have "
                f"{MOST_CREDENTIALS} characters, all but letters, digits and _.-~ "
                "counted threefold; give the camera a shorter one."
            )
        return newest(self._read(url))

    def _password(self) -> str:
        file = self._config.password_file
        if not file:
            return ""
        try:
            password = file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            # Whoever replaces it while we run is not done with it yet.
            fault = CameraLost if self._had_password else ConfigError
            raise fault(
                f"{file}: the camera's password cannot be read from it; put it there "
                "as plain text, readable by this program."
            ) from error
        self._had_password = True
        return password

    def _read(self, url: str) -> Generator[Frame, None, None]:
        capture = open_stream(url, self._timeout_s, self._config.decoder_threads)
        try:
            if not capture.isOpened():
                raise CameraLost(f"{self.place}: {self._why_closed()}")
            yield from self._frames_of(capture)
        finally:
            capture.release()

    def _frames_of(self, capture: cv2.VideoCapture) -> Generator[Frame, None, None]:
        delay, whole_s = Delay(), time.monotonic()
        # Damaged frames are left out, but nothing else for this long is no camera.
        while self._grab(capture) and time.monotonic() - whole_s < self._timeout_s:
            stamp_s = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            late_s = delay.of(time.monotonic(), stamp_s)
            if late_s > MAX_DELAY_S:
                raise CameraLost(
                    f"{self.place}: frames come {late_s:.0f} s late; have the camera "
                    "send a smaller picture or fewer frames per second."
                )
            pixels = retrieve(capture)
            if pixels is not None:
                yield frame_taken(late_s, pixels)
                whole_s = time.monotonic()
        raise CameraLost(f"{self.place}: the stream has ended or fallen silent.")

    def _grab(self, capture: cv2.VideoCapture) -> bool:
        """Whether a frame came in time."""
        began_s = time.monotonic()
        # When nothing comes in time, OpenCV gives what the decoder still held, frame by
        # frame, and waits as long before each.
        return capture.grab() and time.monotonic() - began_s < self._timeout_s

    def _why_closed(self) -> str:
        """Whether it is the network or what was asked for; OpenCV does not tell."""
        try:
            socket.create_connection(
                (self._url.hostname, _port(self._url)), KNOCK_S
            ).close()
        except OSError as error:
            return f"nobody answers ({error.strerror or error})."
        return (
            "it answers, but gives no video; check path, user and password, and "
            "whether it has a stream to spare."
        )


def with_password(url: SplitResult, password: str) -> str:
    """The URL with this password, unless it is empty, in place of any other."""
    if not password:
        return url.geturl()
    # What stands before the @ is escaped already, the password is not.
    credentials, _, place = url.netloc.rpartition("@")
    user = credentials.partition(":")[0]
    netloc = f"{user}:{quote(password, safe='')}@{place}"
    return url._replace(netloc=netloc).geturl()


def _parsed(text: str) -> SplitResult:
    try:
        url = urlsplit(text)
        _check_escapes(url)
        host = (url.hostname or "").encode("idna")  # as the resolver will
        is_address = url.scheme in SCHEMES and bool(host) and _port(url) > 0
    except ValueError:  # UnicodeError is one
        is_address = False
    if not is_address:
        # The text is not shown, for it may hold a password.
        raise ConfigError(
            "camera.rtsp.url is no address of a camera; write "
            "rtsp://user@host:554/path."
        )
    return url


def _check_escapes(url: SplitResult) -> None:
    """What looks like the host may be a part of the password, and would be told."""
    if "@" not in url._replace(netloc="").geturl():
        return
    try:
        ip_address(url.hostname or "")
    except ValueError as error:
        raise ConfigError(
            "camera.rtsp.url has an @ behind the host, perhaps because its password is "
            "not escaped: write / ? # @ there as %2F %3F %23 %40, or put it as it is "
            "into camera.rtsp.password_file; an @ of the path is %40, too."
        ) from error


def _port(url: SplitResult) -> int:
    return url.port or SCHEMES[url.scheme]
