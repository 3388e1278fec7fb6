"""Whether it is noticed that plates cannot be read any more."""

from pathlib import Path

import numpy as np

from edge_anpr.config import DetectorSize, RecognitionConfig
from edge_anpr.pipeline.canary import Canary
from edge_anpr.pipeline.opening import detector_sizes
from edge_anpr.recognition.card import DetectorCard, load_card
from edge_anpr.recognition.detector import Detector, load_detector
from edge_anpr.recognition.reader import load_reader
from tests.fakes import QUIET, FakeNetwork, quantised


def test_the_models_that_ship_read_it(models: Path) -> None:
    config = RecognitionConfig(models=models)
    detectors = [load_detector(config, size) for size in detector_sizes(config)]
    assert Canary(detectors, load_reader(config)).is_read()


def test_one_blind_detector_is_noticed(models: Path) -> None:
    config = RecognitionConfig(models=models)
    sees = load_detector(config, DetectorSize.NORMAL)
    canary = Canary([sees, _blind(models)], load_reader(config))
    assert not canary.is_read()


def _blind(models: Path) -> Detector:
    card = load_card(models / "plate_detector.yaml")
    assert isinstance(card, DetectorCard)
    heat = quantised(np.full((60, 80, 1), QUIET), 0.1)
    box = quantised(np.zeros((60, 80, 4)), 0.1)
    network = FakeNetwork({"heat": heat, "box": box})
    return Detector(network, card, threshold=0.5)
