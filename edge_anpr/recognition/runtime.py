"""Run one .tflite model that has been checked against its card."""

import ctypes
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from edge_anpr.errors import ModelMismatch
from edge_anpr.recognition.card import DetectorCard, ReaderCard
from edge_anpr.records import Pixels

log = logging.getLogger(__name__)

RUNTIMES = ("ai_edge_litert.interpreter", "tflite_runtime.interpreter")


@dataclass(frozen=True, slots=True, eq=False)
class Output:
    """One output of a model for one picture: numbers (values - zero_point) * scale."""

    values: NDArray[np.int8]  # as the card says, less the leading 1
    scale: float
    zero_point: int

    def numbers(self, values: NDArray[np.int8]) -> NDArray[np.float32]:
        """The numbers that some of the values stand for."""
        return (values.astype(np.float32) - self.zero_point) * np.float32(self.scale)


class Network(Protocol):
    """A model that is ready to run."""

    def run(self, pixels: Pixels) -> Mapping[str, Output]:
        """Outputs by their names in the card.

        pixels: (height, width, channels) of the card's input, uint8, BGR or grey.
        """


class LiteRtNetwork:
    """A model in LiteRT or tflite-runtime; for one thread at a time."""

    def __init__(
        self, interpreter: Any, card: DetectorCard | ReaderCard
    ) -> None:  # Any: neither runtime has type hints
        self._interpreter = interpreter
        self._input = interpreter.get_input_details()[0]["index"]
        names = {output.shape: output.name for output in card.outputs}
        self._outputs = {
            names[tuple(int(side) for side in facts["shape"])]: (
                facts["index"],
                float(facts["quantization"][0]),
                int(facts["quantization"][1]),
            )
            for facts in interpreter.get_output_details()
        }

    def run(self, pixels: Pixels) -> Mapping[str, Output]:
        # Flipping the top bit of a uint8 takes 128 away from it, read as an int8. It
        # goes to the runtime's own memory, of which nothing may be kept while it runs.
        taken = self._interpreter.tensor(self._input)()[0].view(np.uint8)
        np.bitwise_xor(pixels, 128, out=taken)
        del taken
        self._interpreter.invoke()
        return {
            name: Output(self._interpreter.get_tensor(index)[0], scale, zero_point)
            for name, (index, scale, zero_point) in self._outputs.items()
        }


def load_network(
    card: DetectorCard | ReaderCard,
    folder: Path,
    threads: int,
    delegate: Path | None = None,
) -> Network:
    """Raise ModelMismatch when model, card and runtime do not fit together.

    delegate: a library that runs models elsewhere, on an Edge TPU for one; when it
    cannot be used, the processor does it.
    """
    path = folder / card.file
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelMismatch(
            f"{path}: cannot be read ({error.strerror}); put the model beside its card."
        ) from error
    came = hashlib.sha256(content).hexdigest()
    if came != card.sha256:
        raise ModelMismatch(
            f"{path}: the card is for the file with SHA-256 {card.sha256[:12]}…, this "
            f"one has {came[:12]}…; use the model and the card of one release."
        )
    try:
        interpreter = make_interpreter(content, threads, delegate)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise ModelMismatch(
            f"{path}: the runtime does not take this model ({error}); "
            "install a current ai-edge-litert."
        ) from error
    _check(interpreter, card, path)
    return LiteRtNetwork(interpreter, card)


def make_interpreter(content: bytes, threads: int, delegate: Path | None = None) -> Any:
    """Of the first runtime that works; raise ModelMismatch when there is none."""
    # Only making one shows that a runtime works: with NumPy 2, tflite-runtime imports.
    unusable = []
    for name in RUNTIMES:
        try:
            module = import_module(name)
            return _interpreter_of(module, content, threads, delegate)
        except ModuleNotFoundError:
            continue
        except (ImportError, SystemError, AttributeError) as error:
            unusable.append(f"{name.partition('.')[0]}: {error.__cause__ or error}")
    if unusable:
        raise ModelMismatch(
            f"The model runtime does not work ({'; '.join(unusable)}); tflite-runtime "
            "needs numpy<2, or install ai-edge-litert instead."
        )
    raise ModelMismatch(
        "No model runtime is installed; install ai-edge-litert "
        "(or tflite-runtime with numpy<2)."
    )


def _interpreter_of(
    module: ModuleType, content: bytes, threads: int, delegate: Path | None
) -> Any:
    if delegate:
        try:
            ctypes.CDLL(str(delegate))  # or LiteRT stumbles over its own half-made one
            loaded = module.load_delegate(str(delegate))
            interpreter = module.Interpreter(
                model_content=content,
                num_threads=threads,
                experimental_delegates=[loaded],
            )
            interpreter.allocate_tensors()
        except (OSError, ValueError, RuntimeError) as error:
            _say_once(delegate, str(error).removeprefix(f"{delegate}: "))
        else:
            return interpreter
    return module.Interpreter(model_content=content, num_threads=threads)


@cache
def _say_once(delegate: Path, why: str) -> None:
    """Not for each of the models."""
    log.warning(
        "%s cannot be used (%s); the processor runs the models instead",
        delegate,
        " ".join(why.split()),
    )


def _check(interpreter: Any, card: DetectorCard | ReaderCard, path: Path) -> None:
    inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
    _expect(path, "number of inputs", 1, len(inputs))
    _expect(path, "input shape", card.input.shape, _shape(inputs[0]))
    _expect(
        path,
        "output shapes",
        sorted(output.shape for output in card.outputs),
        sorted(_shape(facts) for facts in outputs),
    )
    for facts in (*inputs, *outputs):
        _expect(path, f"type of {facts['name']}", "int8", facts["dtype"].__name__)
    scale, zero_point = inputs[0]["quantization"]
    _expect(path, "input zero point", card.input.zero_point, zero_point)
    if not np.isclose(scale, card.input.scale, rtol=1e-3):
        _expect(path, "input scale", card.input.scale, scale)


def _shape(facts: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(int(side) for side in facts["shape"])


def _expect(path: Path, what: str, by_card: object, came: object) -> None:
    if by_card != came:
        raise ModelMismatch(
            f"{path}: {what} is {came}, but the card says {by_card}; "
            "use the card that came with the model."
        )
