"""The weights of a network for a wider one: what it says at first stays the same."""

import numpy as np

from models.training.arrays import Floats
from models.training.graph import Graph, Layer
from models.training.weights import Weights

_FRESH_NORM = {"weight": 1.0, "bias": 0.0, "running_mean": 0.0, "running_var": 1.0}


def widened(weights: Weights, graph: Graph, seed: int = 0) -> Weights:
    """`weights` of a network like `graph`, but narrower in places, filled up to it.

    New channels begin at random, and the old ones do not hear them yet (as in Chen,
    Goodfellow and Shlens, Net2Net, 2016, but without copies). A layer with another
    kernel than before is left to the training.
    """
    rng = np.random.default_rng(seed)
    grown = dict(weights)
    for layer in graph.layers:
        known = grown.get(f"convs.{layer.name}.weight")
        if known is None:
            continue
        inputs = 1 if layer.kind == "depthwise" else graph.channels(layer.inputs[0])
        if known.shape[2:] != layer.kernel:
            del grown[f"convs.{layer.name}.weight"]
        elif len(known) < layer.channels or known.shape[1] < inputs:
            grown[f"convs.{layer.name}.weight"] = _filled(known, layer, inputs, rng)
            _fill_norm(grown, layer)
    return grown


def _filled(
    known: Floats, layer: Layer, inputs: int, rng: np.random.Generator
) -> Floats:
    outputs, heard = max(layer.channels, len(known)), max(inputs, known.shape[1])
    spread = np.sqrt(2 / (heard * layer.kernel[0] * layer.kernel[1]))
    filled = rng.normal(0, spread, (outputs, heard, *layer.kernel)).astype(np.float32)
    filled[: len(known)] = 0
    filled[: len(known), : known.shape[1]] = known
    return filled


def _fill_norm(weights: Weights, layer: Layer) -> None:
    for part, fresh in _FRESH_NORM.items():
        name = f"norms.{layer.name}.{part}"
        if name in weights:
            missing = layer.channels - len(weights[name])
            more = np.full(max(missing, 0), fresh, np.float32)
            weights[name] = np.concatenate([weights[name], more])
