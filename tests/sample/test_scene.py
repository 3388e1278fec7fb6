from math import hypot
from typing import get_args

import cv2
import numpy as np
import pytest

from edge_anpr.records import Pixels, Quad
from edge_anpr.sample import STYLES, Scene, render_scene
from edge_anpr.sample.light import LightName

SIZES = [(320, 240), (640, 480), (720, 1280), (1920, 1080)]


def _width_px(quad: Quad) -> float:
    a, b, c, d = quad.points
    return (hypot(b.x - a.x, b.y - a.y) + hypot(c.x - d.x, c.y - d.y)) / 2


def _crop(scene: Scene, index: int) -> Pixels:
    """The plate, straightened: 40x160x3 uint8."""
    corners = [(p.x - 0.5, p.y - 0.5) for p in scene.plates[index].quad.points]
    flat = [(0, 0), (160, 0), (160, 40), (0, 40)]
    straighten = cv2.getPerspectiveTransform(
        np.array(corners, np.float32), np.array(flat, np.float32)
    )
    return np.asarray(
        cv2.warpPerspective(scene.pixels, straighten, (160, 40)), np.uint8
    )


def test_the_same_seed_gives_the_same_scene() -> None:
    first, second = render_scene(7, 480, 270), render_scene(7, 480, 270)
    assert np.array_equal(first.pixels, second.pixels)
    assert first.plates == second.plates


def test_another_seed_gives_another_scene() -> None:
    first, second = render_scene(7, 480, 270), render_scene(8, 480, 270)
    assert first.plates != second.plates


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("plates", [1, 2, 3])
def test_every_plate_lies_inside_the_picture(
    width: int, height: int, plates: int
) -> None:
    scene = render_scene(plates, width, height, plates)
    assert scene.pixels.shape == (height, width, 3)
    assert scene.pixels.dtype == np.uint8
    points = [point for plate in scene.plates for point in plate.quad.points]
    assert len(points) == 4 * plates
    assert all(0 <= point.x <= width and 0 <= point.y <= height for point in points)
    assert all(plate.quad.is_convex() for plate in scene.plates)


@pytest.mark.parametrize(("plates", "width_px"), [(3, 30), (2, 80), (2, 200), (1, 420)])
@pytest.mark.parametrize("seed", range(4))
def test_plates_have_the_width_asked_for(plates: int, width_px: int, seed: int) -> None:
    scene = render_scene(seed, 1280, 720, plates, plate_width_px=width_px)
    widths = [_width_px(plate.quad) for plate in scene.plates]
    assert widths == pytest.approx([width_px] * plates, abs=2)
    points = [point for plate in scene.plates for point in plate.quad.points]
    assert all(0 <= point.x <= 1280 and 0 <= point.y <= 720 for point in points)


def test_plates_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        render_scene(1, 640, 480, 3, plate_width_px=300)


@pytest.mark.parametrize("light", get_args(LightName))
@pytest.mark.parametrize("seed", range(3))
def test_plates_stand_out_in_every_light(light: LightName, seed: int) -> None:
    scene = render_scene(seed, 960, 540, 2, light)
    dark, bright = np.percentile(_crop(scene, 0), [5, 95])
    assert bright - dark > 60


def test_infrared_has_no_colour_and_bright_plates() -> None:
    scene = render_scene(3, 640, 360, 1, "infrared", styles=[STYLES["germany"]])
    assert np.ptp(scene.pixels.astype(int), axis=2).max() <= 2
    assert np.median(_crop(scene, 0)) > 2.5 * np.median(scene.pixels)


def test_texts_and_styles_can_be_given() -> None:
    scene = render_scene(
        5, 640, 360, texts=["AB 123", "XY99ZZZ"], styles=[STYLES["dark"]]
    )
    assert [plate.text for plate in scene.plates] == ["AB123", "XY99ZZZ"]


def test_what_is_drawn_is_where_the_truth_says() -> None:
    style = STYLES["british rear"]
    scene = render_scene(4, 960, 540, 1, texts=["AA11AAA"], styles=[style])
    blue, _, red = _crop(scene, 0)[4:8, 10:150].reshape(-1, 3).mean(axis=0)
    assert red > blue + 60


def test_motion_smears_the_picture() -> None:
    still = render_scene(6, 640, 360)
    moving = render_scene(6, 640, 360, motion_px=9)
    sharpness = [cv2.Laplacian(s.pixels, cv2.CV_64F).var() for s in (still, moving)]
    assert sharpness[1] < sharpness[0]
