"""Against a real server that is killed, frozen and restarted."""

import logging
import re
from collections.abc import Callable
from functools import partial
from itertools import islice, pairwise
from pathlib import Path
from threading import Event
from time import monotonic
from urllib.parse import urlsplit

import pytest

from edge_anpr.camera.reopening import Reopening
from edge_anpr.camera.rtsp import RtspCamera, with_password
from edge_anpr.config.camera import RtspConfig
from edge_anpr.errors import CameraLost, ConfigError
from tests.camera.rtsp import RtspServer, age_s, why_not

REASON = why_not()
SERVER = pytest.mark.skipif(bool(REASON), reason=REASON)
TIMEOUT_S = 4.0
FRESH_S = 1.5  # what a busy machine may add is more than what we do
PASSWORD = "p@ss:wo/rd% 1"  # noqa: S105 (of the test's server)


def camera_of(server: RtspServer) -> RtspCamera:
    return RtspCamera(RtspConfig(url=server.url), TIMEOUT_S)


@SERVER
@pytest.mark.slow
def test_whoever_is_slow_gets_the_newest_frame() -> None:
    with RtspServer() as server:
        frames = camera_of(server).frames()
        for _ in islice(frames, 3):
            Event().wait(2.0)  # the work of a slow detector
        frame = next(frames)
        assert age_s(frame) < FRESH_S
        assert monotonic() - frame.taken_s < FRESH_S
        frames.close()


@SERVER
@pytest.mark.slow
def test_a_killed_server_is_told_of_once_and_its_frames_come_back() -> None:
    lost: list[CameraLost] = []
    back: list[float] = []
    waits: list[float] = []
    with RtspServer() as server:

        def wait(seconds: float) -> bool:
            waits.append(seconds)
            if len(waits) == 3:
                server.start()
            return False

        camera = Reopening(
            camera_of(server), 60, wait, lost.append, lambda: back.append(monotonic())
        )
        frames = camera.frames()
        next(frames)
        server.kill()
        frame = next(frame for frame in frames if back)
        for frame in islice(frames, 300):  # what the server held back comes first
            came_after_s = age_s(frame)
            if came_after_s < FRESH_S:
                break
        frames.close()
    reasons = [str(error) for error in lost]
    assert "the stream has ended" in reasons[0]
    assert all(before != after for before, after in pairwise(reasons))
    assert len(back) == 1
    assert len(waits) >= 3
    assert waits[0] < waits[1] < waits[2]
    assert came_after_s < FRESH_S


@SERVER
@pytest.mark.slow
def test_a_frozen_server_is_noticed_in_time() -> None:
    with RtspServer() as server:
        frames = camera_of(server).frames()
        next(frames)
        server.freeze()
        began_s = monotonic()
        with pytest.raises(CameraLost, match="fallen silent"):
            list(frames)
        assert monotonic() - began_s < 2 * TIMEOUT_S


@SERVER
def test_the_password_comes_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    with RtspServer("anna", PASSWORD) as server:
        config = RtspConfig(url=server.url.replace("//", "//anna@"), password_file=file)
        frames = RtspCamera(config, TIMEOUT_S).frames()
        assert next(frames).pixels.any()
        frames.close()


@SERVER
def test_a_wrong_password_is_never_told(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with RtspServer("anna", PASSWORD) as server:
        config = RtspConfig(url=server.url.replace("//", "//anna:s3cret@"))
        with pytest.raises(CameraLost, match="check path, user and password") as fault:
            next(RtspCamera(config, TIMEOUT_S).frames())
    told = f"{fault.value}{capfd.readouterr()}{caplog.text}{config!r}"
    assert "s3cret" not in told


def test_it_says_when_nobody_answers() -> None:
    with pytest.raises(CameraLost, match="nobody answers"):
        next(camera_of(RtspServer()).frames())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://a:s3cret@b/c",
        "rtsp://a:s3cret@b:x/",
        "rtsp://a:s3cret@cam..lan/s",
        f"rtsp://a:s3cret@{'c' * 64}.lan/s",
    ],
)
def test_an_address_that_is_none_is_not_repeated(url: str) -> None:
    with pytest.raises(ConfigError, match=r"write rtsp://user@host:554/path") as fault:
        RtspCamera(RtspConfig(url=url), TIMEOUT_S)
    assert "s3cret" not in str(fault.value)


@pytest.mark.parametrize(
    "credentials",
    ["anna:pa/s3cret", "anna:12/s3cret", "anna:12?s3", "anna:12#s3", "anna:x@s3/c"],
)
def test_a_password_that_is_not_escaped_is_no_host_and_not_repeated(
    credentials: str,
) -> None:
    url = f"rtsp://{credentials}@camera.lan/stream"
    with pytest.raises(ConfigError, match="%2F") as fault:
        RtspCamera(RtspConfig(url=url), TIMEOUT_S)
    assert not re.search("anna|12|s3|pa/", str(fault.value))


@pytest.mark.parametrize("path", ["live/me@home", "live/me%40home", "?user=me@home"])
def test_a_path_may_have_an_at_sign_behind_an_address(path: str) -> None:
    url = f"rtsp://anna:p@ss@10.0.0.4/{path}"
    assert RtspCamera(RtspConfig(url=url), TIMEOUT_S).place == "10.0.0.4:554"


def test_where_an_ipv6_address_ends_is_told() -> None:
    url = "rtsp://anna@[::1]:8554/p"
    assert RtspCamera(RtspConfig(url=url), TIMEOUT_S).place == "[::1]:8554"


def test_a_password_that_the_decoder_would_cut_is_refused(tmp_path: Path) -> None:
    """It takes 127 characters, with the user; three for each that must be escaped."""
    file = tmp_path / "password"
    config = RtspConfig(url="rtsp://anna@127.0.0.1:9/", password_file=file)
    file.write_text("@" * 40 + "xx")
    with pytest.raises(CameraLost, match="nobody answers"):
        next(RtspCamera(config, TIMEOUT_S).frames())
    file.write_text("@" * 40 + "xxx")
    with pytest.raises(ConfigError, match="give the camera a shorter one") as fault:
        next(RtspCamera(config, TIMEOUT_S).frames())
    assert "@@" not in str(fault.value)


def test_a_password_file_must_be_readable(tmp_path: Path) -> None:
    config = RtspConfig(url="rtsp://a@b/", password_file=tmp_path / "none")
    with pytest.raises(ConfigError, match="cannot be read"):
        RtspCamera(config, TIMEOUT_S).frames()


def test_a_password_that_is_just_being_replaced_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("old")
    config = RtspConfig(url="rtsp://a@127.0.0.1:9/", password_file=file)
    lost: list[CameraLost] = []
    replaced = partial(file.write_text, "new")
    meanwhile: list[Callable[[], object]] = [file.unlink, replaced]

    def wait(_: float) -> bool:
        if meanwhile:
            meanwhile.pop(0)()
        return len(lost) == 3

    camera = Reopening(RtspCamera(config, 1.0), 60, wait, lost.append, lambda: None)
    assert list(camera.frames()) == []
    reasons = [str(error) for error in lost]
    assert [("password" in each, "nobody answers" in each) for each in reasons] == [
        (False, True),
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("url", "password", "whole"),
    [
        ("rtsp://anna@h:1/p?q=1", "a@/:", "rtsp://anna:a%40%2F%3A@h:1/p?q=1"),
        ("rtsp://anna:old@h/p", "new", "rtsp://anna:new@h/p"),
        ("rtsp://anna:old@h/p", "", "rtsp://anna:old@h/p"),
    ],
)
def test_the_password_of_the_file_counts(url: str, password: str, whole: str) -> None:
    assert with_password(urlsplit(url), password) == whole
