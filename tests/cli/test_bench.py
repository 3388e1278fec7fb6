"""edge-anpr bench, as it is called; the times themselves are not looked at."""

import json
from pathlib import Path
from subprocess import CompletedProcess

import cv2
import numpy as np
import pytest

from tests.programs import run_python

STEPS = [
    "yardstick",
    "networks",
    "detect_and_read",
    "decode",
    "detect_small",
    "detect_normal",
    "detect_large",
    "read",
    "whole",
]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "car.jpg"
    cv2.imwrite(str(file), np.full((48, 64, 3), 128, np.uint8))
    return file


def _bench(models: Path, *arguments: str) -> CompletedProcess[str]:
    return run_python("-m", "edge_anpr", "bench", f"--models={models}", *arguments)


def test_json_holds_every_step_for_every_number_of_threads(
    models: Path, picture: Path
) -> None:
    done = _bench(
        models, "--json", "--seconds=0", "--threads=2", f"--picture={picture}"
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["picture"] == {"name": str(picture), "width": 64, "height": 48}
    assert [each["threads"] for each in found["rounds"]] == [1, 2]
    assert [list(each["ms"]) for each in found["rounds"]] == [STEPS, STEPS]
    assert found["cold_start_ms"]["least"] > 0
    assert 10 < found["peak_mb"]["read"] < 1000


def test_people_get_a_table_and_a_projection(models: Path) -> None:
    done = _bench(models, "--seconds=0", "--threads=1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "picture: the rendered sample, 1280 x 720" in done.stdout
    assert "(a projection)" in done.stdout


@pytest.mark.parametrize(
    ("folder", "file", "sentence"),
    [
        ("gone", "car.jpg", "plate_reader.yaml: cannot be read"),
        ("", "gone.jpg", "gone.jpg does not exist; check the path."),
    ],
    ids=["models", "picture"],
)
def test_what_is_missing_is_one_sentence(
    folder: str, file: str, sentence: str, models: Path, picture: Path
) -> None:
    done = _bench(models / folder, f"--picture={picture.parent / file}")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert sentence in done.stderr


def test_what_belongs_to_the_other_measurement_is_refused(models: Path) -> None:
    done = _bench(models, "--page", "--threads=2")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--page takes neither --picture nor --threads." in done.stderr
