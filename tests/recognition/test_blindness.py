"""A camera that no longer sees its road, on drawn streets and real photographs."""

import csv
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_anpr.recognition.blindness import LEARN, SIZE, Blindness, Eye
from edge_anpr.records import Pixels
from edge_anpr.sample import render_scene
from edge_anpr.sample.light import LightName

MOST_FALSE = 0.01  # of single photographs; an alarm takes four in five of many


def street(seed: int = 4, light: LightName = "day") -> Pixels:
    pixels = render_scene(seed, 640, 360, 1, light).pixels
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)


def noisy(grey: Pixels, number: int) -> Pixels:
    noise = np.random.default_rng(number).normal(0, 4, grey.shape)
    return np.clip(grey + noise, 0, 255).astype(np.uint8)


def eye_that_knows(grey: Pixels) -> Eye:
    eye = Eye()
    seen = [eye.judge(noisy(grey, number)) for number in range(LEARN)]
    assert seen == [None] * LEARN
    return eye


def dark(grey: Pixels) -> Pixels:
    return (grey // 16).astype(np.uint8)


def covered(grey: Pixels) -> Pixels:
    """By a leaf: a blur of what little light comes through."""
    return cv2.GaussianBlur(grey // 3 + 40, (0, 0), 80).astype(np.uint8)


def fogged(grey: Pixels) -> Pixels:
    hazy = cv2.GaussianBlur(grey, (0, 0), 3).astype(np.float64)
    return (0.3 * hazy + 0.7 * 180).astype(np.uint8)


def turned(grey: Pixels) -> Pixels:
    """By a tenth of the picture, as by a knock; what was outside is unknown."""
    height, width = grey.shape
    wider = np.hstack([grey, street(seed=9)])
    return wider[:, width // 8 : width // 8 + width][:height].copy()


@pytest.mark.parametrize(
    ("ill", "named"),
    [
        (dark, Blindness.DARK),
        (covered, Blindness.COVERED),
        (fogged, Blindness.FOGGED),
        (turned, Blindness.MOVED),
    ],
)
@pytest.mark.parametrize("light", ["day", "dusk"])
def test_the_cause_is_named(
    ill: Callable[[Pixels], Pixels], named: Blindness, light: LightName
) -> None:
    scene = street(light=light)
    eye = eye_that_knows(scene)
    assert eye.judge(noisy(ill(scene), 99)) is named
    assert eye.judge(noisy(scene, 100)) is None


@pytest.mark.parametrize("share", [0.4, 0.6, 1.5])
def test_clouds_and_sun_are_not_a_move(share: float) -> None:
    scene = street()
    eye = eye_that_knows(scene)
    lit = np.clip(scene * share, 0, 255).astype(np.uint8)
    assert [eye.judge(noisy(lit, number)) for number in range(50)] == [None] * 50


def test_another_street_is_not_this_one() -> None:
    eye = eye_that_knows(street(seed=4))
    other = street(seed=12)
    other = (other * (street().mean() / other.mean())).clip(0, 255).astype(np.uint8)
    assert eye.judge(other) is Blindness.MOVED


@pytest.fixture(scope="module")
def photographs(real_data: Path) -> Sequence[Pixels]:
    """Some of the training pictures: frames of roads, and whatever else."""
    with (real_data / "detection.csv").open(newline="") as table:
        paths = {
            row["path"] for row in csv.DictReader(table) if row["split"] == "train"
        }
    some = random.Random(7).sample(sorted(paths), 300)
    read = (cv2.imread(str(real_data / path), cv2.IMREAD_GRAYSCALE) for path in some)
    return [
        cv2.resize(each, SIZE, interpolation=cv2.INTER_AREA).astype(np.uint8)
        for each in read
        if each is not None
    ]


def test_photographs_raise_few_false_alarms(photographs: Sequence[Pixels]) -> None:
    false = [grey for grey in photographs if Eye().judge(grey)]
    assert len(false) <= MOST_FALSE * len(photographs)


def test_real_places_are_known_again_with_a_vehicle_in_them(
    photographs: Sequence[Pixels],
) -> None:
    known = unknown = 0
    for place, other in zip(photographs[:60], photographs[60:120], strict=True):
        eye = Eye()
        for number in range(LEARN):
            eye.judge(noisy(place, number))
        passing = noisy(place, 99)
        passing[35:, 50:130] = other[35:, 50:130]
        known += eye.judge(passing) is None
        unknown += eye.judge(other) is Blindness.MOVED
    assert known >= 57
    assert unknown >= 20  # the rest is of another brightness: a place of its own
