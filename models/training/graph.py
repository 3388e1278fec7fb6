"""A network as a list of layers, so that one description serves torch and TFLite.

Torch trains it (`network.py`); Keras, which TensorFlow can convert, is given the
trained weights layer by layer (`export.py`). Padding is TensorFlow's "same" in both,
and every kind of layer has an int8 form in XNNPACK.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["conv", "depthwise", "add", "max_pool", "enlarge", "fold"]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Layer:
    """One step of a network; `inputs` are names of earlier layers or `input`."""

    name: str
    kind: Kind
    inputs: tuple[str, ...]
    channels: int
    kernel: Pair = (1, 1)
    """Height and width; for `max_pool`, `enlarge` and `fold` also the factor."""
    stride: Pair = (1, 1)
    normalised: bool = True
    """Convolutions only: batch norm, folded into the weights at export."""
    relu: bool = False


class Graph:
    """Builds the list of layers; each method returns the new layer's name."""

    def __init__(self, name: str, channels: int) -> None:
        self.name = name
        self.layers: list[Layer] = []
        self.outputs: tuple[str, ...] = ()
        self._channels = {"input": channels}

    @property
    def input_channels(self) -> int:
        return self._channels["input"]

    def channels(self, name: str) -> int:
        return self._channels[name]

    def conv(
        self,
        source: str,
        channels: int,
        kernel: int | Pair = 1,
        stride: int | Pair = 1,
        *,
        relu: bool = True,
    ) -> str:
        size, step = _pair(kernel), _pair(stride)
        return self._append("conv", (source,), channels, size, step, relu)

    def depthwise(
        self, source: str, kernel: int, stride: int = 1, *, relu: bool = True
    ) -> str:
        size, step = _pair(kernel), _pair(stride)
        channels = self.channels(source)
        return self._append("depthwise", (source,), channels, size, step, relu)

    def add(self, first: str, second: str, *, relu: bool = False) -> str:
        channels = self.channels(first)
        return self._append("add", (first, second), channels, relu=relu)

    def max_pool(self, source: str, factor: Pair) -> str:
        channels = self.channels(source)
        return self._append("max_pool", (source,), channels, factor, factor)

    def enlarge(self, source: str, factor: Pair) -> str:
        """Bilinear, pixel middles aligned (not corners): XNNPACK knows no other."""
        return self._append("enlarge", (source,), self.channels(source), factor)

    def fold(self, source: str, pixels: int) -> str:
        """Neighbours in a row as one pixel with the channels of all, left to right.

        In memory nothing moves. A convolution of few channels costs by the pixel, not
        by the multiplication, and has fewer of them then.
        """
        channels = self.channels(source) * pixels
        return self._append("fold", (source,), channels, (1, pixels), (1, pixels))

    def output(self, source: str, channels: int, name: str) -> None:
        """A linear 1×1 convolution with a bias: one of the network's results."""
        self.layers.append(Layer(name, "conv", (source,), channels, normalised=False))
        self._channels[name] = channels
        self.outputs = (*self.outputs, name)

    def leading_only_to(self, output: str) -> set[str]:
        """The layers that no other output needs, itself among them."""
        found = {output}
        for layer in reversed(self.layers):
            readers = {each.name for each in self.layers if layer.name in each.inputs}
            if readers and readers <= found:
                found.add(layer.name)
        return found

    def multiplications(self, width: int, height: int) -> int:
        """Multiply-accumulates of one picture of this size."""
        size = {"input": (height, width)}
        total = 0
        for layer in self.layers:
            rows, columns = size[layer.inputs[0]]
            if layer.kind == "enlarge":
                rows, columns = rows * layer.kernel[0], columns * layer.kernel[1]
            else:
                rows = -(-rows // layer.stride[0])
                columns = -(-columns // layer.stride[1])
            size[layer.name] = rows, columns
            area = layer.kernel[0] * layer.kernel[1] * rows * columns
            if layer.kind == "conv":
                total += area * layer.channels * self.channels(layer.inputs[0])
            elif layer.kind == "depthwise":
                total += area * layer.channels
        return total

    def _append(
        self,
        kind: Kind,
        inputs: tuple[str, ...],
        channels: int,
        kernel: Pair = (1, 1),
        stride: Pair = (1, 1),
        relu: bool = False,
    ) -> str:
        name = f"{kind}_{len(self.layers)}"
        layer = Layer(name, kind, inputs, channels, kernel, stride, relu=relu)
        self.layers.append(layer)
        self._channels[name] = channels
        return name


def _pair(value: int | Pair) -> Pair:
    return (value, value) if isinstance(value, int) else value
