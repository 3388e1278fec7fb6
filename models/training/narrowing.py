"""The weights of a network for a narrower one: its most used channels."""

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from models.training.arrays import Floats
from models.training.graph import Graph, Layer
from models.training.weights import Weights

_RELU6 = 6.0
_DRAWS = np.array([NormalDist().inv_cdf((i + 0.5) / 200) for i in range(200)])
"""The middles of 200 equal shares of a standard normal distribution."""


def narrowed(weights: Weights, graph: Graph) -> Weights:
    """`weights` of a network like `graph`, but wider in places, cut down to it.

    Only the channels between the two ends of a block may be fewer, those that one
    plain convolution reads, be it past a depthwise one. Kept are the channels whose
    changes that convolution hears most; what the others say on average it is told by
    its batch norm.

    Raises `ValueError` where another channel count differs.
    """
    cut = dict(weights)
    for layer in graph.layers:
        known = cut.get(f"convs.{layer.name}.weight")
        if layer.kind != "conv" or known is None or len(known) == layer.channels:
            continue
        chain = [layer, *_through_depthwise(graph, layer)]
        readers = _readers(graph, chain[-1])
        if (
            len(readers) != 1
            or readers[0].kind != "conv"
            or not readers[0].normalised
            or len(known) < layer.channels
        ):
            raise ValueError(f"{layer.name} cannot have {layer.channels} channels.")
        _cut(cut, chain, readers[0], layer.channels)
    return cut


def _cut(cut: Weights, chain: list[Layer], reader: Layer, channels: int) -> None:
    kernel = _kernel(cut, reader)
    mean, spread = _said(cut, chain[-1])
    heard = spread * np.sqrt((kernel**2).sum((0, 2, 3)))
    kept = np.sort(np.argsort(-heard)[:channels])
    lost = np.setdiff1d(np.arange(len(heard)), kept)
    cut[f"norms.{reader.name}.running_mean"] = (
        cut[f"norms.{reader.name}.running_mean"]
        - kernel[:, lost].sum((2, 3)) @ mean[lost]
    )
    cut[f"convs.{reader.name}.weight"] = kernel[:, kept]
    for layer in chain:
        cut[f"convs.{layer.name}.weight"] = _kernel(cut, layer)[kept]
        for part in ("weight", "bias", "running_mean", "running_var"):
            name = f"norms.{layer.name}.{part}"
            cut[name] = cut[name][kept]


def _said(weights: Weights, layer: Layer) -> tuple[Floats, Floats]:
    """Mean and spread of each channel, as its batch norm has them: a normal one's."""
    gain = weights[f"norms.{layer.name}.weight"]
    offset = weights[f"norms.{layer.name}.bias"]
    values = offset[:, None] + gain[:, None] * _DRAWS
    if layer.relu:
        values = values.clip(0, _RELU6)
    return values.mean(1), values.std(1)


def _through_depthwise(graph: Graph, layer: Layer) -> list[Layer]:
    readers = _readers(graph, layer)
    if len(readers) == 1 and readers[0].kind == "depthwise":
        return [readers[0], *_through_depthwise(graph, readers[0])]
    return []


def _readers(graph: Graph, layer: Layer) -> list[Layer]:
    return [other for other in graph.layers if layer.name in other.inputs]


def _kernel(weights: Weights, layer: Layer) -> NDArray[np.float32]:
    return weights[f"convs.{layer.name}.weight"]
