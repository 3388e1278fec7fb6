"""The street without vehicles: sky, road and pavement, and what stands along it."""

from dataclasses import dataclass

import cv2
import numpy as np

from edge_anpr.sample import paint
from edge_anpr.sample.light import Light
from edge_anpr.sample.paint import Pixels, tone
from edge_anpr.sample.roadside import PLASTERS, Kerb, paint_houses, paint_trees
from edge_anpr.sample.view import Points, View

ASPHALT = tone(122, 121, 119)
MARKING = tone(228, 232, 232)
KERB = tone(174, 176, 176)
PAVING = tone(160, 164, 168)
ALONG_M = (0.9, 140.0)
KERB_M = 0.12
TILE_PX = 512
TILE_M = 6.0


@dataclass(frozen=True, slots=True)
class Road:
    """Where the lanes meet and the kerbs are: X in metres, left to right."""

    left_m: float
    right_m: float
    lines_m: tuple[float, ...]


def paint_street(
    canvas: Pixels, view: View, road: Road, light: Light, rng: np.random.Generator
) -> None:
    """Cover the whole canvas."""
    _paint_sky(canvas, view, light, rng)
    _paint_skyline(canvas, view, light, rng)
    paint.fill(canvas, _strip(view, (-300, 300), ALONG_M), ASPHALT)
    kerbs = (Kerb(road.left_m, -1.0), Kerb(road.right_m, 1.0))
    for kerb in kerbs:
        _paint_pavement(canvas, view, kerb)
    _paint_markings(canvas, view, road)
    _roughen(canvas, view, rng)
    for kerb in kerbs:
        paint_houses(canvas, view, kerb, light, rng)
        paint_trees(canvas, view, kerb, rng)


def _paint_sky(
    canvas: Pixels, view: View, light: Light, rng: np.random.Generator
) -> None:
    height, width = canvas.shape[:2]
    depth = int(np.clip(view.horizon_px + 0.05 * width, 0, height))
    if depth < 4:
        return
    run = np.linspace(1, 0, depth // 4 + 1)[:, None, None] ** 1.3
    sky = light.zenith * run + light.horizon * (1 - run)
    cover = np.clip(paint.clouds(rng, width // 4 + 1, depth // 4 + 1, 4) + 0.1, 0, 1)
    share = cover[..., None] * 0.6
    white = np.minimum(light.horizon * 1.06, 255)
    veiled = (sky * (1 - share) + white * share).astype(np.uint8)
    canvas[:depth] = cv2.resize(veiled, (width, depth), interpolation=cv2.INTER_LINEAR)


def _paint_skyline(
    canvas: Pixels, view: View, light: Light, rng: np.random.Generator
) -> None:
    """Far roofs and trees, pale with distance."""
    width = canvas.shape[1]
    x = 0.0
    while x < width:
        wide = rng.uniform(0.03, 0.09) * width
        tall = rng.uniform(0.015, 0.07) * width
        grey = rng.choice(np.array(PLASTERS)) * 0.6
        colour = grey * 0.5 + light.horizon * 0.4
        base = view.horizon_px + 0.03 * width
        outline = np.array([(x, base), (x, view.horizon_px - tall)])
        outline = np.concatenate([outline, outline[::-1] + np.array([wide, 0])])
        if rng.random() < 0.5:
            outline = paint.oval(x + wide / 2, base, wide * 0.8, tall * 1.5)
            colour = tone(70, 96, 84) * 0.7 + light.horizon * 0.25
        paint.shade(canvas, outline, (colour, colour * 0.85), 0.95, 1.0)
        x += wide * 0.9


def _roughen(canvas: Pixels, view: View, rng: np.random.Generator) -> None:
    """Give everything on the ground the grain and the stains of tar and stone."""
    grain = rng.standard_normal((TILE_PX, TILE_PX), np.float32) * 12
    grain = np.asarray(cv2.GaussianBlur(grain, (0, 0), 0.8)) * 1.6
    grain += paint.clouds(rng, TILE_PX, TILE_PX, 4) * 14
    tile = np.clip(128 + grain, 0, 255).astype(np.uint8)
    corners_m = np.array([(-4.0, 0, 0.9), (4, 0, 0.9), (4, 0, 12), (-4, 0, 12)])
    pixels = view.project(corners_m).astype(np.float32)
    tiled = (corners_m[:, [0, 2]] * (TILE_PX / TILE_M)).astype(np.float32)
    to_tile = cv2.getPerspectiveTransform(pixels, tiled)
    top = int(np.clip(view.horizon_px + 2, 0, canvas.shape[0] - 1))
    laid = cv2.warpPerspective(
        tile,
        to_tile @ np.array([[1, 0, 0], [0, 1, top], [0, 0, 1.0]]),
        (canvas.shape[1], canvas.shape[0] - top),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REFLECT,
    )
    # Far away the grain is finer than a pixel: only its mean is left.
    rows = np.arange(top, canvas.shape[0]) - view.horizon_px
    share = np.clip(rows / (0.3 * canvas.shape[0]), 0, 1)[:, None].astype(np.float32)
    gain = (128 + (np.asarray(laid, np.float32) - 128) * share).astype(np.uint8)
    coloured = cv2.cvtColor(gain, cv2.COLOR_GRAY2BGR)
    cv2.multiply(canvas[top:], coloured, canvas[top:], 1 / 128)


def _strip(
    view: View,
    across_m: tuple[float, float],
    along_m: tuple[float, float],
    y: float = 0,
) -> Points:
    """A rectangle that lies flat at the height `y`."""
    (left, right), (near, far) = across_m, along_m
    corners = [(left, y, far), (right, y, far), (right, y, near), (left, y, near)]
    return view.project(np.array(corners))


def _paint_pavement(canvas: Pixels, view: View, kerb: Kerb) -> None:
    kerb_m = kerb.x_m
    slabs = _strip(view, (kerb_m, kerb.outwards(60)), ALONG_M, KERB_M)
    paint.fill(canvas, slabs, PAVING)
    for away_m in np.geomspace(2, 50, 22):
        edge = [(kerb_m, KERB_M, away_m), (kerb.outwards(2.6), KERB_M, away_m)]
        gap = view.project(np.array(edge))
        paint.line(canvas, gap, PAVING * 0.72, 0.02 * view.px_per_m(away_m))
    near_m, far_m = ALONG_M
    face = [(kerb_m, 0.0, near_m), (kerb_m, KERB_M, near_m)]
    face += [(kerb_m, KERB_M, far_m), (kerb_m, 0.0, far_m)]
    paint.fill(canvas, view.project(np.array(face)), KERB * 0.72)
    top = _strip(view, (kerb_m, kerb.outwards(0.15)), ALONG_M, KERB_M)
    paint.fill(canvas, top, KERB * 1.08)


def _paint_markings(canvas: Pixels, view: View, road: Road) -> None:
    for x_m in road.lines_m:
        for away_m in np.arange(1.0, 60, 6.0):
            dash = _strip(view, (x_m - 0.06, x_m + 0.06), (away_m, away_m + 3))
            paint.fill(canvas, dash, MARKING * 0.92)
    for x_m in (road.left_m + 0.35, road.right_m - 0.35):
        edge = _strip(view, (x_m - 0.05, x_m + 0.05), ALONG_M)
        paint.fill(canvas, edge, MARKING * 0.82)
