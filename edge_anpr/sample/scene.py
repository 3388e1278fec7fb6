"""A street scene with vehicles whose plates we know."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge_anpr.records import Point, Quad
from edge_anpr.sample.lens import Lens, expose, light_lamps, take
from edge_anpr.sample.light import LIGHTS, Light, LightName
from edge_anpr.sample.paint import Pixels, clouds, paste
from edge_anpr.sample.plate import DrawnPlate, PlateStyle, render_plate
from edge_anpr.sample.staging import (
    Actor,
    cast,
    road_under,
    set_up,
    suitable_widths,
    width_px,
)
from edge_anpr.sample.street import paint_street
from edge_anpr.sample.vehicle import paint_recess, paint_vehicle
from edge_anpr.sample.view import Points, View


@dataclass(frozen=True, slots=True)
class ScenePlate:
    """The truth about one plate: its text without gaps and where its corners are."""

    text: str
    quad: Quad


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A picture (HxWx3 uint8 BGR) and every plate in it, left to right."""

    pixels: Pixels
    plates: tuple[ScenePlate, ...]


def render_scene(  # noqa: PLR0913 (each has its own default)
    seed: int,
    width: int = 1280,
    height: int = 720,
    plates: int = 2,
    light: LightName = "day",
    *,
    plate_width_px: float | None = None,
    texts: Sequence[str] = (),
    styles: Sequence[PlateStyle] = (),
    motion_px: float = 0.0,
) -> Scene:
    """Draw a scene; the same arguments give the same picture.

    `plates` vehicles (1 to 3) stand side by side, each with one plate. Without
    `plate_width_px` the plates get a width that suits the picture. `texts` and `styles`
    are taken from left to right; what is missing is made up. `motion_px` is how far
    things move while the shutter is open. Raises ValueError when plates of that width
    do not fit side by side.
    """
    rng = np.random.default_rng(seed)
    lit = LIGHTS[light]
    actors = cast(plates, texts, styles, rng)
    widths_px = suitable_widths(actors, width, height, rng)
    if plate_width_px is not None:
        widths_px = [plate_width_px] * plates
    view, actors = set_up(actors, widths_px, width, height, rng)
    canvas = np.empty((height, width, 3), np.uint8)
    paint_street(canvas, view, road_under(actors), lit, rng)
    return shoot(canvas, actors, view, lit, rng, motion_px)


def shoot(  # noqa: PLR0913, PLR0917 (a scene has that many sides)
    street: Pixels,
    actors: Sequence[Actor],
    view: View,
    light: Light,
    rng: np.random.Generator,
    motion_px: float = 0.0,
) -> Scene:
    """Take a picture of vehicles on a street that is painted; it is painted over."""
    canvas, lamps = street, []
    for actor in sorted(actors, key=lambda actor: -actor.vehicle.pose.away_m):
        lamps += paint_vehicle(canvas, actor.vehicle, view, light)
        paint_recess(canvas, actor.vehicle, view, actor.style)
    canvas = expose(canvas, light)
    truth = []
    for actor in actors:
        corners = actor.corners(view)
        drawn = _put_plate(canvas, corners, actor, light, rng)
        truth.append(ScenePlate(drawn.text, _quad(corners)))
    light_lamps(canvas, lamps, light)
    lens = Lens(blur_px=0.0004 * canvas.shape[1] + 0.12, motion_px=motion_px)
    return Scene(take(canvas, lens, light, rng), tuple(truth))


def _put_plate(
    canvas: Pixels,
    corners: Points,
    actor: Actor,
    light: Light,
    rng: np.random.Generator,
) -> DrawnPlate:
    # Drawn a little larger than it is shown, so that nothing is lost in between.
    drawn_px = max(64, round(width_px(corners) * 1.25))
    drawn = render_plate(actor.text, actor.style, drawn_px)
    height, width = drawn.pixels.shape[:2]
    dirt = 1 + 0.06 * clouds(rng, width, height, 4)
    fall = np.linspace(0.93, 1.02, height)[:, None]
    worn = drawn.pixels * (dirt * fall)[..., None] * light.plate_gain
    if light.is_grey:
        worn = np.repeat(worn.mean(axis=2, keepdims=True), 3, axis=2)
    paste(canvas, np.clip(worn, 0, 255).astype(np.uint8), corners)
    return drawn


def _quad(corners: Points) -> Quad:
    return Quad(*(Point(float(x), float(y)) for x, y in corners))
