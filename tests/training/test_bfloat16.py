"""Where bfloat16 makes a training quicker, it makes nothing else of a network."""

from typing import Any

import pytest

from models.training.graph import Graph
from models.training.networks import detector, reader

torch: Any = pytest.importorskip("torch", reason="training environment only")

from models.training.network import Network  # noqa: E402

SIZES = {"plate_reader": (64, 128), "plate_detector": (128, 160)}


@pytest.mark.parametrize("graph", [reader(), detector()], ids=lambda g: g.name)
def test_bfloat16_says_what_float32_says(graph: Graph) -> None:
    torch.manual_seed(1)
    network = Network(graph).to(memory_format=torch.channels_last)
    pixels = torch.rand(16, graph.input_channels, *SIZES[graph.name])
    pixels = pixels.to(memory_format=torch.channels_last)
    with torch.no_grad():
        exact = network(pixels)
        with torch.autocast("cpu", torch.bfloat16):
            quick = network(pixels)
    for right, nearly in zip(exact, quick, strict=True):
        off = (right - nearly.float()).pow(2).mean().sqrt()
        assert off < 0.1 * right.pow(2).mean().sqrt()
