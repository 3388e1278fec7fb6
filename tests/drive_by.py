"""A vehicle that drives towards the camera, drawn frame by frame."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from edge_anpr.recognition.drawing import encode
from edge_anpr.records import Frame, Pixels
from edge_anpr.sample.lens import Lens, expose, take
from edge_anpr.sample.light import LIGHTS
from edge_anpr.sample.paint import paste
from edge_anpr.sample.plate import STYLES, render_plate
from edge_anpr.sample.staging import Actor, cast, road_under, set_up
from edge_anpr.sample.street import paint_street
from edge_anpr.sample.vehicle import paint_recess, paint_vehicle
from edge_anpr.sample.view import View

SIZE = (1280, 720)
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
FPS = 10.0
STREET_FRAMES = 10  # before and after, with nobody there
NEAR_PX, FAR_PX = 190.0, 60.0  # width of the plate
PLATE_DRAWN_PX = 260
DAY = LIGHTS["day"]


def drive_by(text: str, looks: int = 12, seed: int = 4) -> Iterator[Frame]:
    """An empty street, a vehicle coming nearer, and the empty street again."""
    pixels = [*pictures(text, looks, seed)]
    for number, each in enumerate(pixels):
        since_s = number / FPS
        yield Frame(each, NOON + timedelta(seconds=since_s), 1000.0 + since_s)


def write(folder: Path, text: str, looks: int = 12) -> Path:
    """The same as a folder of pictures; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, pixels in enumerate(pictures(text, looks)):
        (folder / f"{number:03}.jpg").write_bytes(encode(pixels, ".jpg"))
    return folder


def pictures(text: str, looks: int = 12, seed: int = 4) -> Iterator[Pixels]:
    """What the camera saw, (720, 1280, 3) BGR."""
    rng = np.random.default_rng(seed)
    actors = cast(1, [text], [STYLES["germany"]], rng)
    view, (near,) = set_up(actors, [NEAR_PX], *SIZE, rng)
    street = np.empty((SIZE[1], SIZE[0], 3), np.uint8)
    paint_street(street, view, road_under([near]), DAY, rng)
    empty = [_taken(street, view, (), rng) for _ in range(3)]
    for number in range(STREET_FRAMES):
        yield empty[number % len(empty)]
    for width_px in np.geomspace(FAR_PX, NEAR_PX, looks):
        yield _taken(street, view, [_away(near, NEAR_PX / width_px)], rng)
    for number in range(STREET_FRAMES):
        yield empty[number % len(empty)]


def _away(actor: Actor, times: float) -> Actor:
    """The same, so many times as far away."""
    pose = actor.vehicle.pose
    farther = replace(pose, away_m=pose.away_m * times)
    return replace(actor, vehicle=replace(actor.vehicle, pose=farther))


def _taken(
    street: Pixels, view: View, actors: Sequence[Actor], rng: np.random.Generator
) -> Pixels:
    canvas = street.copy()
    for actor in actors:
        paint_vehicle(canvas, actor.vehicle, view, DAY)
        paint_recess(canvas, actor.vehicle, view, actor.style)
    canvas = expose(canvas, DAY)
    for actor in actors:
        plate = render_plate(actor.text, actor.style, PLATE_DRAWN_PX)
        paste(canvas, plate.pixels, actor.corners(view))
    return take(canvas, Lens(), DAY, rng)
