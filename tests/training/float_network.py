"""A graph computed in plain numpy: the float truth that int8 is compared with."""

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from edge_anpr.recognition.runtime import Output
from edge_anpr.records import Pixels
from models.training.graph import Graph, Layer
from models.training.weights import Weights, folded

Floats = NDArray[np.float32]


class FloatNetwork:
    """Speaks like a model of the device: pixels in, outputs by name."""

    def __init__(self, graph: Graph, weights: Weights) -> None:
        self._graph = graph
        self._weights = weights

    def run(self, pixels: Pixels) -> Mapping[str, Output]:
        values: dict[str, Floats] = {"input": (pixels / 255).astype(np.float32)}
        for layer in self._graph.layers:
            inputs = [values[name] for name in layer.inputs]
            value = _computed(layer, inputs, self._weights)
            values[layer.name] = np.clip(value, 0, 6) if layer.relu else value
        # The values are the numbers themselves: scale 1, zero point 0.
        return {
            name: Output(values[name].astype(np.float32), 1.0, 0)
            for name in self._graph.outputs
        }


def _computed(layer: Layer, inputs: list[Floats], weights: Weights) -> Floats:
    first = inputs[0]
    rows, columns = first.shape[:2]
    tall, wide = layer.kernel
    if layer.kind == "add":
        return first + inputs[1]
    if layer.kind == "enlarge":
        return np.asarray(cv2.resize(first, (columns * wide, rows * tall)), np.float32)
    if layer.kind == "fold":
        return first.reshape(rows, columns // wide, -1)
    if layer.kind == "max_pool":
        blocks = first.reshape(rows // tall, tall, columns // wide, wide, -1)
        return np.asarray(blocks.max((1, 3)))
    kernel, bias = folded(weights, layer)
    padded = np.pad(first, (_pads(rows, layer, 0), _pads(columns, layer, 1), (0, 0)))
    windows = sliding_window_view(padded, layer.kernel, (0, 1))
    windows = windows[:: layer.stride[0], :: layer.stride[1]]
    if layer.kind == "depthwise":
        return np.asarray(np.einsum("hwckl,ckl->hwc", windows, kernel[:, 0]) + bias)
    return np.asarray(np.tensordot(windows, kernel, ((2, 3, 4), (1, 2, 3))) + bias)


def _pads(size: int, layer: Layer, axis: int) -> tuple[int, int]:
    stride = layer.stride[axis]
    total = max((-(-size // stride) - 1) * stride + layer.kernel[axis] - size, 0)
    return total // 2, total - total // 2
