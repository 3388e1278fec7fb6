"""Real clips and folders of pictures, made on the spot."""

import os
import struct
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Event
from time import monotonic

import cv2
import numpy as np
import pytest

from edge_anpr.camera import open_camera
from edge_anpr.camera.replay import Replay
from edge_anpr.config.camera import CameraConfig, CameraKind, Pace, ReplayConfig
from edge_anpr.errors import ConfigError
from edge_anpr.records import Pixels
from edge_anpr.runtime.pictures import READABLE
from edge_anpr.sample.scene import render_scene

NOON = datetime(2026, 6, 1, 12, tzinfo=timezone(timedelta(hours=2)))


def grey(level: int) -> Pixels:
    return np.full((64, 96, 3), level, np.uint8)


def clip(path: Path, codec: str, frames: int = 10, fps: float = 10) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), fps, (96, 64))
    assert writer.isOpened()
    for number in range(frames):
        writer.write(grey(20 * (number % 12)))
    writer.release()
    return path


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "mp4v"), ("a.avi", "MJPG")])
def test_a_clip_gives_every_frame_with_its_time(
    tmp_path: Path, name: str, codec: str
) -> None:
    path = clip(tmp_path / name, codec)
    config = ReplayConfig(path=path, pace=Pace.FAST, started_at=NOON)
    frames = list(Replay(config).frames())
    since_s = [(frame.taken_at - NOON).total_seconds() for frame in frames]
    assert since_s == pytest.approx([i / 10 for i in range(10)], abs=0.002)
    passed_s = [frame.taken_s - frames[0].taken_s for frame in frames]
    assert passed_s == pytest.approx(since_s, abs=0.002)
    assert all(frame.taken_at.tzinfo is UTC for frame in frames)
    assert [round(frame.pixels.mean() / 20) for frame in frames] == list(range(10))


def test_a_clip_of_wild_times_is_played_as_one_of_the_usual_speed(
    tmp_path: Path,
) -> None:
    """It says that its pictures are 136 years apart."""
    path = clip(tmp_path / "a.avi", "MJPG", frames=200)
    content = bytearray(path.read_bytes())
    struct.pack_into("<II", content, content.index(b"strh") + 28, 2**32 - 1, 1)
    path.write_bytes(content)
    frames = list(Replay(ReplayConfig(path=path, pace=Pace.FAST)).frames())
    passed_s = [frame.taken_s - frames[0].taken_s for frame in frames]
    assert passed_s == pytest.approx([i / 25 for i in range(200)], abs=0.002)


def test_in_real_time_a_clip_takes_its_time(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.avi", "MJPG", frames=5)
    began_s = monotonic()
    frames = list(Replay(ReplayConfig(path=path)).frames())
    assert monotonic() - began_s >= 0.4
    assert 1 <= len(frames) <= 5


def test_in_real_time_there_is_no_time_for_frames_that_were_missed(
    tmp_path: Path,
) -> None:
    path = clip(tmp_path / "a.avi", "MJPG", frames=30, fps=30)
    frames = Replay(ReplayConfig(path=path)).frames()
    first = next(frames)
    Event().wait(0.5)  # the work of a slow detector
    assert next(frames).taken_s - first.taken_s > 0.2
    frames.close()


def test_a_folder_is_played_by_name_and_leaves_out_what_is_no_picture(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name, level in (("2.png", 40), ("1.PNG", 20), ("3.jpg", 60)):
        cv2.imwrite(str(tmp_path / name), grey(level))
    (tmp_path / "1b.jpg").write_bytes(b"no picture")
    (tmp_path / "notes.txt").touch()
    config = ReplayConfig(path=tmp_path, pace=Pace.FAST, interval_s=2.0)
    replay = Replay(config)
    frames = list(replay.frames())
    assert [int(frame.pixels[0, 0, 0]) for frame in frames] == [20, 40, 60]
    passed_s = [frame.taken_s - frames[0].taken_s for frame in frames]
    assert passed_s == pytest.approx([0, 4, 6])
    assert "1b.jpg is no picture" in caplog.text
    assert replay.unreadable == 1


def test_a_folder_holds_the_kinds_of_picture_that_read_takes(tmp_path: Path) -> None:
    kinds = sorted(READABLE)
    for number, suffix in enumerate(kinds):
        kind = ".jpg" if suffix in {".jpe", ".jfif"} else suffix
        done, content = cv2.imencode(kind, grey(20 * number))
        assert done
        (tmp_path / f"{number}{suffix.upper()}").write_bytes(content.tobytes())
    (tmp_path / "._0.jpg").write_bytes(b"a Mac's")
    replay = Replay(ReplayConfig(path=tmp_path, pace=Pace.FAST))
    levels = [frame.pixels.mean() for frame in replay.frames()]
    assert levels == pytest.approx([20 * each for each in range(len(kinds))], abs=2)
    assert replay.unreadable == 0


def test_a_picture_that_is_left_out_is_named_with_the_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cv2.imwrite(str(tmp_path / "good.png"), grey(20))
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "folder.jpg").mkdir()
    (tmp_path / "phone.heic").write_bytes(b"some")
    cv2.imwrite(str(tmp_path / "deep.tif"), np.ones((8, 8), np.float32))
    replay = Replay(ReplayConfig(path=tmp_path, pace=Pace.FAST))
    assert len(list(replay.frames())) == 1
    assert [each.getMessage() for each in caplog.records] == [
        f"{tmp_path}/{says}; it is left out"
        for says in (
            "deep.tif is no picture that can be read, damaged, or too large",
            "empty.jpg is empty",
            "folder.jpg cannot be opened (is a directory)",
            "phone.heic is in a format that is not supported, convert it to JPEG",
        )
    ]
    assert replay.unreadable == 4


def test_a_torn_picture_is_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = cv2.imencode(".jpg", render_scene(3, 640, 360).pixels)[1].tobytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "middle.jpg").write_bytes(whole[:20_000] + whole[22_000:])
    (tmp_path / "whole.jpg").write_bytes(whole)
    replay = Replay(ReplayConfig(path=tmp_path, pace=Pace.FAST))
    assert len(list(replay.frames())) == 1
    assert "middle.jpg is no picture that can be read, damaged" in caplog.text
    assert replay.unreadable == 2


@pytest.mark.parametrize("pace", Pace)
def test_a_recording_without_a_picture_is_told(tmp_path: Path, pace: Pace) -> None:
    (tmp_path / "folder").mkdir()
    for name in ("empty.jpg", "text.jpg", "folder/empty.jpg", "folder/text.jpg"):
        (tmp_path / name).write_text("text" if "text" in name else "")
    clip(tmp_path / "none.avi", "MJPG", frames=0)
    for name in ("empty.jpg", "text.jpg", "folder", "none.avi"):
        replay = Replay(ReplayConfig(path=tmp_path / name, pace=pace, interval_s=0.01))
        with pytest.raises(ConfigError, match=r"holds no picture|no clip"):
            list(replay.frames())


def test_pictures_there_was_no_time_for_are_no_fault(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "1.png"), grey(20))
    (tmp_path / "2.png").touch()
    frames = Replay(ReplayConfig(path=tmp_path, interval_s=0.01)).frames()
    next(frames)
    Event().wait(0.5)
    assert list(frames) == []


def test_pictures_are_played_whatever_their_names(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), grey(20))
    (tmp_path / "a.png").rename(tmp_path / os.fsdecode(b"b\xfcro.png"))
    frames = list(Replay(ReplayConfig(path=tmp_path, pace=Pace.FAST)).frames())
    assert [int(frame.pixels[0, 0, 0]) for frame in frames] == [20]


def test_a_clip_whose_name_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.avi", "MJPG").rename(tmp_path / os.fsdecode(b"\xfc.avi"))
    with pytest.raises(ConfigError, match="name is not UTF-8"):
        next(Replay(ReplayConfig(path=path)).frames())


def test_what_cannot_be_played_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no picture"):
        next(Replay(ReplayConfig(path=tmp_path)).frames())
    with pytest.raises(ConfigError, match="give a clip or a folder"):
        next(Replay(ReplayConfig()).frames())
    with pytest.raises(ConfigError, match="no such file or directory"):
        next(Replay(ReplayConfig(path=tmp_path / "none")).frames())
    with pytest.raises(ConfigError, match="neither a clip nor a folder"):
        next(Replay(ReplayConfig(path=Path("/dev/null"))).frames())
    text = tmp_path / "text.mp4"
    text.write_text("no clip")
    with pytest.raises(
        ConfigError, match=r"no clip that OpenCV can play, .* convert it"
    ):
        next(Replay(ReplayConfig(path=text)).frames())


def test_the_settings_choose_the_camera(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.avi", "MJPG", frames=1)
    replay = ReplayConfig(path=path, pace=Pace.FAST)
    camera = open_camera(CameraConfig(kind=CameraKind.REPLAY, replay=replay))
    assert len(list(camera.frames())) == 1


def test_a_complete_replay_catches_up_instead(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.avi", "MJPG", frames=10)
    began_s = monotonic()
    frames = Replay(ReplayConfig(path=path, pace=Pace.COMPLETE)).frames()
    next(frames)
    Event().wait(0.5)  # longer than a camera's frame would wait
    assert len([*frames]) == 9
    assert monotonic() - began_s >= 0.9


def test_pictures_that_have_been_played_take_no_more_memory(tmp_path: Path) -> None:
    first = tmp_path / "0000.png"
    cv2.imwrite(str(first), grey(100))
    for number in range(1, 600):
        (tmp_path / f"{number:04}.png").hardlink_to(first)
    frames = Replay(ReplayConfig(path=tmp_path, pace=Pace.FAST)).frames()
    tracemalloc.start()
    try:
        for _ in range(100):
            next(frames)
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(499):
            next(frames)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 60 * 499 / 2  # a path's text takes 60 bytes and more


@pytest.mark.parametrize("pace", [Pace.REAL_TIME, Pace.COMPLETE])
def test_whoever_waits_for_the_next_picture_may_end_it(
    tmp_path: Path, pace: Pace
) -> None:
    for name in ("1.png", "2.png"):
        cv2.imwrite(str(tmp_path / name), grey(20))
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return seconds > 0

    config = ReplayConfig(path=tmp_path, pace=pace, interval_s=10.0)
    began_s = monotonic()
    assert len(list(Replay(config, wait).frames())) == 1
    assert waits == [0.0, pytest.approx(10.0, abs=monotonic() - began_s)]
