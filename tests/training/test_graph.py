"""A network described once: its sizes, and that torch and TFLite run the same one."""

from pathlib import Path

import numpy as np
import pytest

from models.training.graph import Graph
from models.training.networks import DETECTOR_INPUT, detector, reader
from models.training.weights import load_weights, save_weights

YARDSTICK_MULTIPLICATIONS = 300e6
"""MobileNet v2 1.0 224: what detector and reader together may not exceed."""


def test_work_is_counted_as_by_hand() -> None:
    graph = Graph("one", channels=3)
    graph.output(graph.conv("input", 4, 3, 2), 2, "result")
    assert graph.multiplications(16, 8) == 8 * 4 * (3 * 3 * 3 * 4) + 8 * 4 * (4 * 2)


def test_folded_columns_are_channels() -> None:
    graph = Graph("folded", channels=3)
    graph.output(graph.conv(graph.fold("input", 4), 5, (3, 2), (2, 1)), 2, "result")
    assert graph.channels("fold_0") == 12
    assert graph.multiplications(16, 8) == 4 * 4 * (3 * 2 * 12 * 5) + 4 * 4 * (5 * 2)


def test_both_models_together_cost_less_than_the_yardstick() -> None:
    work = detector().multiplications(*DETECTOR_INPUT)
    work += reader().multiplications(128, 64)
    assert work < YARDSTICK_MULTIPLICATIONS


@pytest.mark.parametrize("graph", [detector(), reader()], ids=lambda graph: graph.name)
def test_no_two_convolutions_could_be_one(graph: Graph) -> None:
    """Without a bend between them, one does the work of both."""
    for layer in graph.layers:
        if layer.kind == "conv" and not layer.relu and layer.name not in graph.outputs:
            readers = [each for each in graph.layers if layer.name in each.inputs]
            assert len(readers) > 1 or readers[0].kind != "conv", layer.name


def test_what_leads_only_to_one_output_is_known() -> None:
    graph = Graph("two", channels=1)
    shared = graph.conv("input", 4)
    own = graph.conv(graph.max_pool(shared, (2, 2)), 4)
    graph.output(shared, 2, "one")
    graph.output(own, 2, "other")
    assert graph.leading_only_to("other") == {"other", "max_pool_1", "conv_2"}
    assert graph.leading_only_to("one") == {"one"}


def test_weights_come_back_as_they_were_kept(tmp_path: Path) -> None:
    weights = {"convs.a.weight": np.ones((2, 1, 3, 3), np.float32) / 3}
    save_weights(weights | {"norms.a.num_batches_tracked": np.array(3)}, tmp_path / "w")
    kept = load_weights(tmp_path / "w.npz")
    assert list(kept) == ["convs.a.weight"]
    np.testing.assert_allclose(kept["convs.a.weight"], 1 / 3, rtol=1e-3)
