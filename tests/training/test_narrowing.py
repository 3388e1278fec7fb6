"""A narrower network starts from the channels that matter, and little is lost."""

import numpy as np
import pytest

from models.training.graph import Graph
from models.training.narrowing import narrowed
from tests.training.blocks import block, made_up, said

CONSTANT = (0, 3, 4)  # channels of the wider network that always say the same


def test_what_always_says_the_same_is_left_out_without_a_trace() -> None:
    rng = np.random.default_rng(0)
    wide, narrow = block(8), block(8 - len(CONSTANT))
    weights = made_up(wide, rng)
    for layer in wide.layers:
        if layer.channels == 8:
            weights[f"norms.{layer.name}.weight"][list(CONSTANT)] = 0
    cut = narrowed(weights, narrow)
    pixels = rng.integers(0, 256, (8, 12, 3), np.uint8)
    before, after = said(wide, weights, pixels), said(narrow, cut, pixels)
    np.testing.assert_allclose(after, before, atol=1e-4)


def test_weights_that_fit_stay_as_they_are() -> None:
    weights = made_up(block(8), np.random.default_rng(0))
    assert narrowed(weights, block(8)) == weights


def test_what_the_weights_lack_is_left_to_the_training() -> None:
    weights = made_up(block(8), np.random.default_rng(0))
    del weights["convs.result.weight"]
    assert "convs.result.weight" not in narrowed(weights, block(8))


def test_a_wider_network_and_one_with_other_ends_are_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="conv_1 cannot have 8 channels"):
        narrowed(made_up(block(6), rng), block(8))
    other = Graph("block", channels=3)
    first = other.conv("input", 4, 3, 2)
    other.output(other.add(first, first), 2, "result")
    with pytest.raises(ValueError, match="conv_0 cannot have 4 channels"):
        narrowed(made_up(block(8), rng), other)
