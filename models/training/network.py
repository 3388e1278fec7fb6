"""A graph as a torch module, and the moving average of its weights."""

import copy

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.training.graph import Graph, Layer

WIDEST_IN_BFLOAT16 = 8


class Network(nn.Module):
    """Runs a graph; input N×C×H×W float in 0..1, one output tensor per graph output."""

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.graph = graph
        self.rounding: Rounding | None = None
        """Set while a training is to feel int8; without effect when not training."""
        self.convs = nn.ModuleDict()
        self.norms = nn.ModuleDict()
        for layer in graph.layers:
            if layer.kind not in {"conv", "depthwise"}:
                continue
            inputs = graph.channels(layer.inputs[0])
            self.convs[layer.name] = nn.Conv2d(
                inputs,
                layer.channels,
                layer.kernel,
                layer.stride,
                padding=_symmetric(layer),
                groups=inputs if layer.kind == "depthwise" else 1,
                bias=not layer.normalised,
            )
            if layer.normalised:
                self.norms[layer.name] = nn.BatchNorm2d(layer.channels, momentum=0.05)

    def forward(self, pixels: Tensor) -> tuple[Tensor, ...]:
        values = {"input": pixels}
        for layer in self.graph.layers:
            first = values[layer.inputs[0]]
            if layer.kind == "add":
                value = first + values[layer.inputs[1]]
            elif layer.kind == "max_pool":
                value = functional.max_pool2d(first, layer.kernel)
            elif layer.kind == "fold":
                value = _folded_columns(first, layer.kernel[1])
            elif layer.kind == "enlarge":
                value = functional.interpolate(
                    first,
                    scale_factor=(float(layer.kernel[0]), float(layer.kernel[1])),
                    mode="bilinear",
                )
            else:
                value = self._convolve(layer, first)
            value = functional.relu6(value) if layer.relu else value
            if self.rounding and self.training and layer.name not in self.graph.outputs:
                value = self.rounding.activation(layer.name, value)
            values[layer.name] = value
        return tuple(values[name] for name in self.graph.outputs)

    def _convolve(self, layer: Layer, value: Tensor) -> Tensor:
        if not any(_symmetric(layer)):
            value = functional.pad(value, _same_padding(layer, value.shape))
        conv = self.convs[layer.name]
        weight = conv.weight
        if self.rounding and self.training:
            weight = self.rounding.weight(weight)
        if _wants_float32(layer):
            with torch.autocast(value.device.type, enabled=False):
                value = conv._conv_forward(value.float(), weight, conv.bias)
        else:
            value = conv._conv_forward(value, weight, conv.bias)
        return self.norms[layer.name](value) if layer.normalised else value


class Rounding:
    """What int8 will do to weights and activations, so that training can allow for it.

    Gradients pass straight through the rounding (Jacob et al., Quantization and
    Training of Neural Networks, 2018). Weights are rounded channel by channel before
    batch norm, which scales each channel as a whole and so changes nothing in that.
    """

    def __init__(self, memory: float = 0.98) -> None:
        self._memory = memory
        self._ranges: dict[str, tuple[float, float]] = {}

    def activation(self, name: str, value: Tensor) -> Tensor:
        """To one of 256 steps between the least and the greatest seen lately."""
        low, high = value.detach().aminmax()
        least, greatest = min(float(low), 0.0), max(float(high), 1e-3)
        if name in self._ranges:
            before = self._ranges[name]
            least = before[0] + (least - before[0]) * (1 - self._memory)
            greatest = before[1] + (greatest - before[1]) * (1 - self._memory)
        self._ranges[name] = least, greatest
        step = (greatest - least) / 255
        return torch.fake_quantize_per_tensor_affine(
            value, step, min(max(round(-least / step), 0), 255), 0, 255
        )

    def weight(self, weight: Tensor) -> Tensor:
        steps = weight.detach().abs().amax((1, 2, 3)).clamp(min=1e-8) / 127
        zeros = torch.zeros_like(steps, dtype=torch.int32)
        return torch.fake_quantize_per_channel_affine(
            weight, steps, zeros, 0, -127, 127
        )


class Average:
    """Exponential moving average of a network; what is kept and shipped."""

    def __init__(self, network: Network, decay: float) -> None:
        self.network = copy.deepcopy(network).eval()
        self.decay = decay
        self._updates = 0

    @torch.no_grad()
    def update(self, network: Network) -> None:
        self._updates += 1
        # A young average must not remember the random start.
        decay = min(self.decay, self._updates / (self._updates + 10))
        pairs = zip(
            self.network.state_dict().values(),
            network.state_dict().values(),
            strict=True,
        )
        for mine, new in pairs:
            if mine.is_floating_point():
                mine.lerp_(new, 1 - decay)
            else:
                mine.copy_(new)


def _folded_columns(value: Tensor, pixels: int) -> Tensor:
    """N×C×H×W to N×(pixels·C)×H×(W/pixels), a pixel's channels together."""
    images, channels, rows, columns = value.shape
    parts = value.reshape(images, channels, rows, columns // pixels, pixels)
    joined = parts.permute(0, 4, 1, 2, 3).flatten(1, 2)
    return joined.contiguous(memory_format=torch.channels_last)


def _wants_float32(layer: Layer) -> bool:
    """Whether a processor's bfloat16 is no use for it.

    oneDNN takes ten times as long for a depthwise one's gradients, and what it makes of
    a kernel that spans a whole map is plainly wrong (seen with torch 2.13: 4×32 over
    16 channels).
    """
    return layer.kind == "depthwise" or max(layer.kernel) > WIDEST_IN_BFLOAT16


def _symmetric(layer: Layer) -> tuple[int, int]:
    """Padding where both sides get the same, so that torch can do it itself."""
    if layer.stride == (1, 1) and all(size % 2 for size in layer.kernel):
        return layer.kernel[0] // 2, layer.kernel[1] // 2
    return 0, 0


def _same_padding(layer: Layer, shape: torch.Size) -> tuple[int, int, int, int]:
    """TensorFlow's "same": what is left over goes right and below."""
    pads = []
    for axis in (1, 0):
        size, kernel, stride = shape[2 + axis], layer.kernel[axis], layer.stride[axis]
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        pads += [total // 2, total - total // 2]
    return pads[0], pads[1], pads[2], pads[3]
