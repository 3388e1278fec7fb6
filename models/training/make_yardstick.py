"""Make the int8 MobileNet v2 that `edge-anpr bench` measures this board by.

    python -m models.training.make_yardstick

Its time does not depend on its weights, so they are a short pattern that repeats, and
the file compresses to a fraction of the 4 MB it otherwise has. Needs TensorFlow.
"""

import lzma
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from models.training.arrays import Floats

FILE = Path("edge_anpr/bench/mobilenet_v2_int8.tflite.xz")
SIDE_PX = 224
# A prime, so that no two channels of a layer get the same weights.
PERIOD = 251
EXAMPLES = 4


def main() -> None:
    content = lzma.compress(
        make_yardstick(repeating=True), preset=9 | lzma.PRESET_EXTREME
    )
    FILE.write_bytes(content)


def make_yardstick(*, repeating: bool) -> bytes:
    """A .tflite, int8 throughout, batch of one; with random weights for comparison."""
    rng = np.random.default_rng(1)
    # As in XNNPACK's benchmark no softmax at the end, of which it has no int8 form.
    trunk = keras.applications.MobileNetV2(
        (SIDE_PX, SIDE_PX, 3), weights=None, classifier_activation=None
    )
    if repeating:
        signs = rng.choice([-1.0, 1.0], PERIOD)
        for index, layer in enumerate(trunk.layers):
            if layer.weights and not isinstance(layer, keras.layers.BatchNormalization):
                # Shifted, because layers with the same weights would share memory.
                _fill(layer, np.roll(signs, index))
    picture = keras.Input(batch_shape=(1, SIDE_PX, SIDE_PX, 3))
    converter = tf.lite.TFLiteConverter.from_keras_model(
        keras.Model(picture, trunk(picture))
    )
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    converter.representative_dataset = lambda: _noise(rng)
    return bytes(converter.convert())


def _fill(layer: keras.layers.Layer, signs: Floats) -> None:
    """All weights of one size, so that every channel has the same scale."""
    kernel, *biases = layer.get_weights()
    if isinstance(layer, keras.layers.DepthwiseConv2D):
        size = _size(kernel[..., 0, 0])
        filled = np.resize(signs * size, kernel.shape)
    else:
        # Keras has the channels last; the file, where the pattern must run on, first.
        size = _size(kernel[..., 0])
        stored = np.resize(signs * size, (kernel.shape[-1], *kernel.shape[:-1]))
        filled = np.moveaxis(stored, 0, -1)
    layer.set_weights([filled.astype(kernel.dtype), *map(np.zeros_like, biases)])


def _size(channel: Floats) -> float:
    """Of weights that neither amplify nor fade what comes in (He et al. 2015)."""
    return float(np.sqrt(2 / channel.size))


def _noise(rng: np.random.Generator) -> Iterator[list[Floats]]:
    for _ in range(EXAMPLES):
        yield [rng.uniform(-1, 1, (1, SIDE_PX, SIDE_PX, 3)).astype(np.float32)]


if __name__ == "__main__":
    main()
