"""edge-anpr read, as it is called."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

import cv2
import numpy as np
import pytest

from tests.programs import run_python

Done: TypeAlias = CompletedProcess[str]
KEYS = ["image", "width", "height", "plates", "ms"]


@pytest.fixture
def lot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with two plain grey pictures in lot/."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lot/north").mkdir(parents=True)
    for name in ("lot/car.jpg", "lot/north/car.jpg"):
        cv2.imwrite(name, np.full((48, 64, 3), 128, np.uint8))
    return tmp_path


def _read(
    models: Path,
    *arguments: str,
    to: str | None = None,
    through: Sequence[str] = (),
) -> Done:
    command = ("-m", "edge_anpr", "read", f"--models={models}", *arguments)
    return run_python(*command, to=to, through=through)


@pytest.mark.usefixtures("lot")
def test_json_is_a_line_a_picture(models: Path) -> None:
    done = _read(models, "--json", "lot", "./lot/*.jpg")
    assert (done.returncode, done.stderr) == (0, "")
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [list(report) for report in reports] == [KEYS] * 3
    assert [report["image"] for report in reports] == [
        "lot/car.jpg",
        "lot/north/car.jpg",
        "./lot/car.jpg",
    ]
    assert (reports[0]["width"], reports[0]["height"]) == (64, 48)


def test_a_bad_picture_does_not_stop_the_rest(lot: Path, models: Path) -> None:
    whole = (lot / "lot/car.jpg").read_bytes()
    (lot / "cut.jpg").write_bytes(whole[:-9])
    (lot / "empty.jpg").touch()
    (lot / "photo.heic").write_bytes(b"\0\0\0\x18ftypheic")
    done = _read(
        models, "gone.jpg", "cut.jpg", "empty.jpg", "photo.heic", "lot/car.jpg"
    )
    assert done.returncode == 2
    assert done.stdout == "lot/car.jpg: no plate\n"
    assert done.stderr.splitlines() == [
        "gone.jpg does not exist; check the path.",
        "cut.jpg is damaged or cut short; copy it from its source once more.",
        "empty.jpg is empty; copy or record it again.",
        "photo.heic is in the HEIC format, which is not supported; convert it to JPEG.",
    ]


@pytest.mark.usefixtures("lot")
def test_paths_to_nothing_are_named(models: Path) -> None:
    Path("nothing").mkdir()
    done = _read(models, "", "nothing", "*.png")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "'' is no path; is the variable of your shell set?",
        "nothing holds no pictures; give a folder that does.",
        "*.png matches no picture; check the pattern, and your rights to the folder.",
    ]


def test_what_may_not_be_looked_at_is_named(
    lot: Path, models: Path, by_rights: Sequence[str]
) -> None:
    (lot / "lot/north").chmod(0)
    long = "a" * 300 + ".jpg"
    done = _read(
        models, "lot", "lot/north/car.jpg", "lot/north/*.jpg", long, through=by_rights
    )
    assert (done.returncode, done.stdout) == (2, "lot/car.jpg: no plate\n")
    closed, fix = "cannot be opened", "check the file and your rights to it."
    assert done.stderr.splitlines() == [
        "lot/north/*.jpg matches no picture; "
        "check the pattern, and your rights to the folder.",
        f"lot/north {closed} (permission denied); {fix}",
        f"lot/north/car.jpg {closed} (permission denied); {fix}",
        f"{long} {closed} (file name too long); {fix}",
    ]


def test_annotated_copies_are_written(lot: Path, models: Path) -> None:
    assert _read(models, "lot", "--annotate", "out").returncode == 0
    copies = sorted(
        path.relative_to(lot).as_posix() for path in lot.rglob("out/**/*.*")
    )
    assert copies == ["out/car.jpg", "out/north/car.jpg"]


@pytest.mark.usefixtures("lot")
def test_annotated_copies_are_not_annotated_again(models: Path) -> None:
    first, second = (_read(models, ".", "--annotate", "out") for _ in range(2))
    assert first.returncode == 0
    assert second.stdout == first.stdout


@pytest.mark.usefixtures("lot")
def test_a_wrong_setting_is_one_sentence(models: Path) -> None:
    Path("config.yaml").write_text("recognition:\n  treads: 2\n")
    done = _read(models, "lot", "-c", "config.yaml")
    assert done.returncode == 2
    assert done.stderr == (
        "config.yaml, line 2: there is no setting recognition.treads; "
        "did you mean threads?\n"
    )


def test_missing_models_are_one_sentence(lot: Path) -> None:
    done = _read(lot / "gone", "lot")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "plate_reader.yaml: cannot be read" in done.stderr


@pytest.mark.usefixtures("lot")
def test_a_region_that_is_none_is_refused(models: Path) -> None:
    empty = _read(models, "lot", "--region-of-interest", "")
    assert empty.returncode == 2
    assert "'' is not four numbers" in empty.stderr
    done = _read(models, "lot", "--region-of-interest", "5,5,5,5")
    assert done.returncode == 2
    assert "holds no area" in done.stderr


@pytest.mark.usefixtures("lot")
def test_a_closed_pipe_is_no_fault(models: Path) -> None:
    done = _read(models, "lot", "lot", "lot", to="head -1")
    assert (done.stdout, done.stderr) == ("lot/car.jpg: no plate\n", "")


def test_a_name_that_is_not_utf8_is_printed(
    lot: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8:strict")  # as in most locales
    (lot / "lot/car.jpg").rename(lot / "lot" / os.fsdecode(b"b\xfcro.jpg"))
    done = _read(models, "lot")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "lot/b\\udcfcro.jpg: no plate",
        "lot/north/car.jpg: no plate",
    ]


def test_no_name_that_is_complained_of_commands_a_terminal(
    lot: Path, models: Path
) -> None:
    (lot / "lot/\x1b]0;owned\a.jpg").touch()
    paths = ("lot", "\x1b[31m*.png", "\x1b[2Jgone.jpg")
    for more in ((), ("--annotate", ".")):  # over the pictures themselves
        done = _read(models, *paths, *more)
        assert done.returncode == 2
        assert "\x1b" not in done.stdout + done.stderr
        assert "\\x1b[31m*.png matches no picture" in done.stderr
