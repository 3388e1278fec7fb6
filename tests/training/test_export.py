"""TFLite runs the network that torch trained; in the training environment only."""

from typing import Any

import numpy as np
import pytest

from models.training.graph import Graph
from models.training.weights import folded

torch: Any = pytest.importorskip("torch", reason="training environment only")
pytest.importorskip("tensorflow", reason="training environment only")

from ai_edge_litert.interpreter import Interpreter  # noqa: E402

from models.training.export import to_tflite  # noqa: E402
from models.training.network import Network  # noqa: E402


def every_kind_of_layer() -> Graph:
    graph = Graph("tiny", channels=1)
    wide = graph.conv(graph.fold("input", 2), 8, (5, 2), (2, 1))
    pooled = graph.max_pool(graph.depthwise(wide, 5), (2, 2))
    graph.output(graph.add(graph.enlarge(pooled, (2, 2)), wide), 3, "result")
    return graph


def test_torch_and_tflite_agree() -> None:
    torch.manual_seed(0)
    graph = every_kind_of_layer()
    network = Network(graph)
    for _ in range(20):
        network(torch.rand(8, 1, 16, 24))
    network.eval()
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    assert folded(weights, graph.layers[1])[0].shape == (8, 2, 5, 2)
    pixels = np.random.default_rng(0).integers(0, 256, (16, 24, 1), np.uint8)
    scaled = pixels.astype(np.float32)[None] / 255
    expected = network(torch.from_numpy(scaled.transpose(0, 3, 1, 2)))[0]
    model = Interpreter(model_content=to_tflite(graph, weights, (24, 16), None))
    model.allocate_tensors()
    model.set_tensor(model.get_input_details()[0]["index"], scaled)
    model.invoke()
    result = model.get_tensor(model.get_output_details()[0]["index"])
    np.testing.assert_allclose(
        result[0], expected[0].detach().permute(1, 2, 0), atol=1e-4
    )
