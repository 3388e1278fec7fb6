"""A vehicle drives by, drawn frame by frame, and is one sighting."""

from pathlib import Path

import pytest

from edge_anpr.config import Config, RecognitionConfig
from edge_anpr.config.camera import MotionConfig
from edge_anpr.config.watchlist import WatchlistConfig
from edge_anpr.pipeline.funnel import Funnel
from edge_anpr.pipeline.opening import open_pipeline
from edge_anpr.pipeline.pipeline import Pipeline
from edge_anpr.pipeline.replaying import replay
from edge_anpr.records import Direction, Sighting, Stage
from edge_anpr.tracking.watch_lists import WatchLists
from tests.drive_by import STREET_FRAMES, drive_by

TEXT = "MKL4821"
LOOKS = 12


def _open(models: Path, motion: MotionConfig, min_width_px: float = 32) -> Pipeline:
    recognition = RecognitionConfig(models=models, min_plate_width_px=min_width_px)
    config = Config(recognition=recognition, motion=motion)
    return open_pipeline(config, WatchLists(WatchlistConfig()))


@pytest.fixture(scope="module")
def passing(models: Path) -> tuple[list[Sighting], Funnel]:
    motion = MotionConfig(hold_s=0.2)
    pipeline = _open(models, motion)
    sightings = list(replay(drive_by(TEXT, LOOKS), motion, pipeline))
    return sightings, pipeline.funnel


def test_one_vehicle_is_one_sighting(passing: tuple[list[Sighting], Funnel]) -> None:
    sightings, _ = passing
    assert [each.stage for each in sightings] == [Stage.PROVISIONAL, Stage.FINAL]
    assert [each.revision for each in sightings] == [1, 2]
    assert {each.id for each in sightings} == {sightings[0].id}


def test_the_sighting_is_complete(passing: tuple[list[Sighting], Funnel]) -> None:
    final = passing[0][-1]
    assert final.plate == TEXT
    assert final.direction is Direction.APPROACHING
    assert final.reads >= LOOKS / 2
    assert len(final.models) == 3
    assert final.crop_jpeg
    assert final.crop_jpeg.startswith(b"\xff\xd8")


def test_the_funnel_narrows(passing: tuple[list[Sighting], Funnel]) -> None:
    funnel = passing[1]
    assert funnel.frames == LOOKS + 2 * STREET_FRAMES
    assert LOOKS <= funnel.moving < funnel.frames
    assert funnel.found >= funnel.large_enough >= funnel.inside >= funnel.read > 0
    assert (funnel.passages, funnel.agreed, funnel.reported) == (1, 1, 1)
    assert funnel.sent is None
    assert list(funnel.stages)[-1] == "reported"


def test_a_plate_behind_a_mask_is_not_read(models: Path) -> None:
    behind = ((0.3, 0.3), (0.8, 0.3), (0.8, 1.0), (0.3, 1.0))
    motion = MotionConfig(masks=(behind,), enabled=False)
    pipeline = _open(models, motion)
    assert list(replay(drive_by(TEXT, 4), motion, pipeline)) == []
    assert pipeline.funnel.large_enough > pipeline.funnel.inside == 0


def test_a_small_plate_is_followed_but_not_read(models: Path) -> None:
    motion = MotionConfig()
    pipeline = _open(models, motion, min_width_px=500)
    assert list(replay(drive_by(TEXT, 4), motion, pipeline)) == []
    assert pipeline.funnel.found > pipeline.funnel.large_enough == 0
    assert pipeline.funnel.passages == 1
