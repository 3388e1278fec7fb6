"""The int8 MobileNet v2 whose time on other boards is known.

Made by models/training/make_yardstick.py; its weights say nothing, only its time does.
"""

import lzma
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from edge_anpr.recognition.runtime import make_interpreter

FILE = Path(__file__).parent / "mobilenet_v2_int8.tflite.xz"
NAME = "MobileNet v2"
PI4_MS = 17.0
PI4_SOURCE = (
    "XNNPACK's README of February 2022: int8 MobileNet v2 1.0 224 on a Raspberry Pi 4, "
    "64-bit, all cores"
)


@dataclass(frozen=True, slots=True)
class Yardstick:
    """The network, ready to run, and the runtime that it and our models run in."""

    run: Callable[[], object]
    runtime: str  # package and version


def load_yardstick(threads: int) -> Yardstick:
    """Raise ModelMismatch when no runtime works."""
    interpreter = make_interpreter(lzma.decompress(FILE.read_bytes()), threads)
    interpreter.allocate_tensors()
    facts = interpreter.get_input_details()[0]
    noise = np.random.default_rng(0).integers(-128, 128, facts["shape"], np.int8)
    interpreter.set_tensor(facts["index"], noise)
    package = type(interpreter).__module__.partition(".")[0].replace("_", "-")
    return Yardstick(interpreter.invoke, f"{package} {_version(package)}")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # installed by other means than pip
        return "of unknown version"
