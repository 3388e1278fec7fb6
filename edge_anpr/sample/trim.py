"""What is fitted to a vehicle: windows, seams, bumper, grille, lamps and mirrors."""

import numpy as np

from edge_anpr.sample import paint
from edge_anpr.sample.brush import DARK, SEAM_M, Brush, Lamp
from edge_anpr.sample.fittings import Patch
from edge_anpr.sample.light import Light
from edge_anpr.sample.paint import tone
from edge_anpr.sample.view import Points

STEEL = tone(168, 168, 166)
GLASS = tone(34, 31, 28)
CLEAR = tone(222, 220, 216)
RED = tone(34, 26, 168)


def paint_window(brush: Brush, light: Light) -> None:
    window = brush.vehicle.fittings.window
    if not window.outer_m:
        return
    half = brush.vehicle.body.sections(np.array([window.low_m, window.high_m]))[:, 0]
    low, high = half * window.outer_m
    frame = [(-low, window.low_m), (low, window.low_m)]
    frame += [(high, window.high_m), (-high, window.high_m)]
    tall = window.high_m - window.low_m
    mirrored = light.horizon * 0.2 + light.zenith * 0.2
    brush.shade(brush.near(frame, 3), (DARK * 0.7, DARK))
    inner = [(x * 0.97, y + 0.02 * (1 if y < window.high_m else -1)) for x, y in frame]
    brush.shade(brush.near(inner, 3), (GLASS + mirrored, GLASS))
    for sign in (-1, 1):
        head = paint.oval(sign * low * 0.48, window.low_m + 0.3 * tall, 0.12, 0.13)
        brush.shade(brush.on_skin(head), (DARK * 0.6, DARK * 0.6), 0.55)
    for x, wide, opacity in ((-0.55, 0.34, 0.16), (0.1, 0.12, 0.1), (0.35, 0.3, 0.08)):
        start = low * x
        band = [(start, window.low_m + 0.03), (start + wide, window.low_m + 0.03)]
        band += [(start + wide + 0.2, window.high_m - 0.03)]
        band += [(start + 0.2, window.high_m - 0.03)]
        band = [(float(np.clip(x_m, -high, high)), y_m) for x_m, y_m in band]
        brush.shade(brush.near(band, 1), (light.horizon, light.zenith), opacity)
    if brush.vehicle.end == "front":
        for start, end in ((-0.75, -0.1), (0.0, 0.62)):
            blade = [
                (low * start, window.low_m),
                (low * end, window.low_m + 0.07 * tall),
            ]
            brush.seam(brush.project(brush.vehicle.body.near(blade)), 0.02)


def paint_seams(brush: Brush) -> None:
    body, fittings = brush.vehicle.body, brush.vehicle.fittings
    half = float(body.sections(np.array([fittings.seam_m]))[0, 0])
    across = np.linspace(-0.97, 0.97, 25) * half
    seam = [(float(x), fittings.seam_m) for x in across]
    brush.seam(brush.project(body.near(seam)), dark=brush.vehicle.colour * 0.3)
    window = fittings.window
    for sign in (-1.0, 1.0):
        low, high = fittings.seam_m + 0.02, window.low_m - 0.02
        rows = np.linspace(low, high, 8)
        edge = [(sign * half * 0.8, float(y)) for y in rows]
        seam_colour = brush.vehicle.colour * 0.4
        brush.seam(brush.project(body.near(edge)), SEAM_M * 0.8, seam_colour)
    if fittings.has_split_door:
        top = float(body.shape.slices[-2, 0])
        split = [(0.0, float(y)) for y in np.linspace(fittings.seam_m, top, 8)]
        seam_colour = brush.vehicle.colour * 0.3
        brush.seam(brush.project(body.near(split)), 0.02, seam_colour)


def paint_bumper(brush: Brush) -> None:
    bumper = brush.vehicle.fittings.bumper
    wide, narrow = bumper.outer_m, bumper.outer_m * 0.92
    outline = [(-narrow, bumper.low_m), (narrow, bumper.low_m)]
    outline += [(wide, bumper.high_m), (-wide, bumper.high_m)]
    brush.shade(brush.near(outline), (DARK * 0.5, DARK * 1.5))
    for share in (0.35, 0.7):
        y = bumper.low_m + (bumper.high_m - bumper.low_m) * share
        slat = [(float(x), y) for x in np.linspace(-narrow, narrow, 9) * 0.94]
        brush.seam(brush.project(brush.vehicle.body.near(slat)), 0.01, DARK * 2.4)


def paint_grille(brush: Brush) -> None:
    grille = brush.vehicle.fittings.grille
    wide, narrow = grille.outer_m, grille.outer_m * 0.86
    outline = [(-narrow, grille.low_m), (narrow, grille.low_m)]
    outline += [(wide, grille.high_m), (-wide, grille.high_m)]
    rim = [(x * 1.04, y + (0.015 if y > grille.low_m else -0.015)) for x, y in outline]
    is_front = brush.vehicle.end == "front"
    brush.shade(brush.near(rim), (STEEL * 1.3, STEEL * 0.6), 0.9 if is_front else 0.5)
    if not is_front:
        return
    brush.shade(brush.near(outline), (DARK * 0.4, DARK * 1.4))
    rows = max(3, round((grille.high_m - grille.low_m) / 0.045))
    for share in (np.arange(rows) + 0.5) / rows:
        y = grille.low_m + (grille.high_m - grille.low_m) * float(share)
        slat = [(float(x), y) for x in np.linspace(-narrow, narrow, 9) * 0.96]
        brush.seam(brush.project(brush.vehicle.body.near(slat)), 0.012, STEEL * 0.5)
    middle = (grille.low_m + grille.high_m) / 2
    badge = paint.oval(0, middle, 0.055, 0.048)
    brush.shade(brush.on_skin(badge), (STEEL * 1.45, STEEL * 0.6))


def paint_lamp(brush: Brush, sign: float) -> Lamp:
    lamp, is_front = brush.vehicle.fittings.lamp, brush.vehicle.end == "front"
    brush.shade(_lamp_outline(brush, lamp, sign, 1.05), (DARK, DARK))
    glass = _lamp_outline(brush, lamp, sign, 0.96)
    if is_front:
        brush.shade(glass, (CLEAR * 0.62, CLEAR * 0.36))
    else:
        brush.shade(glass, (RED * 0.7, RED * 1.15))
    middle_m = (lamp.low_m + lamp.high_m) / 2
    tall_m, wide_m = lamp.high_m - lamp.low_m, lamp.outer_m - lamp.inner_m
    radius_m = min(tall_m * 0.4, wide_m * 0.36)
    for share in (0.32, 0.7):
        x = sign * (lamp.inner_m + wide_m * share)
        size = radius_m * (1 if share < 0.5 else 0.72)
        rings = ((1.0, STEEL * 0.5), (0.86, CLEAR), (0.5, CLEAR * 0.75))
        if not is_front:
            rings = ((1.0, RED * 1.4), (0.7, RED * 0.9), (0.4, RED * 1.6))
        for ring, colour in rings:
            circle = brush.on_skin(paint.oval(x, middle_m, size * ring, size * ring))
            brush.shade(circle, (colour * 1.08, colour * 0.8))
    shine = glass.min(axis=0) + (glass.max(axis=0) - glass.min(axis=0)) * (0.5, 0.22)
    spread = np.ptp(glass, axis=0)
    streak = paint.oval(shine[0], shine[1], spread[0] * 0.34, spread[1] * 0.07)
    brush.shade(streak, (tone(255, 255, 255), tone(255, 255, 255)), 0.4)
    centre = brush.on_skin(np.array([(sign * (lamp.inner_m + wide_m * 0.4), middle_m)]))
    colour = tone(205, 235, 255) if is_front else tone(40, 30, 255)
    x, y = centre[0].tolist()
    return Lamp(x, y, radius_m * brush.px_per_m, colour)


def _lamp_outline(brush: Brush, lamp: Patch, sign: float, grow: float) -> Points:
    """Lower on the inside and swept up on the outside, like an eye."""
    tall_m = lamp.high_m - lamp.low_m
    sweep = 0.16 * tall_m
    outline = np.array(
        [
            (lamp.inner_m, lamp.low_m + sweep),
            (lamp.outer_m * 0.94, lamp.low_m),
            (lamp.outer_m, lamp.high_m),
            (lamp.inner_m + 0.02, lamp.high_m - sweep),
        ]
    )
    middle = outline.mean(axis=0)
    grown = (middle + (outline - middle) * grow) * (sign, 1)
    return brush.near([(float(x), float(y)) for x, y in grown])


def paint_mirror(brush: Brush, sign: float, light: Light) -> None:
    window = brush.vehicle.fittings.window
    body, lorry = brush.vehicle.body, brush.vehicle.kind == "lorry"
    y = window.low_m + (0.45 if lorry else 0.07)
    half, near, _ = body.sections(np.array([y]))[0]
    wide_m, tall_m = (0.09, 0.28) if lorry else (0.12, 0.08)
    x = sign * (half + wide_m + 0.05)
    away_m = near + (0.1 if lorry else 0.45)
    outline = paint.oval(x, y, wide_m, tall_m)
    placed = np.column_stack([outline, np.full(len(outline), away_m)])
    stalk = [(sign * (half - 0.04), y - 0.05, away_m), (x, y - 0.03, away_m)]
    brush.seam(brush.project(np.array(stalk)), 0.035)
    colour = DARK * 1.6 if lorry else brush.vehicle.colour
    top = colour * 0.75 + light.horizon * 0.14
    brush.shade(brush.project(placed), (top, colour * 0.4))
