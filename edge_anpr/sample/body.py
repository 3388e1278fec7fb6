"""The bodies of vehicles: slices, one above the other, joined into a shaded skin."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from edge_anpr.sample import paint
from edge_anpr.sample.light import Light
from edge_anpr.sample.paint import Pixels, Tone, fixed, tone
from edge_anpr.sample.view import Points, Pose, View

End = Literal["front", "rear"]
Kind = Literal["hatchback", "saloon", "van", "lorry"]

SLICES = 46
AROUND = 72
GROUND = tone(66, 68, 68)
SUN = np.array([-0.35, 0.8, -0.48])


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of vehicle, in metres.

    `slices` are rows of height, half width, where the front is and where the rear is,
    counted from the foremost point backwards.
    """

    slices: npt.NDArray[np.float64]
    boxiness: float  # how square the corners are, seen from above

    @property
    def length_m(self) -> float:
        return float(self.slices[:, 3].max())


def _shape(boxiness: float, *rows: tuple[float, float, float, float]) -> Shape:
    return Shape(np.array(rows), boxiness)


SHAPES: dict[Kind, Shape] = {
    "hatchback": _shape(
        6,
        (0.19, 0.80, 0.10, 3.96),
        (0.32, 0.87, 0.02, 4.02),
        (0.50, 0.89, 0.00, 4.05),
        (0.62, 0.895, 0.04, 3.98),
        (0.72, 0.89, 0.13, 3.97),
        (0.79, 0.88, 0.32, 3.96),
        (0.88, 0.86, 0.74, 3.95),
        (0.98, 0.83, 1.10, 3.90),
        (1.12, 0.77, 1.36, 3.78),
        (1.27, 0.725, 1.66, 3.62),
        (1.39, 0.675, 1.94, 3.45),
        (1.45, 0.61, 2.20, 3.30),
        (1.48, 0.40, 2.50, 3.05),
    ),
    "saloon": _shape(
        6,
        (0.17, 0.82, 0.10, 4.50),
        (0.30, 0.89, 0.02, 4.60),
        (0.48, 0.91, 0.00, 4.64),
        (0.60, 0.915, 0.04, 4.60),
        (0.70, 0.905, 0.15, 4.58),
        (0.77, 0.895, 0.40, 4.57),
        (0.85, 0.88, 0.85, 4.56),
        (0.95, 0.85, 1.28, 4.52),
        (1.00, 0.83, 1.42, 4.05),
        (1.13, 0.75, 1.72, 3.80),
        (1.26, 0.70, 2.02, 3.52),
        (1.36, 0.645, 2.30, 3.25),
        (1.41, 0.57, 2.55, 3.05),
        (1.43, 0.38, 2.70, 2.90),
    ),
    "van": _shape(
        9,
        (0.22, 0.88, 0.10, 5.00),
        (0.36, 0.95, 0.02, 5.06),
        (0.60, 0.97, 0.00, 5.08),
        (0.90, 0.975, 0.06, 5.06),
        (1.05, 0.97, 0.22, 5.05),
        (1.18, 0.96, 0.60, 5.04),
        (1.28, 0.95, 0.82, 5.03),
        (1.55, 0.91, 1.12, 5.00),
        (1.82, 0.87, 1.42, 4.96),
        (1.98, 0.82, 1.72, 4.92),
        (2.05, 0.72, 2.05, 4.85),
    ),
    "lorry": _shape(
        14,
        (0.40, 1.14, 0.06, 7.96),
        (0.60, 1.20, 0.00, 8.00),
        (1.10, 1.22, 0.02, 8.00),
        (1.60, 1.22, 0.06, 8.00),
        (2.20, 1.20, 0.16, 8.00),
        (2.70, 1.17, 0.28, 8.00),
        (2.95, 1.12, 0.42, 7.98),
        (3.05, 1.00, 0.70, 7.90),
    ),
}


@dataclass(frozen=True, slots=True)
class Body:
    """A vehicle's body, standing with one end towards the camera at Z = 0."""

    shape: Shape
    end: End
    colour: Tone
    pose: Pose

    def sections(self, heights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Per height: half width, near end and far end, in metres."""
        table = self.shape.slices
        half, front, rear = (
            np.interp(heights, table[:, 0], column) for column in table[:, 1:].T
        )
        if self.end == "front":
            return np.stack([half, front, rear], axis=1)
        length_m = self.shape.length_m
        return np.stack([half, length_m - rear, length_m - front], axis=1)

    def near(self, outline: list[tuple[float, float]]) -> Points:
        """Lay (x, height) points on the skin of the end that faces the camera."""
        flat = np.array(outline, np.float64)
        half, near, far = self.sections(flat[:, 1]).T
        off = np.minimum(np.abs(flat[:, 0]) / half, 0.995)
        power = self.shape.boxiness
        bulge = (1 - off**power) ** (1 / power)
        away = (near + far) / 2 - (far - near) / 2 * bulge
        return np.stack([flat[:, 0], flat[:, 1], away], axis=1)

    def side(self, outline: list[tuple[float, float]], sign: float) -> Points:
        """Lay (z, height) points on the left (-1) or right (1) side."""
        flat = np.array(outline, np.float64)
        half = self.sections(flat[:, 1])[:, 0]
        return np.stack([half * sign, flat[:, 1], flat[:, 0]], axis=1)


def paint_body(canvas: Pixels, body: Body, view: View, light: Light) -> None:
    """Paint the skin: paint, daylight, and the street mirrored in the lacquer."""
    corners = _skin(body)
    quads = np.stack(
        [
            corners[1:],
            np.roll(corners[1:], -1, axis=1),
            np.roll(corners[:-1], -1, axis=1),
            corners[:-1],
        ],
        axis=2,
    )[::-1].reshape(-1, 4, 3)
    pose = body.pose
    camera = pose.camera(view.camera_m)
    normals = np.cross(quads[:, 3] - quads[:, 1], quads[:, 2] - quads[:, 0])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9
    sight = quads.mean(axis=1) - camera
    sight /= np.linalg.norm(sight, axis=1, keepdims=True)
    faces = (normals * sight).sum(axis=1) < 0
    # Less of the sky reaches what is close to the road.
    reach = 0.62 + 0.38 * np.clip(quads[faces].mean(axis=1)[:, 1:2] / 0.75, 0, 1)
    colours = _lacquer(normals[faces], sight[faces], body.colour * reach, light)
    placed = view.project(pose.place(quads[faces].reshape(-1, 3))).reshape(-1, 4, 2)
    roof = view.project(pose.place(corners[-1]))
    _lay(canvas, placed, colours, roof, view.px_per_m(pose.away_m))


def _skin(body: Body) -> npt.NDArray[np.float64]:
    """Corners of the skin: slices x around x 3."""
    table = body.shape.slices
    step = np.abs(np.diff(table, axis=0)) @ (2, 1, 0.6, 0.3)
    at = np.concatenate([[0], np.cumsum(step)])
    heights = np.interp(np.linspace(0, at[-1], SLICES), at, table[:, 0])
    rows = np.column_stack([heights, body.sections(heights)])
    padded = np.pad(rows, ((2, 2), (0, 0)), mode="reflect", reflect_type="odd")
    smooth = np.mean([padded[i : i + SLICES] for i in range(5)], axis=0)
    heights, half, near, far = smooth.T
    turn = np.linspace(0, 2 * np.pi, AROUND, endpoint=False)
    cos, sin = np.cos(turn), np.sin(turn)
    power = 2 / body.shape.boxiness
    across, along = (np.sign(v) * np.abs(v) ** power for v in (cos, sin))
    x = half[:, None] * across
    z = ((near + far) / 2)[:, None] - ((far - near) / 2)[:, None] * along
    y = np.repeat(heights[:, None], AROUND, axis=1)
    return np.stack([x, y, z], axis=2)


def _lacquer(normals: Points, sight: Points, colour: Tone, light: Light) -> Points:
    facing = (normals * sight).sum(axis=1, keepdims=True)
    mirrored = sight - 2 * facing * normals
    up = mirrored[:, 1:2]
    sky = np.clip((up + 0.06) / 0.16, 0, 1)
    sky = sky * sky * (3 - 2 * sky)
    high = np.clip(up / 0.8, 0, 1) ** 0.7
    above = light.horizon * (1 - high) + light.zenith * high
    street = above * sky + GROUND * (1 - sky)
    sunlit = np.clip(normals @ SUN, 0, 1)[:, None] * light.sun
    ambient = 0.42 + 0.18 * normals[:, 1:2]
    fresnel = 0.07 + 0.5 * (1 - np.abs(facing)) ** 3
    sparkle = np.clip(mirrored @ SUN, 0, 1)[:, None] ** 24 * light.sun
    lit: Points = colour * (ambient + 0.5 * sunlit) + street * fresnel + sparkle * 110
    return np.clip(lit, 0, 255)


def _lay(
    canvas: Pixels, quads: Points, colours: Points, roof: Points, px_per_m: float
) -> None:
    """Draw the facets apart, melt them into one another, and lay them down."""
    limit = np.array(canvas.shape[1::-1])
    start = np.clip(np.floor(quads.min(axis=(0, 1))) - 4, 0, limit).astype(int)
    end = np.clip(np.ceil(quads.max(axis=(0, 1))) + 4, 0, limit).astype(int)
    if (end <= start).any():
        return
    part = canvas[start[1] : end[1], start[0] : end[0]]
    layer = np.zeros((*part.shape[:2], 4), np.uint8)
    top = fixed(roof - start)
    cv2.fillConvexPoly(layer, top, [*colours[0].tolist(), 255], cv2.LINE_8, 4)
    for quad, colour in zip(fixed(quads - start), colours.tolist(), strict=True):
        cv2.fillConvexPoly(layer, quad, [*colour, 255], cv2.LINE_8, 4)
    melt_px = max(0.6, 0.022 * px_per_m)
    soft = paint.soften(layer, melt_px).astype(np.float32)
    edge = cv2.GaussianBlur(layer[..., 3], (0, 0), 0.6).astype(np.float32)[..., None]
    smooth = soft[..., :3] * (255 / np.maximum(soft[..., 3:], 1))
    part[:] = np.clip(part + (smooth - part) * (edge / 255), 0, 255).astype(np.uint8)
