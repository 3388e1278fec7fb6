"""What training feels of int8 (needs torch, which only training has)."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="only the training environment has torch")

from models.training.graph import Graph  # noqa: E402
from models.training.network import Network, Rounding  # noqa: E402


def small_network() -> Network:
    graph = Graph("small", channels=1)
    top = graph.conv("input", 8, 3, 2)
    graph.output(graph.conv(top, 8, relu=False), 2, "out")
    torch.manual_seed(0)
    return Network(graph)


def test_a_value_takes_one_of_256_steps_at_most() -> None:
    value = torch.linspace(-1, 3, 5000)
    rounded = Rounding().activation("a", value)
    assert len(rounded.unique()) <= 256
    assert float((rounded - value).abs().max()) <= 4 / 255


def test_nought_stays_nought() -> None:
    value = torch.tensor([-0.37, 0.0, 1.11])
    assert float(Rounding().activation("a", value)[1]) == 0


def test_each_channel_has_its_own_steps() -> None:
    weight = torch.stack([torch.full((1, 3, 3), 1e-3), torch.full((1, 3, 3), 10.0)])
    np.testing.assert_allclose(Rounding().weight(weight), weight, rtol=0.01)


def test_gradients_pass_the_rounding() -> None:
    network = small_network()
    network.rounding = Rounding()
    network.train()
    (result,) = network(torch.rand(2, 1, 16, 16))
    result.square().sum().backward()
    assert all(float(p.grad.abs().sum()) > 0 for p in network.convs.parameters())


def test_it_is_felt_in_training_alone() -> None:
    network = small_network().eval()
    pixels = torch.rand(1, 1, 16, 16)
    (exact,) = network(pixels)
    network.rounding = Rounding()
    assert torch.equal(network(pixels)[0], exact)
    network.train()
    assert not torch.equal(network(pixels)[0], exact)
