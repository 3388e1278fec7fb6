"""The shipped int8 models say what the float weights beside them say."""

from pathlib import Path

import numpy as np
import pytest

from edge_anpr.config import DetectorSize, RecognitionConfig
from edge_anpr.recognition.card import DetectorCard, ReaderCard, load_card
from edge_anpr.recognition.detector import Detector, load_detector
from edge_anpr.recognition.reader import Reader, load_reader
from edge_anpr.records import Box, Detection
from edge_anpr.sample import STYLES, render_plate, render_scene
from models.training.graph import Graph
from models.training.networks import detector, reader
from models.training.weights import load_weights
from tests.training.float_network import FloatNetwork

TEXTS = ("AB12CDE", "HH KL 2047", "DMX-593", "7KV 9031")


def float_network(graph: Graph, models: Path) -> FloatNetwork:
    return FloatNetwork(graph, load_weights(models / f"{graph.name}.npz"))


@pytest.mark.parametrize("seed", range(3))
def test_the_detector_finds_the_same_boxes(models: Path, seed: int) -> None:
    card = load_card(models / "plate_detector.yaml")
    assert isinstance(card, DetectorCard)
    exact = Detector(float_network(detector(), models), card, card.threshold)
    shipped = load_detector(RecognitionConfig(models=models), DetectorSize.NORMAL)
    pixels = render_scene(seed, 960, 540, 1, plate_width_px=140).pixels
    expected, found = exact.detect(pixels), shipped.detect(pixels)
    assert expected
    assert found[0].box.overlap(expected[0].box) > 0.85
    assert found[0].confidence == pytest.approx(expected[0].confidence, abs=0.1)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("style", list(STYLES)[:2])
def test_the_reader_reads_the_same(models: Path, text: str, style: str) -> None:
    card = load_card(models / "plate_reader.yaml")
    assert isinstance(card, ReaderCard)
    plate = render_plate(text, STYLES[style], 200)
    height, width = plate.pixels.shape[:2]
    detection = Detection(Box(0, 0, width, height), 1.0)
    expected = Reader(float_network(reader(), models), card).read(
        plate.pixels, detection
    )
    found = load_reader(RecognitionConfig(models=models)).read(plate.pixels, detection)
    assert found is not None
    assert expected is not None
    assert found.text == expected.text
    np.testing.assert_allclose(
        found.char_confidences, expected.char_confidences, atol=0.2
    )
