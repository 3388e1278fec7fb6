"""The models in models/ are what the boards need: small, int8, and XNNPACK's alone."""

import subprocess
import sys
import venv
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_anpr.recognition.card import DetectorCard, load_card
from edge_anpr.recognition.image import cut_box, letterbox
from edge_anpr.recognition.runtime import load_network, make_interpreter
from edge_anpr.records import Box, Pixels
from edge_anpr.sample import Scene, render_scene
from tests.recognition.delegation import left_to_reference_code

NAMES = [
    "plate_detector_small",
    "plate_detector",
    "plate_detector_wide",
    "plate_detector_large",
    "plate_reader",
]
MOST_BYTES = 2_000_000
# Int8 steps from one runtime to the other. Each rounds in its own way in every layer,
# and the detectors have twice the reader's.
MOST_STEPS_APART = {"reader": 4, "detector": 8}
LIKELY_STEPS = 20
"""Below the surest plate of the scene."""
MEAN_STEPS_APART = 1.0
PIP_LONGEST_S = 180

each_model = pytest.mark.parametrize("name", NAMES)

# Run by the older runtime's Python, with the names of three files.
RUN_ELSEWHERE = """
import sys
import numpy as np
from tflite_runtime.interpreter import Interpreter

model, picture, outputs = sys.argv[1:]
interpreter = Interpreter(model, num_threads=1)
interpreter.allocate_tensors()
interpreter.set_tensor(interpreter.get_input_details()[0]["index"], np.load(picture))
interpreter.invoke()
details = interpreter.get_output_details()
tensors = {each["name"]: interpreter.get_tensor(each["index"]) for each in details}
np.savez(outputs, **tensors)
"""


@pytest.fixture(scope="module")
def scene() -> Scene:
    return render_scene(3, 1280, 720, 1, plate_width_px=120)


@pytest.fixture(scope="module")
def older_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with tflite-runtime, the older of the runtimes."""
    if sys.version_info[:2] != (3, 11):
        pytest.skip("tflite-runtime 2.14 has no wheels for this Python")
    folder = tmp_path_factory.mktemp("older")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    packages = ["tflite-runtime==2.14.0", "numpy<2"]
    install = [str(python), "-m", "pip", "install", "-q", "--retries=1", *packages]
    try:
        subprocess.run(install, check=True, capture_output=True, timeout=PIP_LONGEST_S)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        pytest.skip("tflite-runtime 2.14 cannot be installed from here")
    return python


def test_no_model_is_forgotten_here(models: Path) -> None:
    assert sorted(path.stem for path in models.glob("*.tflite")) == sorted(NAMES)


@each_model
def test_a_model_is_small_and_fits_its_card(name: str, models: Path) -> None:
    assert (models / f"{name}.tflite").stat().st_size < MOST_BYTES
    load_network(load_card(models / f"{name}.yaml"), models, threads=1)


@each_model
def test_a_model_is_int8_with_a_batch_of_one(name: str, models: Path) -> None:
    interpreter = make_interpreter((models / f"{name}.tflite").read_bytes(), 1)
    for facts in (*interpreter.get_input_details(), *interpreter.get_output_details()):
        assert facts["dtype"] is np.int8
        assert facts["shape"][0] == facts["shape_signature"][0] == 1


@each_model
def test_xnnpack_takes_every_operator(name: str, models: Path) -> None:
    assert left_to_reference_code((models / f"{name}.tflite").read_bytes()) == []


def test_operators_that_xnnpack_leaves_would_be_noticed(models: Path) -> None:
    content = (models / "plate_reader.tflite").read_bytes()
    left = left_to_reference_code(content, with_xnnpack=False)
    assert "CONV_2D" in left


@pytest.mark.slow
@each_model
def test_the_older_runtime_agrees(
    name: str, models: Path, scene: Scene, older_python: Path, tmp_path: Path
) -> None:
    picture, outputs = tmp_path / "picture.npy", tmp_path / "outputs.npz"
    model = models / f"{name}.tflite"
    np.save(picture, _as_input(name, models, scene))
    files = map(str, (model, picture, outputs))
    command = [str(older_python), "-c", RUN_ELSEWHERE, *files]
    subprocess.run(command, check=True, capture_output=True, timeout=PIP_LONGEST_S)
    ours = _run_here(model, np.load(picture))
    with np.load(outputs) as file:
        theirs = {key: file[key] for key in file.files}
    assert set(theirs) == ours.keys()
    apart = np.concatenate(
        [
            np.abs(theirs[key].astype(int) - ours[key])[_that_matter(ours, theirs)]
            for key in ours
        ],
        axis=None,
    )
    assert apart.max() <= MOST_STEPS_APART[load_card(models / f"{name}.yaml").kind]
    assert apart.mean() < MEAN_STEPS_APART


def _that_matter(*runtimes: dict[str, NDArray[np.int8]]) -> NDArray[np.bool_]:
    """The places where either runtime sees a plate, if there is a map of them.

    What a detector says of no plate is noise, and rounds as it likes.
    """
    outputs = [each for runtime in runtimes for each in runtime.values()]
    heats = [each[..., 0] for each in outputs if each.shape[-1] == 1 and each.size > 1]
    if not heats:
        return np.ones((), bool)
    highest = np.asarray(np.maximum.reduce(heats))
    return np.asarray(highest > int(highest.max()) - LIKELY_STEPS)


def _as_input(name: str, models: Path, scene: Scene) -> NDArray[np.int8]:
    """The scene, or its plate, as the device feeds it to a model."""
    card = load_card(models / f"{name}.yaml")
    width, height = card.input.width, card.input.height
    pixels: Pixels
    if isinstance(card, DetectorCard):
        pixels = letterbox(scene.pixels, width, height).pixels
    else:
        corners = scene.plates[0].quad
        box = Box(
            corners.top_left.x,
            corners.top_left.y,
            corners.bottom_right.x,
            corners.bottom_right.y,
        )
        pixels = cut_box(scene.pixels, box, width, height)
    return np.bitwise_xor(pixels, 128).view(np.int8)[np.newaxis]


def _run_here(model: Path, picture: NDArray[np.int8]) -> dict[str, NDArray[np.int8]]:
    interpreter = make_interpreter(model.read_bytes(), 1)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture)
    interpreter.invoke()
    return {
        str(facts["name"]): interpreter.get_tensor(facts["index"])
        for facts in interpreter.get_output_details()
    }
