"""Signs: laid where no plate is, and different from each other."""

import numpy as np
import pytest

from models.training.signs import LEAST_GAP_PX, Sign, SignPainter, make_signs

NOTHING = np.zeros((0, 4), np.float32)


@pytest.fixture(scope="module")
def painter() -> SignPainter:
    """Without a font folder: OpenCV's own letters at least."""
    return SignPainter(make_signs([], 40, seed=1))


def _street() -> np.ndarray:
    return np.full((160, 240, 3), 128, np.uint8)


@pytest.mark.parametrize("seed", range(40))
def test_known_places_are_left_alone(painter: SignPainter, seed: int) -> None:
    canvas = _street()
    known = np.array([[60, 40, 180, 110]], np.float32)
    painter.paint(canvas, known, np.random.default_rng(seed))
    assert (canvas[50:100, 75:165] == 128).all()


def test_most_scenes_get_something(painter: SignPainter) -> None:
    changed = 0
    for seed in range(40):
        canvas = _street()
        painter.paint(canvas, NOTHING, np.random.default_rng(seed))
        changed += bool((canvas != 128).any())
    assert changed > 30


def test_no_room_no_sign(painter: SignPainter) -> None:
    canvas = _street()
    everything = np.array([[0, 0, 240, 160]], np.float32)
    painter.paint(canvas, everything, np.random.default_rng(3))
    assert (canvas == 128).all()
    assert LEAST_GAP_PX > 0


def test_a_badge_covers_only_with_its_letters() -> None:
    letters = np.zeros((20, 60), np.uint8)
    letters[:, 20:40] = 255
    badge = Sign(np.zeros((20, 60, 3), np.uint8), letters)
    shares = []
    for seed in range(30):
        canvas = _street()
        SignPainter([badge]).paint(canvas, NOTHING, np.random.default_rng(seed))
        rows, columns = np.nonzero((canvas < 100).all(2))
        if len(rows):
            around = (np.ptp(rows) + 1) * (np.ptp(columns) + 1)
            shares.append((around, canvas))
    assert shares
    # A third of the badge is lettered: nowhere is all of its panel dark.
    assert max((canvas < 100).all(2).mean() for _, canvas in shares) < 0.4


def test_a_seed_makes_the_same_signs() -> None:
    first, second = (make_signs([], 5, seed=4) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.pixels, other.pixels)
