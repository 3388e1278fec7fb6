"""What the reader is taught (needs torch, which only training has)."""

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="only the training environment has torch")

from models.training.arrays import Floats  # noqa: E402
from models.training.looks import HEIGHT, WIDTH  # noqa: E402
from models.training.network import Network  # noqa: E402
from models.training.networks import reader  # noqa: E402
from models.training.train_reader import losses  # noqa: E402

PLACES = np.array([[30, 20, 0], [60, 20, 0]], np.float32)


def _results(looks: int) -> tuple[Any, ...]:
    torch.manual_seed(1)
    with torch.no_grad():
        results = Network(reader()).eval()(torch.rand(looks, 1, HEIGHT, WIDTH))
    return tuple(results)


def _nowhere(looks: int) -> list[Floats | None]:
    return [None] * looks


def test_looks_without_a_text_teach_no_characters() -> None:
    results = _results(4)
    one = tuple(part[2:3] for part in results)
    mixed = losses(
        results,
        (
            ["", "", "AB", ""],
            [None, None, PLACES, None],
            [True, False, True, False],
            1.0,
        ),
    )
    alone = losses(one, (["AB"], [PLACES], [True], 1.0))
    for part in ("ctc", "place"):
        assert float(mixed[part]) == pytest.approx(float(alone[part]), rel=1e-4)


def test_what_is_no_plate_is_taught_only_beside_plates() -> None:
    results = _results(2)
    texts, places = ["AB", ""], _nowhere(2)
    both = losses(results, (texts, places, [True, False], 0.0))
    swapped = losses(results, (texts, places, [False, True], 0.0))
    plates = losses(results, (texts, places, [True, True], 0.0))
    assert float(both["plate"]) > 0
    assert float(swapped["plate"]) > 0
    assert float(plates["plate"]) == 0
