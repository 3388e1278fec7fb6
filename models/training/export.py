"""From float weights to an int8 `.tflite` with its card.

TensorFlow converts; it needs only the graph and the arrays, not torch.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from models.training.arrays import Pixels
from models.training.graph import Graph, Layer
from models.training.weights import Weights, folded


def to_tflite(
    graph: Graph,
    weights: Weights,
    size: tuple[int, int],
    examples: Iterable[Pixels] | None,
) -> bytes:
    """A model for pictures of `size` (width, height), batch of one.

    Fully int8 when there are `examples`, float32 when not. They are H×W×C uint8
    pictures as the device would feed them; activations are quantised to the range they
    show. Input scale is 1/255 with zero point -128, so that a device feeds pixel - 128.
    """
    model = to_keras(graph, weights, size)
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if examples is None:
        return bytes(converter.convert())
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    converter.representative_dataset = lambda: _feed(examples)
    return bytes(converter.convert())


def to_keras(graph: Graph, weights: Weights, size: tuple[int, int]) -> keras.Model:
    """The graph with its weights as a Keras model, N×H×W×C float in 0..1."""
    width, height = size
    values: dict[str, Any] = {
        "input": keras.Input(batch_shape=(1, height, width, graph.input_channels))
    }
    pending: list[tuple[keras.layers.Layer, list[Any]]] = []
    for layer in graph.layers:
        inputs = [values[name] for name in layer.inputs]
        value = _apply(layer, inputs, weights, pending)
        values[layer.name] = keras.layers.ReLU(6.0)(value) if layer.relu else value
    for keras_layer, arrays in pending:
        keras_layer.set_weights(arrays)
    outputs = [values[name] for name in graph.outputs]
    return keras.Model(values["input"], outputs, name=graph.name)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _apply(
    layer: Layer,
    inputs: list[Any],
    weights: Weights,
    pending: list[tuple[keras.layers.Layer, list[Any]]],
) -> Any:
    if layer.kind == "add":
        return keras.layers.Add()(inputs)
    if layer.kind == "max_pool":
        return keras.layers.MaxPooling2D(layer.kernel)(inputs[0])
    if layer.kind == "fold":
        rows, columns, channels = inputs[0].shape[1:]
        folded_size = rows, columns // layer.kernel[1], channels * layer.kernel[1]
        return keras.layers.Reshape(folded_size)(inputs[0])
    if layer.kind == "enlarge":
        rows, columns = inputs[0].shape[1:3]
        size = rows * layer.kernel[0], columns * layer.kernel[1]
        return keras.ops.image.resize(inputs[0], size, interpolation="bilinear")
    kernel, bias = folded(weights, layer)
    convolution: keras.layers.Layer
    if layer.kind == "depthwise":
        convolution = keras.layers.DepthwiseConv2D(
            layer.kernel, layer.stride, padding="same", name=layer.name
        )
        kernel = kernel.transpose(2, 3, 0, 1)
    else:
        convolution = keras.layers.Conv2D(
            layer.channels, layer.kernel, layer.stride, padding="same", name=layer.name
        )
        kernel = kernel.transpose(2, 3, 1, 0)
    pending.append((convolution, [kernel, bias]))
    return convolution(inputs[0])


def _feed(examples: Iterable[Pixels]) -> Iterator[list[Any]]:
    for index, pixels in enumerate(examples):
        scaled = pixels.astype(np.float32)[None] / 255
        if index == 0:
            # The range of the input is 0..1 whatever the examples show.
            scaled[0, 0, 0], scaled[0, 0, 1] = 0.0, 1.0
        yield [scaled]
