"""The float weights behind the product's own detector and reader, to price int8 by."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from edge_anpr.recognition.card import DetectorCard, ReaderCard
from edge_anpr.recognition.runtime import Output
from edge_anpr.records import Pixels


class FloatNetwork:
    """A float32 `.tflite` that speaks like the int8 ones: pixels in, named outputs."""

    def __init__(self, content: bytes, card: DetectorCard | ReaderCard) -> None:
        self._interpreter: Any = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        names = {output.shape: output.name for output in card.outputs}
        self._outputs = {
            names[tuple(int(side) for side in facts["shape"])]: facts["index"]
            for facts in self._interpreter.get_output_details()
        }

    def run(self, pixels: Pixels) -> Mapping[str, Output]:
        scaled = pixels.astype(np.float32)[None] / 255
        self._interpreter.set_tensor(self._input, scaled)
        self._interpreter.invoke()
        # Scale 1 and zero point 0: the numbers are themselves.
        return {
            name: Output(self._interpreter.get_tensor(index)[0], 1.0, 0)
            for name, index in self._outputs.items()
        }
