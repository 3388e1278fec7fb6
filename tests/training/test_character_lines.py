"""Where the reader says that characters stand; training environment only."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="training environment only")

import torch

from models.training.cards import MODELS
from models.training.crops import Crop
from models.training.network import Network
from models.training.networks import reader
from models.training.pool import make_crop
from models.training.reading import character_lines, score
from models.training.rewriting import line_of
from models.training.synthesis import PlateSynthesiser
from models.training.weights import load_weights

PLATES = 24


@pytest.fixture(scope="module")
def network() -> Network:
    """The shipped one."""
    network = Network(reader())
    weights = load_weights(MODELS / "plate_reader.npz")
    named = {name: torch.from_numpy(value) for name, value in weights.items()}
    network.load_state_dict(named, strict=False)
    network.eval()
    return network


@pytest.fixture(scope="module")
def drawn() -> list[Crop]:
    synthesiser, rng = PlateSynthesiser(system=()), np.random.default_rng(3)
    return [make_crop(synthesiser, rng) for _ in range(PLATES)]


def test_each_character_is_within_its_slot(network: Network, drawn: list[Crop]) -> None:
    lines = character_lines(network, drawn)
    assert sum(line is not None for line in lines) > PLATES / 4
    for crop, line in zip(drawn, lines, strict=True):
        if line is None:
            continue
        assert crop.places is not None
        assert len(line.slots) == len(crop.text)
        first, end = line.slots.T
        within = (first < crop.places[:, 0]) & (crop.places[:, 0] < end)
        assert within.mean() > 0.8, crop.text


def test_bfloat16_finds_them_too(network: Network, drawn: list[Crop]) -> None:
    with torch.autocast("cpu", torch.bfloat16):
        assert any(character_lines(network, drawn))


def test_what_is_read_wrongly_or_has_two_lines_has_none(
    network: Network, drawn: list[Crop]
) -> None:
    mislabelled = [Crop(crop.pixels, "WRONG1", "test") for crop in drawn]
    assert not any(character_lines(network, mislabelled))
    two = [c for c in drawn if c.places is not None and c.places[:, 2].any()]
    assert two
    assert not any(character_lines(network, two))


def test_what_cannot_be_followed_is_left_out(
    network: Network, drawn: list[Crop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cuts through the middle of the characters."""
    assert score(network, drawn)["exact"] > 0.5

    def askew(pixels: np.ndarray, middles: np.ndarray) -> object:
        return line_of(pixels, middles + np.diff(middles).mean() / 2)

    monkeypatch.setattr("models.training.reading.line_of", askew)
    followed = sum(line is not None for line in character_lines(network, drawn))
    assert followed < PLATES / 8
