"""edge-anpr sample, as it is called."""

import json
from pathlib import Path

import cv2
import pytest
from click.testing import CliRunner, Result

from edge_anpr.cli import main
from tests.programs import run_python


def _sample(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["sample", *map(str, arguments)])


def test_a_scene_is_drawn_and_its_plates_are_printed(tmp_path: Path) -> None:
    done = _sample(
        tmp_path / "a.jpg", "--size", "640x360", "--plates", "2", "--light", "night"
    )
    assert done.exit_code == 0
    assert [line.isalnum() for line in done.stdout.splitlines()] == [True, True]
    picture = cv2.imread(str(tmp_path / "a.jpg"))
    assert picture is not None
    assert picture.shape == (360, 640, 3)


def test_json_gives_texts_and_corners(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    done = _sample(file, "--json", "--size=640x360", "--plates=1", "--plate-width=80")
    truth = json.loads(done.stdout)
    assert (truth["image"], truth["width"], truth["height"]) == (str(file), 640, 360)
    (plate,) = truth["plates"]
    assert plate["text"].isalnum()
    (left, _), (right, _), *_ = plate["corners"]
    assert right - left == pytest.approx(80, abs=3)


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    file = tmp_path / "new" / "a.png"
    assert _sample(file, "--size=320x240").exit_code == 0
    assert file.exists()


def test_the_same_seed_gives_the_same_file(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        _sample(tmp_path / name, "--seed", "7", "--size", "320x240")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["a.gif"], "end it in .jpg or .png"),
        (["/dev/null/a.jpg"], "/dev/null/a.jpg: cannot be written ("),
        (["a.jpg", "--size=640"], "write width and height in pixels as in 1280x720"),
        (["a.jpg", "--size=640x9999"], "both sides have to be 64 to 4096 pixels"),
        (["a.jpg", "--size=-9x-9"], "both sides have to be 64 to 4096 pixels"),
        (["a.jpg", "--plate-width=900"], "ask for at most 288 px"),
        (["a.jpg", "--plate-width=nan"], "a plate is at least 8 pixels wide"),
    ],
    ids=["suffix", "folder", "size", "large", "negative", "wide", "nan"],
)
def test_what_cannot_be_is_one_sentence(
    arguments: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = _sample(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert sentence in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_scene_there_is_no_room_for_leaves_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    assert _sample(file, "--size=320x240").exit_code == 0
    before = file.read_bytes()
    little_room = ("/bin/sh", "-c", 'ulimit -f 1 && exec "$@"', "sh")
    done = run_python("-m", "edge_anpr", "sample", str(file), through=little_room)
    assert done.returncode == 2
    assert "cannot be written (file too large)" in done.stderr
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]
