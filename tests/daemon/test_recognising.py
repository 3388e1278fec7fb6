"""What happens when the camera goes, and when nothing moves."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest

from edge_anpr.config import Config, RecognitionConfig
from edge_anpr.config.camera import CameraConfig, MotionConfig
from edge_anpr.config.storage import StorageConfig
from edge_anpr.config.watchlist import WatchlistConfig
from edge_anpr.daemon.proving import Proving
from edge_anpr.daemon.recognising import Recognise
from edge_anpr.daemon.saving import Saving
from edge_anpr.daemon.watching import Watch
from edge_anpr.errors import CameraLost
from edge_anpr.pipeline.opening import open_pipeline
from edge_anpr.recognition.burst import Burst
from edge_anpr.recognition.motion import MotionGate
from edge_anpr.records import ClockQuality, Frame, Stage
from edge_anpr.storage.opening import open_database
from edge_anpr.storage.retention import Retention
from edge_anpr.storage.sightings import SightingStore
from edge_anpr.tracking.watch_lists import WatchLists
from tests.drive_by import STREET_FRAMES, drive_by

# Every frame is worth a look, and none is dropped.
MOTION = MotionConfig(enabled=False, burst_frames=100, burst_mib=1000, burst_age_s=60)


@dataclass
class FakeCamera:
    """Gives some frames, ends all waiting for more, and then does something."""

    given: list[Frame]
    stop: Event
    then: Callable[[], None]

    def frames(self) -> Generator[Frame, None, None]:
        yield from self.given
        self.stop.set()
        self.then()


@dataclass
class Bench:
    """The two threads' work, without threads."""

    models: Path
    store: SightingStore

    def run(self, frames: list[Frame], then: Callable[[], None]) -> Recognise:
        stop_watching = Event()
        config = Config(
            recognition=RecognitionConfig(models=self.models), motion=MOTION
        )
        burst = Burst(MOTION)
        self.watch = Watch(
            FakeCamera(frames, stop_watching, then),
            CameraConfig(),
            MotionGate(MOTION),
            burst,
            lambda: ClockQuality.SYNCED,
            lambda _: True,
            lambda _: None,
            stop_watching,
        )
        pipeline = open_pipeline(config, WatchLists(WatchlistConfig()))
        self.watch.run()
        self.watch.has_ended = False  # a camera never has
        saving, proving = Saving(self.store, ()), Proving(pipeline.can_read)
        return Recognise(self.watch, burst, pipeline, saving, proving, Event())

    @property
    def stages(self) -> list[Stage]:
        return [each.stage for each in self.store.recent(10)]


@pytest.fixture
def bench(tmp_path: Path, models: Path) -> Iterator[Bench]:
    config = StorageConfig(folder=tmp_path)
    db = open_database(config)
    yield Bench(models, SightingStore(db, Retention(db, config), "boot"))
    db.close()


def _lose() -> None:
    raise CameraLost("somebody pulled the cable")


def test_a_lost_camera_makes_what_was_in_view_final(bench: Bench) -> None:
    in_view = list(drive_by("MKL4821", 6))[: STREET_FRAMES + 6]
    recognise = bench.run(in_view, _lose)
    for _ in in_view:
        recognise.step()
    assert bench.stages == [Stage.PROVISIONAL]
    recognise.step()
    assert bench.stages == [Stage.FINAL]
    assert bench.watch.trouble == "somebody pulled the cable"


def test_a_vehicle_that_stands_still_stays_in_view(bench: Bench) -> None:
    in_view = list(drive_by("MKL4821", 6))[: STREET_FRAMES + 6]
    recognise = bench.run(in_view, lambda: None)
    for _ in in_view:
        recognise.step()
    recognise.step()
    assert bench.stages == [Stage.PROVISIONAL]
