"""What a vehicle is, and a brush that paints in its own metres."""

from dataclasses import dataclass

import numpy as np

from edge_anpr.sample import paint
from edge_anpr.sample.body import SHAPES, Body, End, Kind
from edge_anpr.sample.fittings import FITTINGS, Fittings
from edge_anpr.sample.paint import Pixels, Tone, tone
from edge_anpr.sample.plate import PlateStyle
from edge_anpr.sample.view import Points, Pose, View

DARK = tone(24, 23, 22)
SEAM_M = 0.012


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What drives there and how it stands."""

    kind: Kind
    end: End
    colour: Tone
    pose: Pose

    @property
    def body(self) -> Body:
        return Body(SHAPES[self.kind], self.end, self.colour, self.pose)

    @property
    def fittings(self) -> Fittings:
        return FITTINGS[self.kind, self.end]

    def plate_corners(self, style: PlateStyle) -> Points:
        """The plate's four corners in the street, clockwise: 4x3 metres."""
        half_m, tall_m = style.width_mm / 2000, style.height_mm / 2000
        middle_m = self.fittings.plate_m
        away_m = self.body.near([(0.0, middle_m)])[0, 2] - 0.025
        corners = [(-half_m, tall_m), (half_m, tall_m), (half_m, -tall_m)]
        corners.append((-half_m, -tall_m))
        local = [(x, middle_m + y, away_m + y * 0.12) for x, y in corners]
        return self.pose.place(np.array(local))


@dataclass(frozen=True, slots=True)
class Lamp:
    """A lamp in the picture."""

    x: float
    y: float
    radius_px: float
    colour: Tone


@dataclass(frozen=True, slots=True)
class Brush:
    """Paints outlines given in a vehicle's own metres."""

    canvas: Pixels
    vehicle: Vehicle
    view: View

    @property
    def px_per_m(self) -> float:
        return self.view.px_per_m(self.vehicle.pose.away_m)

    def project(self, points: Points) -> Points:
        return self.view.project(self.vehicle.pose.place(points))

    def near(
        self, outline: list[tuple[float, float]], corner_rounds: int = 2
    ) -> Points:
        """An outline on the end that faces the camera, in pixels."""
        soft = paint.rounded(paint.dense(np.array(outline)), corner_rounds)
        return self.on_skin(soft)

    def on_skin(self, outline: Points) -> Points:
        """The same without rounding the corners."""
        points = [(float(x), float(y)) for x, y in outline]
        return self.project(self.vehicle.body.near(points))

    def shade(
        self, outline: Points, colours: tuple[Tone, Tone], opacity: float = 1
    ) -> None:
        paint.shade(self.canvas, outline, colours, opacity)

    def seam(self, path: Points, width_m: float = SEAM_M, dark: Tone = DARK) -> None:
        paint.line(self.canvas, path, dark, width_m * self.px_per_m)
