"""The simplest stand-ins for what the tests do without."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from edge_anpr.recognition.runtime import Output
from edge_anpr.records import Pixels

QUIET = -12.0  # a logit whose probability is next to nothing


class FakeNetwork:
    """Answers every picture with the same outputs, and keeps the last picture."""

    def __init__(self, outputs: Mapping[str, Output]) -> None:
        self.outputs = outputs
        self.seen: Pixels | None = None

    def run(self, pixels: Pixels) -> Mapping[str, Output]:
        self.seen = pixels
        return self.outputs


def quantised(numbers: NDArray[np.float64], scale: float) -> Output:
    """Numbers as a model gives them, to the nearest step of scale around 0."""
    steps = np.clip(np.round(numbers / scale), -128, 127)
    return Output(steps.astype(np.int8), scale, 0)
