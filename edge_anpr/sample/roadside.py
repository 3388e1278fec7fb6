"""Houses and trees along the pavement."""

from dataclasses import dataclass

import cv2
import numpy as np

from edge_anpr.sample import paint
from edge_anpr.sample.light import Light
from edge_anpr.sample.paint import Pixels, Tone, tone
from edge_anpr.sample.view import Points, View

PANE = tone(88, 76, 66)
FRAME = tone(206, 210, 210)
LAMPLIGHT = tone(120, 220, 255)
PLASTERS = (
    tone(150, 172, 190),
    tone(96, 112, 152),
    tone(176, 184, 186),
    tone(120, 150, 178),
    tone(140, 132, 126),
    tone(88, 96, 124),
)


@dataclass(frozen=True, slots=True)
class Kerb:
    """One edge of the road."""

    x_m: float
    sign: float  # -1 on the left, 1 on the right

    def outwards(self, distance_m: float) -> float:
        """X that far behind the kerb."""
        return self.x_m + self.sign * distance_m


def paint_houses(
    canvas: Pixels, view: View, kerb: Kerb, light: Light, rng: np.random.Generator
) -> None:
    """A terrace along the pavement, from the far end to the near one."""
    wall_m = kerb.outwards(float(rng.uniform(2.8, 4.5)))
    ends = np.cumsum(rng.uniform(7, 13, 7)) + rng.uniform(1, 6)
    starts = np.concatenate([[1.0], ends[:-1]])
    for near_m, far_m in zip(starts[::-1], ends[::-1], strict=True):
        tall_m = rng.uniform(6, 11)
        front = [(wall_m, tall_m, near_m), (wall_m, tall_m, far_m)]
        front += [(wall_m, 0, far_m), (wall_m, 0, near_m)]
        quad = view.project(np.array(front))
        if quad[:, 0].max() < 0 or quad[:, 0].min() > canvas.shape[1]:
            continue
        facade = _facade(tall_m, far_m - near_m, light, rng)
        haze = float(np.clip(near_m / 80, 0, 0.6))
        air = light.horizon * 0.8 * haze
        facade = (facade * (1 - haze) + air).astype(np.uint8)
        paint.paste(canvas, facade, quad)


def _facade(
    tall_m: float, wide_m: float, light: Light, rng: np.random.Generator
) -> Pixels:
    """A house front with rows of windows, 12 pixels to the metre."""
    scale = 12
    height, width = round(tall_m * scale), round(wide_m * scale)
    plaster = rng.choice(np.array(PLASTERS)).astype(np.float32)
    stains = paint.clouds(rng, width, height, 6) * 16
    stains += rng.standard_normal((height, width), np.float32) * 4
    wall: Pixels = np.clip(plaster + stains[..., None], 0, 255).astype(np.uint8)
    floors, columns = max(2, round(tall_m / 3)), max(2, round(wide_m / 2.4))
    for floor in range(floors):
        for column in range(columns):
            x = round((column + 0.5) / columns * width)
            y = round((floor + 0.5) / floors * height)
            is_lit = rng.random() < 0.35 * light.lamps and not light.is_grey
            glass = LAMPLIGHT if is_lit else PANE * rng.uniform(0.5, 1.2)
            _put_pane(wall[y - 10 : y + 10, x - 7 : x + 7], glass)
    wall[: scale // 3] = np.clip(plaster * 0.6, 0, 255)
    wall[-scale // 2 :] = np.clip(plaster * 0.7, 0, 255)
    return wall


def _put_pane(hole: Pixels, glass: Tone) -> None:
    fall = np.linspace(1.7, 0.7, len(hole))[:, None, None]
    sheet = np.broadcast_to(np.clip(glass * fall, 0, 255), hole.shape)
    hole[:] = FRAME
    hole[1:-1, 1:-1] = sheet[1:-1, 1:-1]
    middle = hole.shape[1] // 2
    hole[:, middle - 1 : middle + 1] = FRAME * 0.95


def paint_trees(
    canvas: Pixels, view: View, kerb: Kerb, rng: np.random.Generator
) -> None:
    for away_m in np.sort(rng.uniform(11, 45, 4))[::-1]:
        if rng.random() < 0.35:
            continue
        px_per_m = view.px_per_m(away_m)
        foot = view.project(np.array([(kerb.outwards(1.4), 0.1, away_m)]))[0]
        if abs(foot[0] - view.width_px / 2) > view.width_px / 2 + 2 * px_per_m:
            continue
        trunk = np.array([(-0.1, 0), (0.1, 0), (0.07, -3), (-0.07, -3)]) * px_per_m
        paint.shade(canvas, trunk + foot, (tone(44, 54, 66), tone(58, 70, 84)))
        _paint_crown(canvas, foot - (0, 3.8 * px_per_m), 1.7 * px_per_m, rng)


def _paint_crown(
    canvas: Pixels, middle: Points, radius_px: float, rng: np.random.Generator
) -> None:
    """Leaves in tufts: large and dark inside, small and sunlit outside."""
    leaf = tone(42, 82, 66) * rng.uniform(0.8, 1.2)
    for count, reach, tuft, bright in (
        (40, 0.8, 0.17, 0.45),
        (180, 1.0, 0.075, 0.75),
        (240, 1.05, 0.042, 1.1),
    ):
        turn = rng.uniform(0, 2 * np.pi, count)
        away = radius_px * reach * np.sqrt(rng.uniform(0, 1, count))
        at = middle + np.stack([np.cos(turn), np.sin(turn) * 0.9], 1) * away[:, None]
        sunlit = 0.62 + 0.45 * (middle[1] - at[:, 1]) / radius_px
        sunlit = bright * np.clip(sunlit + rng.normal(0, 0.16, count), 0.2, 1.4)
        size = np.maximum(radius_px * tuft * rng.uniform(0.6, 1.3, count), 0.5)
        for place, share, px in zip(
            paint.fixed(at).tolist(), sunlit, size, strict=True
        ):
            colour = (leaf * share).tolist()
            cv2.circle(canvas, place, round(px * 16), colour, -1, cv2.LINE_AA, 4)
