"""The mean of several runs' weights is of one network, and says what all say."""

import numpy as np
import pytest

from models.training.weights import averaged
from tests.training.blocks import block, made_up, said


def test_the_mean_is_taken_number_by_number() -> None:
    one, other = ({"a": np.array([value, 1.0])} for value in (1.0, 4.0))
    np.testing.assert_allclose(averaged([one, other, other])["a"], [3.0, 1.0])


def test_the_mean_of_alike_networks_says_the_same() -> None:
    rng = np.random.default_rng(0)
    weights = made_up(block(8), rng)
    pixels = rng.integers(0, 256, (8, 12, 3), np.uint8)
    np.testing.assert_allclose(
        said(block(8), averaged([weights, weights]), pixels),
        said(block(8), weights, pixels),
        atol=1e-4,
    )


def test_weights_of_another_network_are_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="different networks"):
        averaged([made_up(block(8), rng), made_up(block(6), rng)])
