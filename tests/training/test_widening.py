"""A wider network begins by saying what the narrower one said."""

import numpy as np

from models.training.widening import widened
from tests.training.blocks import block, made_up, said


def test_what_is_said_stays_the_same() -> None:
    rng = np.random.default_rng(0)
    narrow, wide = block(middle=6), block(middle=9)
    weights = made_up(narrow, rng)
    grown = widened(weights, wide)
    pixels = rng.integers(0, 256, (8, 12, 3), np.uint8)
    before, after = said(narrow, weights, pixels), said(wide, grown, pixels)
    np.testing.assert_allclose(after, before, atol=1e-4)
    assert len(grown["norms.conv_1.weight"]) == 9


def test_ends_and_all_that_hears_them_may_be_wider() -> None:
    rng = np.random.default_rng(1)
    narrow, wide = block(middle=6, end=6), block(middle=6, end=8)
    weights = made_up(narrow, rng)
    pixels = rng.integers(0, 256, (8, 12, 3), np.uint8)
    before, after = (
        said(narrow, weights, pixels),
        said(wide, widened(weights, wide), pixels),
    )
    np.testing.assert_allclose(after, before, atol=1e-4)


def test_weights_that_fit_stay_as_they_are() -> None:
    weights = made_up(block(8), np.random.default_rng(0))
    assert widened(weights, block(8)) == weights


def test_a_kernel_of_another_size_is_left_to_the_training() -> None:
    weights = made_up(block(8), np.random.default_rng(0))
    weights["convs.conv_0.weight"] = np.zeros((6, 3, 5, 5), np.float32)
    grown = widened(weights, block(8))
    assert set(weights) - set(grown) == {"convs.conv_0.weight"}
