"""What stops is there while nothing moves, and what parks is told once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np

from edge_anpr.config import Config, RecognitionConfig
from edge_anpr.config.watchlist import WatchlistConfig
from edge_anpr.pipeline.funnel import Funnel
from edge_anpr.pipeline.opening import open_pipeline
from edge_anpr.pipeline.replaying import replay
from edge_anpr.records import Frame, Pixels, Stage
from edge_anpr.sample.light import LIGHTS
from edge_anpr.sample.plate import STYLES
from edge_anpr.sample.scene import shoot
from edge_anpr.sample.staging import Actor, cast, road_under, set_up
from edge_anpr.sample.street import paint_street
from edge_anpr.tracking.watch_lists import WatchLists
from tests.drive_by import NOON

WIDTH, HEIGHT = 640, 360
FPS = 5.0
NEAR_PX = 95.0  # width of the plates
DAY = LIGHTS["day"]
GRAINS = 3  # pictures of a still scene that take turns, each with its own noise
STANDS, PASSES = "MKL4821", "HB207KT"


@dataclass(frozen=True, slots=True)
class Act:
    """For so many frames, how many times as far away the two vehicles are."""

    frames: int
    stands: float | None  # None: not in the picture
    passes: float | None = None


ARRIVES = [Act(5, None), *(Act(1, away) for away in np.geomspace(3, 1, 10))]
LEAVES = [*(Act(1, away) for away in np.geomspace(1, 0.75, 4)), Act(60, None)]
ANOTHER = [Act(1, 1.0, away) for away in np.geomspace(3, 1, 10)]


def _frames(acts: Sequence[Act]) -> Iterator[Frame]:
    rng = np.random.default_rng(2)
    actors = cast(2, [STANDS, PASSES], [STYLES["germany"]] * 2, rng)
    view, placed = set_up(actors, [NEAR_PX] * 2, WIDTH, HEIGHT, rng)
    street = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    paint_street(street, view, road_under(placed), DAY, rng)
    number = 0
    for act in acts:
        there = [
            _away(actor, times)
            for actor, times in zip(placed, (act.stands, act.passes), strict=True)
            if times is not None
        ]
        pictures: list[Pixels] = [
            shoot(street.copy(), there, view, DAY, rng).pixels
            for _ in range(min(act.frames, GRAINS))
        ]
        for count in range(act.frames):
            since = timedelta(seconds=number / FPS)
            pixels = pictures[count % len(pictures)]
            yield Frame(pixels, NOON + since, 1000 + since.total_seconds())
            number += 1


def _away(actor: Actor, times: float) -> Actor:
    pose = actor.vehicle.pose
    farther = replace(pose, away_m=pose.away_m * times)
    return replace(actor, vehicle=replace(actor.vehicle, pose=farther))


def _finals(acts: Sequence[Act], models: Path) -> tuple[list[str], Funnel]:
    """The plates that were reported, with the motion gate before everything."""
    config = Config(recognition=RecognitionConfig(models=models))
    pipeline = open_pipeline(config, WatchLists(WatchlistConfig()))
    sightings = list(replay(_frames(acts), config.motion, pipeline))
    finals = [each.plate for each in sightings if each.stage is Stage.FINAL]
    return finals, pipeline.funnel


def test_a_vehicle_that_stops_and_drives_on_passes_once(models: Path) -> None:
    stop = Act(round(40 * FPS), 1.0)
    finals, funnel = _finals([*ARRIVES, stop, *LEAVES], models)
    assert finals == [STANDS]
    assert funnel.moving < 0.8 * funnel.frames  # part of the stop was not looked at


def test_a_parked_vehicle_is_told_once_though_others_pass(models: Path) -> None:
    stands = Act(round(70 * FPS), 1.0)
    acts = [*ARRIVES, stands, *ANOTHER, stands, *ANOTHER, stands]
    finals, funnel = _finals(acts, models)
    assert sorted(finals) == [PASSES, PASSES, STANDS]
    assert funnel.moving < 0.8 * funnel.frames
