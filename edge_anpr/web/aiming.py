"""What is good, poor or bad about a plate in the picture, and what to change.

The limits on width and sharpness follow what our reader makes of photographs
(models/README.md has plates read right by width); the others are of the trade.
"""

import math
from dataclasses import dataclass

from edge_anpr.camera.exposure import sharp_us
from edge_anpr.recognition.assessing import PlateView
from edge_anpr.web.verdicts import Level

NEEDED_PX, LEAST_PX = 80.0, 50.0
SHARP, LEAST_SHARP = 0.4, 0.2
GLARE, MOST_GLARE = 0.1, 0.3
CONTRAST, LEAST_CONTRAST = 0.3, 0.15
SLOPE_DEGREES, MOST_SLOPE_DEGREES = 8.0, 20.0
# AxxonSoft, Eocortex: up to 20 for the rated accuracy, 30 at most.
VIEW_DEGREES, MOST_VIEW_DEGREES = 20.0, 30.0
METRES_S = 1 / 3.6  # of one km/h


@dataclass(frozen=True, slots=True)
class Check:
    """One thing about a plate's picture."""

    name: str
    value: str
    level: Level
    advice: str  # empty when all is well


def checks(view: PlateView) -> list[Check]:
    """Width, sharpness, glare, contrast and slope, in this order."""
    return [
        _width(view.width_px),
        _sharpness(view.sharpness),
        _glare(view.glare),
        _contrast(view.contrast),
        *([] if view.slope_degrees is None else [_slope(view.slope_degrees)]),
    ]


def smear(shutter_us: float, road_kmh: float) -> Check:
    """How far a vehicle moves while the shutter is open.

    Milestone's guide to XProtect LPR: at most 1 / (11 x km/h) seconds, which is 2.5 cm
    at any speed.
    """
    longest_us = sharp_us(road_kmh)
    moved_cm = road_kmh * METRES_S * shutter_us / 1e4
    return _check(
        "Smear",
        f"{moved_cm:.1f} cm",
        _level(-shutter_us, -longest_us, -2 * longest_us),
        f"For {road_kmh:.0f} km/h the shutter may be open for {longest_us} µs "
        f"(1/{1e6 / longest_us:.0f} s): set camera.road_kmh, and add light.",
    )


def viewing_angle(height_m: float, aside_m: float, distance_m: float) -> Check:
    """Between the road and the line from camera to plate.

    height_m: of the camera above the plate. aside_m: from the middle of the lane.
    """
    off_m = math.hypot(height_m, aside_m)
    degrees = math.degrees(math.atan2(off_m, distance_m))
    far_m = off_m / math.tan(math.radians(VIEW_DEGREES))
    return _check(
        "Viewing angle",
        f"{degrees:.0f}°",
        _level(-degrees, -VIEW_DEGREES, -MOST_VIEW_DEGREES),
        f"Look at the plate from {far_m:.0f} m away, or mount the camera lower or "
        "nearer to the lane: 20° is good, 30° the limit.",
    )


def worst(found: list[Check]) -> Level:
    return max((each.level for each in found), default=Level.OFF)


def _width(width_px: float) -> Check:
    return _check(
        "Width",
        f"{width_px:.0f} px",
        _level(width_px, NEEDED_PX, LEAST_PX),
        f"Plates are {width_px:.0f} px wide: zoom in or move closer; "
        f"{NEEDED_PX:.0f} needed.",
    )


def _sharpness(sharpness: float) -> Check:
    return _check(
        "Sharpness",
        f"{100 * sharpness:.0f} %",
        _level(sharpness, SHARP, LEAST_SHARP),
        "Blurred: turn the focus ring; if only in motion, shorten the shutter.",
    )


def _glare(glare: float) -> Check:
    return _check(
        "Glare",
        f"{100 * glare:.0f} %",
        _level(-glare, -GLARE, -MOST_GLARE),
        "Part of it is burnt out: shorten the shutter, or turn the lamp away.",
    )


def _contrast(contrast: float) -> Check:
    return _check(
        "Contrast",
        f"{100 * contrast:.0f} %",
        _level(contrast, CONTRAST, LEAST_CONTRAST),
        "Pale or dark: add light, clean the glass, or keep the sun out of the lens.",
    )


def _slope(degrees: float) -> Check:
    return _check(
        "Slope",
        f"{round(degrees):+d}°" if round(degrees) else "0°",
        _level(-abs(degrees), -SLOPE_DEGREES, -MOST_SLOPE_DEGREES),
        f"It leans by {abs(degrees):.0f}°: level the camera, or bring it nearer to "
        "the lane.",
    )


def _check(name: str, value: str, level: Level, advice: str) -> Check:
    return Check(name, value, level, "" if level is Level.GOOD else advice)


def _level(value: float, good: float, least: float) -> Level:
    if value >= good:
        return Level.GOOD
    return Level.POOR if value >= least else Level.BAD
