"""What happens when the camera goes, and when nothing moves."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from edge_anpr.camera import Camera
from edge_anpr.config import Config, RecognitionConfig
from edge_anpr.config.camera import CameraConfig, MotionConfig
from edge_anpr.config.storage import StorageConfig
from edge_anpr.config.tracking import TrackingConfig
from edge_anpr.config.watchlist import WatchlistConfig
from edge_anpr.daemon.proving import Proving
from edge_anpr.daemon.recognising import Recognise
from edge_anpr.daemon.saving import Saving
from edge_anpr.daemon.watching import Watch, recorded
from edge_anpr.errors import CameraLost, DatabaseDamaged
from edge_anpr.pipeline.opening import open_pipeline
from edge_anpr.recognition.burst import Burst
from edge_anpr.recognition.motion import MotionGate
from edge_anpr.records import Frame, Sighting, Stage
from edge_anpr.runtime.clock import Clock
from edge_anpr.runtime.health import Pulse
from edge_anpr.storage.opening import open_database
from edge_anpr.storage.retention import Retention
from edge_anpr.storage.sightings import SightingStore
from edge_anpr.tracking.watch_lists import WatchLists
from tests.drive_by import STREET_FRAMES, drive_by

# Every frame is worth a look, and none is dropped.
REJOIN_S = TrackingConfig().rejoin_s
LOST_S = 1.5
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
class LooseCable:
    """Is lost after every part of the frames but the last."""

    parts: list[list[Frame]]
    step: Callable[[], object] = lambda: None

    def frames(self) -> Generator[Frame, None, None]:
        self.step()  # while it is lost
        for frame in self.parts.pop(0):
            yield frame
            self.step()
        if self.parts:
            _lose()


@dataclass
class Bench:
    """The two threads' work, without threads."""

    models: Path
    store: SightingStore
    now_s: float = 0.0

    def run(self, frames: list[Frame], then: Callable[[], None]) -> Recognise:
        stop_watching = Event()
        recognise = self._recognise(
            FakeCamera(frames, stop_watching, then), stop_watching, TrackingConfig()
        )
        self.watch.run()
        self.watch.has_ended = False  # a camera never has
        return recognise

    def lose_between(self, *parts: list[Frame], tracking: TrackingConfig) -> None:
        """All that is to be said of these frames, and of the end."""
        camera = LooseCable(list(parts))
        recognise = self._recognise(camera, Event(), tracking)

        def step() -> None:
            seen = self.watch.seen
            self.now_s = seen.taken_s + LOST_S if seen else 0.0
            recognise.step()

        camera.step = step
        self.watch.run()
        recognise.run()

    def _recognise(
        self, camera: Camera, stop_watching: Event, tracking: TrackingConfig
    ) -> Recognise:
        config = Config(
            recognition=RecognitionConfig(models=self.models),
            motion=MOTION,
            tracking=tracking,
        )
        burst = Burst(MOTION)
        self.watch = Watch(
            camera,
            CameraConfig(),
            MotionGate(MOTION),
            burst,
            partial(recorded, Clock(lambda: True)),
            lambda _: True,
            lambda _: None,
            stop_watching,
            Pulse(),
        )
        pipeline = open_pipeline(config, WatchLists(WatchlistConfig()))
        saving, proving = Saving(self.store, ()), Proving(pipeline.can_read)
        return Recognise(
            self.watch, burst, pipeline, saving, proving, Event(), lambda: self.now_s
        )

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


def test_what_was_in_view_when_the_database_was_found_damaged_is_not_lost(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest: list[Sighting] = []

    def fails(*_: object) -> None:
        raise DatabaseDamaged("it is")

    monkeypatch.setattr(SightingStore, "save", fails)
    monkeypatch.setattr(Saving, "save_last", lambda _, last: rest.extend(last))
    recognise = bench.run(list(drive_by("MKL4821")), lambda: None)
    with pytest.raises(DatabaseDamaged):
        recognise.run()
    assert [each.stage for each in rest] == [Stage.FINAL]


def test_a_camera_that_stays_lost_makes_what_was_in_view_final(bench: Bench) -> None:
    in_view = list(drive_by("MKL4821", 6))[: STREET_FRAMES + 6]
    recognise = bench.run(in_view, _lose)
    for _ in in_view:
        recognise.step()
    assert bench.stages == [Stage.PROVISIONAL]
    bench.now_s = in_view[-1].taken_s + REJOIN_S - 0.1
    recognise.step()
    assert bench.stages == [Stage.PROVISIONAL]
    bench.now_s += 0.2
    recognise.step()
    assert bench.stages == [Stage.FINAL]
    assert bench.watch.trouble == "somebody pulled the cable"


def test_a_vehicle_is_one_sighting_though_the_camera_is_lost_meanwhile(
    bench: Bench,
) -> None:
    frames = list(drive_by("MKL4821", 40))
    lost = slice(STREET_FRAMES + 12, STREET_FRAMES + 27)  # for LOST_S
    bench.lose_between(
        frames[: lost.start], frames[lost.stop :], tracking=TrackingConfig()
    )
    assert bench.stages == [Stage.FINAL]


def test_a_parked_vehicle_is_not_reported_again_after_the_camera_was_lost(
    bench: Bench,
) -> None:
    comes = list(drive_by("MKL4821", 12))[STREET_FRAMES:][:10]
    came = comes[-1]
    stays = [
        replace(
            came,
            taken_at=came.taken_at + timedelta(seconds=each / 2),
            taken_s=came.taken_s + each / 2,
        )
        for each in range(1, 28)
    ]
    bench.lose_between(
        [*comes, *stays[:16]],
        stays[22:],  # 3.5 s later
        tracking=TrackingConfig(parked_after_s=1, rejoin_s=2, parked_forget_s=4),
    )
    assert bench.stages == [Stage.FINAL]


def test_a_vehicle_that_stands_still_stays_in_view(bench: Bench) -> None:
    in_view = list(drive_by("MKL4821", 6))[: STREET_FRAMES + 6]
    recognise = bench.run(in_view, lambda: None)
    for _ in in_view:
        recognise.step()
    recognise.step()
    assert bench.stages == [Stage.PROVISIONAL]
