"""Readers judged by what none has seen: what is asked of them can be told."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is a training dependency")

from click.testing import CliRunner

from models.training.judge_readers import by_night, main, network_of, right, turned
from models.training.weights import load_weights


def test_a_turned_plate_leans_and_stays_in_its_place() -> None:
    level = np.zeros((64, 128), np.uint8)
    level[31:33] = 255
    leaning = turned(level, np.random.default_rng(3)).astype(float)
    rows = leaning.argmax(0)
    assert 0.2 < abs(rows[104] - rows[24]) / 80 < 0.3  # the tangents of 12 and 16
    assert abs(rows[64] - 31.5) <= 1.5


def test_by_night_a_plate_is_dark_and_noisy() -> None:
    level = np.full((64, 128), 200, np.uint8)
    level[:, :64] = 20
    seen = by_night(level, np.random.default_rng(3)).astype(float)
    assert seen.shape == level.shape
    assert seen[:, :56].mean() < 20
    assert 50 < seen[:, 72:].mean() < 70
    assert seen[:, 72:].std() > 1


def test_texts_count_as_right_with_o_as_0(models: Path) -> None:
    network = network_of(load_weights(models / "plate_reader.npz"))
    blank = np.full((2, 64, 128), 128, np.uint8)
    assert right(network, (blank, ["", ""])) == 1
    assert right(network, (blank, ["", "AB12"])) == 0.5


def test_weights_that_are_not_there_are_named(tmp_path: Path) -> None:
    call = ["--data", str(tmp_path), f"M1={tmp_path}/none.npz"]
    result = CliRunner().invoke(main, call)
    assert result.exit_code == 2
    assert "none.npz is no file" in result.output
