"""Signs: laid where no plate is, and different from each other."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from models.training.road_signs import MAKERS, Shape, fonts_with_cyrillic
from models.training.signs import LEAST_GAP_PX, Sign, SignPainter, make_signs
from models.training.synthesis.faces import find_fonts

SHARED_FONTS = Path(__file__).parents[3] / "shared" / "data" / "fonts"
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


def _drawn(
    maker: Callable[[Sequence[Path], np.random.Generator], Shape],
) -> list[Shape]:
    return [maker([], np.random.default_rng(seed)) for seed in range(20)]


@pytest.mark.parametrize("maker", MAKERS)
def test_a_road_sign_stands_out_from_its_board(
    maker: Callable[[Sequence[Path], np.random.Generator], Shape],
) -> None:
    for picture, cover in _drawn(maker):
        assert picture.shape[:2] == cover.shape
        assert set(np.unique(cover)) <= {0, 255}
        assert np.ptp(picture[cover > 0].mean(1)) > 40


@pytest.mark.parametrize("maker", MAKERS)
def test_road_signs_differ(
    maker: Callable[[Sequence[Path], np.random.Generator], Shape],
) -> None:
    assert len({picture.tobytes() for picture, _ in _drawn(maker)}) > 15


def test_a_font_without_cyrillic_is_not_asked_for_it() -> None:
    """Its boxes for want of letters would teach that a board of boxes is no plate."""
    if not SHARED_FONTS.is_dir():
        pytest.skip(f"{SHARED_FONTS}: not there")
    fonts = tuple(find_fonts([SHARED_FONTS], system=()))
    assert fonts
    assert fonts_with_cyrillic(fonts) == []


def test_a_font_with_cyrillic_is_found() -> None:
    fonts = [p for p in find_fonts([]) if p.stem == "DejaVuSans"]
    if not fonts:
        pytest.skip("no DejaVu Sans")
    assert fonts_with_cyrillic(tuple(fonts)) == fonts
