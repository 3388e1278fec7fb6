"""What the reader is taught (needs torch, which only training has)."""

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="only the training environment has torch")

from models.training.arrays import Floats  # noqa: E402
from models.training.looks import HEIGHT, WIDTH  # noqa: E402
from models.training.network import Network  # noqa: E402
from models.training.networks import reader  # noqa: E402
from models.training.train_reader import EDGES_WEIGHT, losses  # noqa: E402

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
            _nowhere(4),
            1.0,
        ),
    )
    alone = losses(one, (["AB"], [PLACES], [True], [None], 1.0))
    for part in ("ctc", "place"):
        assert float(mixed[part]) == pytest.approx(float(alone[part]), rel=1e-4)


def test_what_is_no_plate_is_taught_only_beside_plates() -> None:
    results = _results(2)
    texts, none = ["AB", ""], _nowhere(2)
    both = losses(results, (texts, none, [True, False], none, 0.0))
    swapped = losses(results, (texts, none, [False, True], none, 0.0))
    plates = losses(results, (texts, none, [True, True], none, 0.0))
    assert float(both["plate"]) > 0
    assert float(swapped["plate"]) > 0
    assert float(plates["plate"]) == 0


def test_edges_are_taught_where_they_are_known() -> None:
    results = _results(2)
    texts, none = ["AB", "CD"], _nowhere(2)
    said = results[2][1].flatten().numpy()
    for edges, loss in (
        (none, 0.0),
        ([None, said], 0.0),
        ([None, said + np.float32(0.1)], 0.1 * EDGES_WEIGHT),
    ):
        found = losses(results, (texts, none, [True, True], edges, 0.0))
        assert float(found["edges"]) == pytest.approx(loss, abs=1e-5)
