"""A vehicle on the road, painted from the ground up."""

import numpy as np

from edge_anpr.sample import paint
from edge_anpr.sample.body import paint_body
from edge_anpr.sample.brush import DARK, Brush, Lamp, Vehicle
from edge_anpr.sample.fittings import FITTINGS
from edge_anpr.sample.light import Light
from edge_anpr.sample.paint import Pixels, tone
from edge_anpr.sample.plate import PlateStyle
from edge_anpr.sample.trim import (
    GLASS,
    STEEL,
    paint_bumper,
    paint_grille,
    paint_lamp,
    paint_mirror,
    paint_seams,
    paint_window,
)
from edge_anpr.sample.view import Points, View

RUBBER = tone(30, 30, 31)


def paint_vehicle(
    canvas: Pixels, vehicle: Vehicle, view: View, light: Light
) -> list[Lamp]:
    """Paint a vehicle without its plate; its lamps come back, to be lit later."""
    brush = Brush(canvas, vehicle, view)
    _paint_shadow(brush, light)
    _paint_tyres(brush)
    paint_body(canvas, vehicle.body, view, light)
    camera = vehicle.pose.camera(view.camera_m)
    for sign in (-1.0, 1.0):
        if camera[0] * sign > vehicle.body.shape.slices[:, 1].max():
            _paint_side(brush, sign, light)
    paint_window(brush, light)
    paint_seams(brush)
    paint_bumper(brush)
    paint_grille(brush)
    lamps = [paint_lamp(brush, sign) for sign in (-1.0, 1.0)]
    if vehicle.end == "front":
        for sign in (-1.0, 1.0):
            paint_mirror(brush, sign, light)
    return lamps


def paint_recess(
    canvas: Pixels, vehicle: Vehicle, view: View, style: PlateStyle
) -> None:
    """The shaded place and the holder that the plate is fixed to."""
    corners = vehicle.plate_corners(style)
    quad = view.project(corners)
    middle = quad.mean(axis=0)
    px_per_m = view.px_per_m(vehicle.pose.away_m)
    wide = middle + (quad - middle) * (1.16, 1.45) + (0, 0.012 * px_per_m)
    holder = middle + (quad - middle) * (1.03, 1.13)
    paint.shade(canvas, wide, (DARK, DARK), 0.38, 0.02 * px_per_m)
    paint.shade(canvas, paint.rounded(holder, 1), (DARK, tone(44, 43, 42)), 0.95)


def _paint_shadow(brush: Brush, light: Light) -> None:
    half, far = brush.vehicle.body.shape.slices[:, 1].max(), 5.0
    ground = np.array(
        [(-half, 0, -0.1), (half, 0, -0.1), (half, 0, far), (-half, 0, far)]
    )
    for grow, opacity, blur_m in (
        (1.25, 0.35 * light.sun + 0.15, 0.16),
        (1, 0.8, 0.05),
    ):
        outline = brush.project(ground * (grow, 1, 1) - (0, 0, grow - 1))
        blur_px = blur_m * brush.px_per_m
        paint.shade(brush.canvas, outline, (DARK, DARK), opacity, blur_px)


def _paint_tyres(brush: Brush) -> None:
    half = brush.vehicle.body.shape.slices[:, 1].max()
    for sign in (-1.0, 1.0):
        for away_m in (3.2, 0.55):
            across = np.array([half - 0.04, half - 0.26]) * sign
            outline = [(x, y, away_m) for x in across for y in (0.0, 0.55)]
            order = np.array(outline)[[0, 1, 3, 2]]
            tyre = paint.rounded(brush.project(order))
            brush.shade(tyre, (RUBBER * 0.5, RUBBER * 1.5))


def _paint_side(brush: Brush, sign: float, light: Light) -> None:
    body = brush.vehicle.body
    length_m = body.shape.length_m
    waist, roof = _waist(brush.vehicle)
    for away_m in (0.85, length_m - 0.9):
        for radius_m, colour in ((0.37, DARK), (0.32, RUBBER), (0.2, STEEL * 0.7)):
            wheel = paint.oval(away_m, 0.33, radius_m, radius_m)
            wheel[:, 1] = np.maximum(wheel[:, 1], 0.01)
            placed = _flat_side(brush, wheel, sign)
            brush.shade(placed, (colour * 0.7, colour))
    if brush.vehicle.kind == "lorry":
        return
    _, near, far = body.sections(np.array([waist, roof])).T
    start = near + (far - near) * (0.2, 0.16)
    end = near + (far - near) * (0.8, 0.84)
    post = (start[0] + end[0]) / 2
    for low in ((start[0], post - 0.05), (post + 0.05, end[0])):
        high = (max(low[0], start[1]), min(low[1], end[1]))
        outline = [(low[0], waist), (low[1], waist), (high[1], roof), (high[0], roof)]
        soft = [(z, y) for z, y in paint.rounded(np.array(outline), 1)]
        glass = brush.project(body.side(soft, sign))
        brush.shade(glass, (GLASS + light.zenith * 0.3, GLASS))
    door = [(post, y) for y in np.linspace(0.3, waist, 5)]
    brush.seam(brush.project(body.side(door, sign)))


def _flat_side(brush: Brush, outline: Points, sign: float) -> Points:
    half = brush.vehicle.body.shape.slices[:, 1].max() - 0.015
    x = np.full(len(outline), half * sign)
    return brush.project(np.stack([x, outline[:, 1], outline[:, 0]], axis=1))


def _waist(vehicle: Vehicle) -> tuple[float, float]:
    window = FITTINGS[vehicle.kind, "front"].window
    return window.low_m + 0.03, window.high_m - 0.04
