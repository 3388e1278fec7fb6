"""A small network with made-up weights, to be narrowed or widened."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_anpr.records import Pixels
from models.training.graph import Graph
from models.training.weights import Weights
from tests.training.float_network import FloatNetwork

KINDS = {"conv", "depthwise"}


def block(middle: int, end: int = 6) -> Graph:
    """A wide middle between two ends, once past a depthwise convolution."""
    graph = Graph("block", channels=3)
    start = graph.conv("input", end, 3, 2)
    inner = graph.depthwise(graph.conv(start, middle), 3)
    result = graph.add(graph.conv(inner, end, relu=False), start)
    graph.output(graph.conv(graph.conv(result, middle, 3), 4), 2, "result")
    return graph


def made_up(graph: Graph, rng: np.random.Generator) -> Weights:
    weights: Weights = {}
    for layer in graph.layers:
        if layer.kind not in KINDS:
            continue
        inputs = 1 if layer.kind == "depthwise" else graph.channels(layer.inputs[0])
        weights[f"convs.{layer.name}.weight"] = rng.normal(
            size=(layer.channels, inputs, *layer.kernel)
        ).astype(np.float32)
        if not layer.normalised:
            weights[f"convs.{layer.name}.bias"] = np.zeros(layer.channels, np.float32)
            continue
        for part, middle in (("weight", 1), ("bias", 0.5), ("running_mean", 0)):
            weights[f"norms.{layer.name}.{part}"] = rng.normal(
                middle, 0.1, layer.channels
            ).astype(np.float32)
        weights[f"norms.{layer.name}.running_var"] = np.ones(layer.channels, np.float32)
    return weights


def said(graph: Graph, weights: Weights, pixels: Pixels) -> NDArray[Any]:
    """What such a network makes of a picture."""
    return FloatNetwork(graph, weights).run(pixels)["result"].values
