"""What every part says and does reaches the others, in the service as it is built."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from edge_anpr.config import Config, RecognitionConfig
from edge_anpr.config.camera import CameraConfig, CameraKind, ReplayConfig
from edge_anpr.config.clock import ClockConfig
from edge_anpr.config.delivery import MqttConfig
from edge_anpr.config.storage import StorageConfig
from edge_anpr.config.watchlist import WatchlistConfig, WatchListFile
from edge_anpr.config.web import WebConfig
from edge_anpr.daemon import running
from edge_anpr.daemon.condition import Condition
from edge_anpr.daemon.governing import Governor
from edge_anpr.daemon.page import Parts, open_page
from edge_anpr.daemon.running import Daemon
from edge_anpr.daemon.sight import Sight
from edge_anpr.daemon.upkeep import Upkeep
from edge_anpr.delivery.mqtt_destination import MqttDestination
from edge_anpr.errors import CameraLost, DiskReadOnly
from edge_anpr.pipeline.pipeline import Pipeline
from edge_anpr.recognition.blindness import Blindness
from edge_anpr.records import Frame, Problem
from edge_anpr.storage.sightings import SightingStore
from edge_anpr.web.serving import Serving
from tests import drive_by
from tests.broker import free_port
from tests.delivery.certificates import certificate
from tests.review.settings import review_config
from tests.review.vision_server import Word, rest_server, saw

NOBODY_LISTENS = MqttConfig(host="127.0.0.1", port=1, tls=False)
LONG_AGO = datetime(2020, 1, 2, tzinfo=UTC)
WITHIN_S = 40.0  # for what takes seconds, on a busy machine
PLATE = "MKL4821"


@dataclass
class Observed:
    """The parts of a service that only others see."""

    condition: Condition | None = None
    parts: Parts | None = None


@pytest.fixture
def observed(monkeypatch: pytest.MonkeyPatch) -> Observed:
    observed = Observed()

    def condition(*parts: object) -> Condition:
        observed.condition = Condition(*parts)  # type: ignore[arg-type]
        return observed.condition

    def page(parts: Parts, stop: Event) -> Serving:
        observed.parts = parts
        return open_page(parts, stop)

    monkeypatch.setattr(running, "Condition", condition)
    monkeypatch.setattr(running, "open_page", page)
    return observed


@pytest.fixture
def config(tmp_path: Path, models: Path) -> Config:
    recording = drive_by.write(tmp_path / "clip", PLATE)
    replay = ReplayConfig(path=recording, interval_s=0.1)
    return Config(
        camera=CameraConfig(kind=CameraKind.REPLAY, replay=replay),
        recognition=RecognitionConfig(models=models),
        storage=StorageConfig(folder=tmp_path),
        mqtt=NOBODY_LISTENS,
        web=WebConfig(enabled=False),
    )


@pytest.fixture
def run_until(
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Config, Callable[[], bool]], Daemon]:
    """The service, until something is so; asked between two turns of its upkeep."""

    def run(config: Config, is_so: Callable[[], bool]) -> Daemon:
        daemon, end_s = Daemon(config), monotonic() + WITHIN_S
        turn = Upkeep.turn

        def turn_and_ask(upkeep: Upkeep) -> None:
            turn(upkeep)
            assert monotonic() < end_s, "it did not become so in time"
            if is_so():
                daemon._stop.set()

        monkeypatch.setattr(Upkeep, "turn", turn_and_ask)
        assert daemon.run()
        return daemon

    return run


class Unplugged:
    """A vehicle passes, and then the camera is gone for good."""

    def __init__(self) -> None:
        self._frames = iter(drive_by.drive_by(PLATE))

    def frames(self) -> Iterator[Frame]:
        for frame in self._frames:
            Event().wait(1 / drive_by.FPS)
            yield replace(frame, taken_at=datetime.now(UTC))
        raise CameraLost("somebody has unplugged it")


def test_what_is_wrong_with_any_part_is_among_the_problems(
    config: Config,
    tmp_path: Path,
    observed: Observed,
    run_until: Callable[[Config, Callable[[], bool]], Daemon],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def is_read_only(*_: object) -> None:
        raise DiskReadOnly("it is read-only")

    def is_covered(sight: Sight, _: Frame) -> None:
        sight._blindness = Blindness.COVERED

    def problem_of_broker(_: object) -> Iterator[Problem]:
        yield Problem("mqtt", "The broker is odd.")

    hot = partial(Governor, celsius=lambda: 85.0, strained=lambda: None)
    monkeypatch.setattr(running, "Governor", hot)
    monkeypatch.setattr(running, "open_camera", lambda *_: Unplugged())
    monkeypatch.setattr(Pipeline, "can_read", lambda _: False)
    monkeypatch.setattr(Sight, "see", is_covered)
    monkeypatch.setattr(SightingStore, "save", is_read_only)
    monkeypatch.setattr(MqttDestination, "problems", problem_of_broker)
    gone = tmp_path / "gone.csv"
    review = review_config(tmp_path, "http://127.0.0.1:9")
    (tmp_path / "api.key").unlink()
    monkeypatch.setattr(running, "is_right", lambda **_: True)
    (tmp_path / "ca.crt").write_bytes(certificate(LONG_AGO, LONG_AGO))
    wanted = {
        "A drawn plate is not read",
        "The board is too hot",
        "somebody has unplugged it",
        "Something covers the camera",
        "Sightings wait in memory",
        str(gone),
        "Second opinions have stopped",
        "The broker is odd",
        "Delivery waits",
        "has ended on 2020-01-02",
        "The page cannot listen",
    }
    told: set[str] = set()

    def all_are_told() -> bool:
        assert observed.condition
        says = [each.sentence for each in observed.condition.problems()]
        told.update(each for each in wanted if any(each in text for text in says))
        return told == wanted

    with socket.create_server(("127.0.0.1", 0)) as other:
        changes = {
            "review": review,
            "mqtt": MqttConfig(host="127.0.0.1", port=1, ca_file=tmp_path / "ca.crt"),
            "watchlists": WatchlistConfig(lists=(WatchListFile(file=gone),)),
            "web": WebConfig(port=other.getsockname()[1]),
        }
        try:
            run_until(config.model_copy(update=changes), all_are_told)
        finally:
            assert told == wanted


def test_a_second_opinion_is_asked_for_and_the_health_tells_of_it(
    config: Config,
    tmp_path: Path,
    observed: Observed,
    run_until: Callable[[Config, Callable[[], bool]], Daemon],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By a clock that only a battery vouches for."""
    monkeypatch.setattr(running, "is_right", lambda *, trust_rtc: trust_rtc)
    monkeypatch.setattr(running, "open_camera", lambda *_: Unplugged())

    def is_reviewed() -> bool:
        assert observed.condition
        status = observed.condition.health().review
        assert status, "the health says nothing of second opinions"
        return status.confirmed == 1

    with rest_server(lambda _: saw(Word(PLATE))) as vision:
        review = review_config(tmp_path, vision.url)
        changes = {
            "clock": ClockConfig(trust_rtc=True),
            "review": review.model_copy(update={"below_confidence": 1.0}),
        }
        run_until(config.model_copy(update=changes), is_reviewed)
        assert len(vision.pictures) == 1


def test_the_page_hears_of_every_alert(
    config: Config, tmp_path: Path, observed: Observed
) -> None:
    file = tmp_path / "wanted.csv"
    file.write_text(f"plate\n{PLATE}\n")
    changes = {
        "watchlists": WatchlistConfig(lists=(WatchListFile(file=file, name="gate"),)),
        "web": WebConfig(port=free_port()),
    }
    assert Daemon(config.model_copy(update=changes)).run()
    assert observed.parts
    assert observed.parts.totals().alerts == {"gate": 1}
    assert observed.parts.totals().stages["reported"] == 1


def test_what_there_is_no_time_for_is_not_looked_at(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Governor, "takes", lambda *_: False)
    daemon = Daemon(config)
    assert daemon.run()
    assert (daemon.funnel.frames, daemon.funnel.reported) == (0, 0)
