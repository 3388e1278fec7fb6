"""A model runs only when it is what its card says."""

import hashlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from edge_anpr.errors import ModelMismatch
from edge_anpr.recognition import runtime
from edge_anpr.recognition.card import ReaderCard, load_card
from edge_anpr.recognition.runtime import Output, load_network
from tests.recognition.cards import reader_card


def test_an_output_gives_the_numbers_its_values_stand_for() -> None:
    output = Output(np.array([-128, 10, 127], np.int8), 0.5, 10)
    assert output.numbers(output.values).tolist() == [-69.0, 0.0, 58.5]


@pytest.mark.parametrize(
    "name",
    [
        "plate_detector_small",
        "plate_detector",
        "plate_detector_wide",
        "plate_detector_large",
        "plate_reader",
    ],
)
def test_every_model_fits_its_card_and_runs(name: str, models: Path) -> None:
    card = load_card(models / f"{name}.yaml")
    assert card.name == name
    outputs = load_network(card, models, 1).run(
        np.zeros(card.input.shape[1:], np.uint8)
    )
    shapes = {key: (1, *output.values.shape) for key, output in outputs.items()}
    assert shapes == {output.name: output.shape for output in card.outputs}


def test_another_file_than_the_cards_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plate_reader.tflite").write_bytes(b"other")
    with pytest.raises(ModelMismatch, match="SHA-256 000000000000"):
        load_network(reader_card(), tmp_path, 1)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMismatch, match=r"plate_reader\.tflite: cannot be read"):
        load_network(reader_card(), tmp_path, 1)


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    content = b"no model at all"
    (tmp_path / "plate_reader.tflite").write_bytes(content)
    with pytest.raises(ModelMismatch, match="the runtime does not take this model"):
        load_network(_card_of(content), tmp_path, 1)


def test_a_model_of_another_shape_is_refused(models: Path) -> None:
    content = (models / "plate_detector.tflite").read_bytes()
    card = _card_of(content).model_copy(update={"file": "plate_detector.tflite"})
    with pytest.raises(
        ModelMismatch, match=r"input shape is .* card says \(1, 64, 128"
    ):
        load_network(card, models, 1)


def test_no_runtime_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in runtime.RUNTIMES:
        monkeypatch.setitem(sys.modules, name, None)
    (tmp_path / "plate_reader.tflite").write_bytes(b"model")
    with pytest.raises(ModelMismatch, match="No model runtime is installed"):
        load_network(_card_of(b"model"), tmp_path, 1)


def test_a_runtime_that_imports_but_does_not_work_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As tflite-runtime 2.14 does beside NumPy 2."""

    class Interpreter:
        def __init__(self, model_content: bytes, num_threads: int) -> None:
            raise SystemError(
                f"_ARRAY_API not found {len(model_content) * num_threads}"
            )

    broken = ModuleType("tflite_runtime.interpreter")
    broken.__dict__["Interpreter"] = Interpreter
    monkeypatch.setitem(sys.modules, runtime.RUNTIMES[0], None)
    monkeypatch.setitem(sys.modules, "tflite_runtime", ModuleType("tflite_runtime"))
    monkeypatch.setitem(sys.modules, runtime.RUNTIMES[1], broken)
    (tmp_path / "plate_reader.tflite").write_bytes(b"model")
    with pytest.raises(ModelMismatch, match=r"_ARRAY_API.*needs numpy<2"):
        load_network(_card_of(b"model"), tmp_path, 1)


def _card_of(content: bytes) -> ReaderCard:
    sha256 = hashlib.sha256(content).hexdigest()
    return reader_card().model_copy(update={"sha256": sha256})
