"""edge-anpr replay, as it is called."""

import json
from collections.abc import Sequence
from pathlib import Path

import cv2

from tests import drive_by
from tests.programs import run_python


def test_a_folder_is_played_in_order_without_its_broken_picture(
    tmp_path: Path, models: Path
) -> None:
    folder = drive_by.write(tmp_path / "clip", "MKL4821", looks=6)
    (folder / "cut.jpg").touch()
    done = run_python(
        "-m", "edge_anpr", "replay", str(folder), "--interval=0.1", "--funnel",
        f"--models={models}",
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert f"{folder}/cut.jpg is empty; it is left out" in done.stderr
    sightings = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["stage"] for each in sightings] == ["provisional", "final"]
    assert sightings[-1]["plate"] == "MKL4821"
    assert "reported            1" in done.stderr


def test_a_recording_without_a_picture_is_told(tmp_path: Path, models: Path) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("text")
    done = run_python("-m", "edge_anpr", "replay", str(text), f"--models={models}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"{text}: holds no picture that can be read; give another recording.\n"
    )


def test_a_clip_is_played(tmp_path: Path, models: Path) -> None:
    clip = tmp_path / "clip.avi"
    frames = [frame.pixels for frame in drive_by.drive_by("MKL4821", looks=6)]
    height, width = frames[0].shape[:2]
    codec = cv2.VideoWriter.fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(clip), codec, drive_by.FPS, (width, height))
    for each in frames:
        writer.write(each)
    writer.release()
    done = run_python("-m", "edge_anpr", "replay", str(clip), f"--models={models}")
    assert done.returncode == 0, done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert (last["stage"], last["plate"]) == ("final", "MKL4821")


def test_a_recording_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = run_python("-m", "edge_anpr", "replay", str(tmp_path / "gone.mp4"))
    assert (done.returncode, done.stdout) == (2, "")
    reason = "no such file or directory"
    assert f"gone.mp4: cannot be played ({reason}); check the path" in done.stderr


def test_a_recording_that_may_not_be_looked_at_is_named(
    tmp_path: Path, by_rights: Sequence[str]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0)
    for path, reason in (
        (folder / "clip.mp4", "permission denied"),
        ("a" * 300, "file name too long"),
    ):
        done = run_python("-m", "edge_anpr", "replay", str(path), through=by_rights)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            f"{path}: cannot be played ({reason}); "
            "check the path and your rights to it.\n"
        )
