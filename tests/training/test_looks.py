"""Reader training samples: the plate is where its characters are said to be."""

import cv2
import numpy as np
import pytest

from models.training import looks
from models.training.crops import CANVAS, INNER, WIDE, Crop
from models.training.looks import HEIGHT, WIDTH, LookMaker, spoilt


def _crop() -> Crop:
    """Grey, with a white dot in the middle, which is said to be a character."""
    pixels = np.full((CANVAS[1], CANVAS[0]), 60, np.uint8)
    x, y = CANVAS[0] // 2, CANVAS[1] // 2
    pixels[y - 6 : y + 6, x - 6 : x + 6] = 250
    places = np.array([[x, y, 0]], np.float32)
    return Crop(pixels, "A", "test", places)


@pytest.mark.parametrize("share", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(30))
def test_places_follow_the_pixels(
    monkeypatch: pytest.MonkeyPatch, share: float, seed: int
) -> None:
    monkeypatch.setattr(looks, "FAR_SHARES", (share, share))
    monkeypatch.setattr(looks, "_spoil", lambda pixels, _: pixels)
    look = spoilt(_crop(), np.random.default_rng(seed))
    assert look.pixels.shape == (HEIGHT, WIDTH)
    assert look.pixels.dtype == np.uint8
    assert look.places is not None
    x, y, _ = look.places[0]
    assert look.pixels[int(y), int(x)] > 200


def test_from_afar_the_plate_is_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "_spoil", lambda pixels, _: pixels)
    white = Crop(np.full((CANVAS[1], CANVAS[0]), 255, np.uint8), "A", "test", None)
    shares = {}
    for share in (0.0, 1.0):
        monkeypatch.setattr(looks, "FAR_SHARES", (share, share))
        whole = [
            spoilt(white, np.random.default_rng(seed)).pixels == 255
            for seed in range(40)
        ]
        shares[share] = np.mean(whole)
    assert shares[0.0] == 1
    assert 0.5 < shares[1.0] < 0.9


@pytest.mark.parametrize(
    ("canvas", "cut_share", "far_share"),
    [(CANVAS, 0.0, 0.0), (CANVAS, 1.0, 0.0), (WIDE, 0.0, 0.0), (WIDE, 0.0, 1.0)],
)
@pytest.mark.parametrize("seed", range(20))
def test_edges_are_where_the_plate_ends(
    monkeypatch: pytest.MonkeyPatch,
    canvas: tuple[int, int],
    cut_share: float,
    far_share: float,
    seed: int,
) -> None:
    monkeypatch.setattr(looks, "CUT_SHARE", cut_share)
    monkeypatch.setattr(looks, "FAR_SHARES", (far_share, far_share))
    monkeypatch.setattr(looks, "FARTHEST", (0.25, 0.25))  # within the wide canvas
    # Turned far, its corners leave the look, and what is seen ends before they do.
    monkeypatch.setattr(looks, "TURNED_FAR_SHARE", 0.0)
    monkeypatch.setattr(looks, "_spoil", lambda pixels, _: pixels)
    pixels = np.zeros((canvas[1], canvas[0]), np.uint8)
    left, top = (canvas[0] - INNER[0]) // 2, (canvas[1] - INNER[1]) // 2
    pixels[top : top + INNER[1], left : left + INNER[0]] = 255
    crop = Crop(pixels, "AB", "test", is_framed=True)
    look = spoilt(crop, np.random.default_rng(seed))
    assert look.edges is not None
    assert (look.text == "") == bool(cut_share)
    rows, columns = np.nonzero(look.pixels > 127)
    seen = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    within = np.clip(look.edges, 0, 1) * np.tile([WIDTH, HEIGHT], 2)
    # A corner outside of the look counts, and what is seen ends a little before it.
    np.testing.assert_allclose(within, seen, atol=2.5)


def test_edges_that_nobody_knows_are_not_taught() -> None:
    pixels = np.zeros((CANVAS[1], CANVAS[0]), np.uint8)
    every = [
        spoilt(Crop(pixels, "AB", "test"), np.random.default_rng(seed))
        for seed in range(30)
    ]
    assert all(look.edges is None and look.text == "AB" for look in every)


def test_what_is_taken_for_a_plate_is_shown_more_often() -> None:
    black, white = (np.full((CANVAS[1], CANVAS[0]), v, np.uint8) for v in (0, 255))
    others = [Crop(each, "", "test", is_plate=False) for each in (black, white)]
    maker = LookMaker([], [], ([], others), shares=(0.0, 1.0))
    maker.favour(np.array([0.0, 1.0]))
    rng = np.random.default_rng(3)
    shown = [maker.make(rng, 0.0).pixels.mean() > 127 for _ in range(100)]
    assert np.mean(shown) > 0.7


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 1, 4), (1.0, 5, 12)])
def test_some_plates_are_turned_far(
    monkeypatch: pytest.MonkeyPatch, share: float, least: float, most: float
) -> None:
    """Seen by the slope of a line across the plate, with its proportions as drawn."""
    monkeypatch.setattr(looks, "TURNED_FAR_SHARE", share)
    rng = np.random.default_rng(0)
    ends = np.array([[30.0, 40.0], [146.0, 40.0]])[None]
    rises = []
    for _ in range(300):
        left, right = cv2.perspectiveTransform(ends, looks._cut(CANVAS, rng))[0]
        rises.append((right[1] - left[1]) / (right[0] - left[0]))
    # A plate is some three times as wide as tall, a look twice.
    turned = np.degrees(np.std(rises)) * 2 / 3
    assert least < turned < most


def test_by_night_a_plate_is_dark_unless_a_camera_makes_up_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    white = np.full((HEIGHT, WIDTH), 255, np.uint8)
    white[::2] = 127  # a plate has both
    seen = {}
    for share in (0.0, 1.0):
        monkeypatch.setattr(looks, "GAIN_SHARE", share)
        rng = np.random.default_rng(5)
        seen[share] = [looks._at_night(white, rng).mean() for _ in range(40)]
    assert max(seen[0.0]) < 110
    assert min(seen[1.0]) > 150
