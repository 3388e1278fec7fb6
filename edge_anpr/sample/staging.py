"""Choose who drives down the street, and place them before the camera."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from edge_anpr.sample.body import SHAPES, End, Kind
from edge_anpr.sample.brush import Vehicle
from edge_anpr.sample.paint import Tone, tone
from edge_anpr.sample.plate import STYLES, PlateStyle, random_text
from edge_anpr.sample.street import Road
from edge_anpr.sample.view import Points, Pose, View

COLOURS: tuple[Tone, ...] = (
    tone(196, 198, 200),
    tone(150, 152, 154),
    tone(84, 82, 80),
    tone(38, 36, 36),
    tone(222, 224, 224),
    tone(34, 30, 140),
    tone(120, 66, 28),
    tone(92, 52, 30),
    tone(58, 84, 44),
    tone(66, 110, 150),
)
KINDS: dict[Kind, float] = {
    "hatchback": 0.42,
    "saloon": 0.36,
    "van": 0.15,
    "lorry": 0.07,
}
STYLES_SEEN: dict[End, tuple[str, ...]] = {
    "front": (
        "germany",
        "france",
        "spain",
        "british front",
        "oregon",
        "brazil",
        "dark",
    ),
    "rear": (
        "germany",
        "france",
        "netherlands",
        "british rear",
        "nevada",
        "brazil",
        "motorcycle",
    ),
}
LANE_M = 3.1
# The widest plate, as a fraction of its share of the picture: two cars that stand any
# closer would hide each other's plates.
MOST_OF_SLOT = 0.45
MOST_ALONE = 0.9


@dataclass(frozen=True, slots=True)
class Actor:
    """A vehicle and the plate it carries."""

    vehicle: Vehicle
    style: PlateStyle
    text: str

    def corners(self, view: View) -> Points:
        """The plate's corners in the picture, clockwise: 4x2 pixels."""
        return view.project(self.vehicle.plate_corners(self.style))


def cast(
    plates: int,
    texts: Sequence[str],
    styles: Sequence[PlateStyle],
    rng: np.random.Generator,
) -> list[Actor]:
    """Choose the vehicles, and make up what texts and styles leave open."""
    actors = []
    for i in range(plates):
        vehicle = _choose_vehicle(rng)
        seen = str(rng.choice(STYLES_SEEN[vehicle.end]))
        style = styles[i] if i < len(styles) else STYLES[seen]
        made_up = random_text(style, rng)
        actors.append(Actor(vehicle, style, texts[i] if i < len(texts) else made_up))
    return actors


def suitable_widths(
    actors: list[Actor], width: int, height: int, rng: np.random.Generator
) -> list[float]:
    """Plate widths in pixels with which the vehicles fill the picture well."""
    slot_px = min(width / len(actors), 0.8 * height)
    widths = []
    for actor in actors:
        across_m = 2.3 * float(SHAPES[actor.vehicle.kind].slices[:, 1].max())
        room_px = float(rng.uniform(0.72, 0.95)) * slot_px
        widths.append(room_px / across_m * actor.style.width_mm / 1000)
    return widths


def set_up(
    actors: list[Actor],
    plate_widths_px: list[float],
    width: int,
    height: int,
    rng: np.random.Generator,
) -> tuple[View, list[Actor]]:
    """Set up the camera, and put each vehicle where its plate has its width."""
    slot_px = width / len(actors)
    room_px = slot_px * (MOST_ALONE if len(actors) == 1 else MOST_OF_SLOT)
    widest_px = max(plate_widths_px)
    if widest_px > room_px:
        raise ValueError(
            f"{len(actors)} plates of {widest_px:.0f} px do not fit in {width} px; "
            f"ask for at most {room_px:.0f} px"
        )
    view = _look(actors, plate_widths_px, width, height, rng)
    spare_px = min(0.04 * width, 0.4 * (slot_px - widest_px))
    centres_px = (np.arange(len(actors)) + 0.5) * slot_px
    centres_px += rng.uniform(-spare_px, spare_px, len(actors))
    placed = [
        _stand(actor, view, centre_px, wide_px)
        for actor, centre_px, wide_px in zip(
            actors, centres_px.tolist(), plate_widths_px, strict=True
        )
    ]
    return view, placed


def _look(
    actors: list[Actor],
    plate_widths_px: list[float],
    width: int,
    height: int,
    rng: np.random.Generator,
) -> View:
    """Hold the camera so that the lowest plate is in the lower part of the picture."""
    widths_px = np.array(plate_widths_px)
    plates_mm = np.array([[a.style.width_mm, a.style.height_mm] for a in actors])
    plates_m = np.array([actor.vehicle.fittings.plate_m for actor in actors])
    px_per_m = widths_px * 1000 / plates_mm[:, 0]
    tall_px = float((px_per_m * plates_mm[:, 1] / 1000).max())
    low_px = height * float(rng.uniform(0.7, 0.78))
    low_px = min(low_px, 0.95 * height - 0.6 * tall_px)
    most_m = (low_px - 0.12 * height) / px_per_m.max()
    camera_m = plates_m.min() + min(float(rng.uniform(1.1, 1.9)), most_m)
    below_px = px_per_m * (camera_m - plates_m)
    return View(
        width_px=width,
        height_px=height,
        focal_px=1.15 * max(width, 1.3 * height),
        horizon_px=low_px - float(below_px.max()),
        camera_m=float(camera_m),
        roll=float(np.radians(rng.uniform(-1.2, 1.2))),
    )


def road_under(actors: list[Actor]) -> Road:
    """A road with a lane for each of the vehicles."""
    middles = sorted(actor.vehicle.pose.x_m for actor in actors)
    lines = tuple((left + right) / 2 for left, right in pairwise(middles))
    return Road(middles[0] - LANE_M * 0.7, middles[-1] + LANE_M * 0.7, lines)


def width_px(corners: Points) -> float:
    """The mean length of the upper and the lower edge of a plate."""
    upper, lower = corners[1] - corners[0], corners[2] - corners[3]
    return float((np.hypot(*upper) + np.hypot(*lower)) / 2)


def _choose_vehicle(rng: np.random.Generator) -> Vehicle:
    kind = list(KINDS)[int(rng.choice(len(KINDS), p=list(KINDS.values())))]
    end: End = "front" if rng.random() < 0.5 else "rear"
    colour = COLOURS[int(rng.integers(len(COLOURS)))] * rng.uniform(0.9, 1.08)
    yaw = float(np.radians(rng.uniform(-5, 5)))
    return Vehicle(kind, end, colour, Pose(0.0, 1.0, yaw))


def _stand(actor: Actor, view: View, centre_px: float, wide_px: float) -> Actor:
    """Move a vehicle until its plate has its width at its place in the picture."""
    away_m = view.focal_px * actor.style.width_mm / 1000 / wide_px
    for _ in range(6):
        x_m = (centre_px - view.width_px / 2) / view.px_per_m(away_m)
        pose = Pose(x_m, away_m, actor.vehicle.pose.yaw)
        actor = replace(actor, vehicle=replace(actor.vehicle, pose=pose))
        away_m *= width_px(actor.corners(view)) / wide_px
    return actor
