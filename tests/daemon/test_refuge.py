"""A disk that cannot be written leaves no pole dark."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from edge_anpr.config import Config
from edge_anpr.config.storage import StorageConfig
from edge_anpr.daemon.refuge import Opened, open_storage
from edge_anpr.errors import DatabaseTooNew, DiskFull, DiskReadOnly, StorageFailed
from edge_anpr.storage.database import Database
from edge_anpr.storage.outbox import Outbox
from edge_anpr.storage.schema import MIGRATIONS
from edge_anpr.storage.sightings import SightingStore
from tests import drive_by
from tests.broker import Mosquitto, Receiver, wait_until
from tests.daemon import traffic
from tests.daemon.service import Service
from tests.review.settings import review_config
from tests.storage.disk import Card, fill, make_read_only
from tests.storage.making import SIGHTING, Storage, sighting


@pytest.fixture
def open_on(tmp_path: Path) -> Iterator[Callable[[Path], Opened]]:
    """Open storage as the service does; all is closed after the test."""
    with ExitStack() as stack:

        def opened(folder: Path) -> Opened:
            config = Config(
                storage=StorageConfig(folder=folder),
                review=review_config(tmp_path, "http://127.0.0.1:9"),
            )
            return open_storage(config, stack, Database.close)

        yield opened


@pytest.fixture(params=[make_read_only, fill])
def bad_disk(disk: Path, request: pytest.FixtureRequest) -> Path:
    """With a database that owes something, and no way to write to it."""
    storage = Storage(disk)
    storage.sightings.save(sighting(1, crop=b"jpeg"), [SIGHTING])
    storage.db.close()
    storage.db.ballast.release()  # others were quicker
    request.param(disk)
    return disk


def test_a_disk_that_can_be_written_is_used(
    tmp_path: Path, open_on: Callable[[Path], Opened]
) -> None:
    opened = open_on(tmp_path)
    assert opened.db.path.parent == tmp_path
    assert opened.config.review.enabled
    assert opened.problems == ()


def test_one_that_cannot_be_is_replaced_by_memory(
    bad_disk: Path, open_on: Callable[[Path], Opened]
) -> None:
    opened = open_on(bad_disk)
    folder = opened.db.path.parent
    assert folder.is_relative_to("/dev/shm")  # noqa: S108
    assert opened.db.max_bytes == 32_000_000
    (problem,) = opened.problems
    assert problem.is_grave
    assert f"{bad_disk} cannot be written" in problem.sentence
    assert "start the service again" in problem.sentence
    assert not opened.config.review.enabled  # what was spent is not known


@pytest.mark.parametrize(
    ("end", "fix"),
    [(Card.turn_read_only, "Mount the disk"), (Card.die, "Replace the card")],
)
def test_nor_is_a_card_at_its_end_in_the_way_of_a_start(
    card: Card,
    end: Callable[[Card], None],
    fix: str,
    open_on: Callable[[Path], Opened],
) -> None:
    storage = Storage(card.folder)
    storage.sightings.save(sighting(1, crop=b"jpeg"), [SIGHTING])
    storage.db.close()
    end(card)
    opened = open_on(card.folder)
    assert opened.db.path.is_relative_to("/dev/shm")  # noqa: S108
    (problem,) = opened.problems
    assert problem.is_grave
    assert fix in problem.sentence


def test_the_folder_in_memory_goes_with_the_service(bad_disk: Path) -> None:
    config = Config(storage=StorageConfig(folder=bad_disk))
    with ExitStack() as stack:
        folder = open_storage(config, stack, Database.close).db.path.parent
        assert folder.is_dir()
    assert not folder.exists()


def test_in_the_folder_that_systemd_gives_sightings_outlive_a_crash(
    bad_disk: Path,
    tmp_path: Path,
    open_on: Callable[[Path], Opened],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    assert open_on(bad_disk).db.path.parent == tmp_path
    assert open_on(bad_disk).db.path.exists()


@pytest.fixture
def lasting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as systemd gives it."""
    folder = tmp_path / "run"
    folder.mkdir()
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(folder))
    return folder


def test_what_was_left_is_sent_from_memory_while_the_disk_is_bad(
    card: Card, lasting: Path, open_on: Callable[[Path], Opened]
) -> None:
    refuge = open_on(card.folder).refuge
    assert refuge
    card.turn_read_only()
    assert isinstance(refuge.why_better(), DiskReadOnly)
    refuge.leave([(sighting(1, crop=b"jpeg"), [SIGHTING])])
    opened = open_on(card.folder)
    owed = Outbox(opened.db, "mqtt").next_owed()
    assert (opened.db.path.parent, opened.refuge) == (lasting, None)
    assert owed
    assert owed.sighting == sighting(1, crop=b"jpeg")


def test_what_was_left_goes_to_a_disk_that_takes_it(
    tmp_path: Path, lasting: Path, open_on: Callable[[Path], Opened]
) -> None:
    refuge = open_on(tmp_path).refuge
    assert refuge
    assert refuge.why_better() is None
    for _ in range(2):  # as if the power of the disk had failed in between
        refuge.leave([(sighting(1, crop=b"jpeg"), [SIGHTING])])
        db = open_on(tmp_path).db
        assert list(lasting.iterdir()) == []
    outbox = Outbox(db, "mqtt")
    owed = outbox.next_owed()
    assert owed
    assert owed.sighting == sighting(1, crop=b"jpeg")
    outbox.delivered(owed)
    assert not outbox.next_owed()


def test_what_the_disk_does_not_take_stays_in_memory(
    tmp_path: Path,
    lasting: Path,
    open_on: Callable[[Path], Opened],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails(*_: object) -> int:
        raise DiskFull("no room")

    refuge = open_on(tmp_path).refuge
    assert refuge
    refuge.leave([(sighting(1), [SIGHTING])])
    with monkeypatch.context() as patch:
        patch.setattr(SightingStore, "save_all", fails)
        open_on(tmp_path)
    assert "stays there: no room" in caplog.text
    assert (lasting / "sightings.db").exists()
    assert Outbox(open_on(tmp_path).db, "mqtt").next_owed()


def test_a_folder_that_is_not_there_is_named(
    tmp_path: Path, open_on: Callable[[Path], Opened]
) -> None:
    with pytest.raises(StorageFailed, match="create it or change"):
        open_on(tmp_path / "gone")


def test_a_database_of_a_later_version_is_left_alone(
    tmp_path: Path, open_on: Callable[[Path], Opened]
) -> None:
    Storage(tmp_path).db.close()
    with closing(sqlite3.connect(tmp_path / "sightings.db")) as connection:
        connection.execute("create table later (a)")
        connection.execute(f"pragma user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(DatabaseTooNew):
        open_on(tmp_path)


@pytest.mark.broker
def test_plates_are_read_and_sent_on_a_disk_that_cannot_be_written(
    bad_disk: Path,
    tmp_path: Path,
    models: Path,
    mosquitto: Mosquitto,
    receiver: Receiver,
) -> None:
    replay = {"path": str(drive_by.write(tmp_path / "clip", "MKL4821"))}
    settings: dict[str, object] = {
        "camera": {"kind": "replay", "replay": replay},
        "recognition": {"models": str(models)},
        "storage": {"folder": str(bad_disk)},
    }
    with Service(tmp_path, settings, mosquitto) as service:
        service.start()
        wait_until(
            lambda: any(b"MKL4821" in each.payload for each in receiver.messages)
        )
        assert service.process.wait(60) == 0, service.log.read_text()
    assert b"cannot be written" in receiver.of("health")[-1].payload


@pytest.mark.broker
@pytest.mark.slow
@pytest.mark.usefixtures("lasting")
def test_a_card_that_turns_read_only_while_vehicles_pass_costs_none_of_them(
    card: Card,
    tmp_path: Path,
    models: Path,
    mosquitto: Mosquitto,
    receiver: Receiver,
) -> None:
    """The first life ends by itself, and the next one sends what it could not."""
    settings = traffic.settings(models, traffic.busy(tmp_path / "busy", rounds=40))
    settings["storage"] = {"folder": str(card.folder)}
    with Service(tmp_path, settings, mosquitto) as service:
        service.start()
        wait_until(lambda: len(receiver.of("sighting")) > 3)
        card.turn_read_only()
        assert service.process.wait(60) == 2, service.log.read_text()
        left = _finals_in(tmp_path / "run" / "sightings.db")
        service.configure({**settings, "camera": _empty_street(tmp_path)})
        service.start()
        wait_until(lambda: left <= _finals_at(receiver), 60)
        assert b"cannot be written" in receiver.of("health")[-1].payload
        assert service.stop() == 0
    assert len(left) > 3
    assert "Traceback" not in service.log.read_text()


def _finals_in(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("select id from sighting where stage = 'final'")
        return {id for (id,) in rows}


def _finals_at(receiver: Receiver) -> set[str]:
    said = [json.loads(each.payload) for each in receiver.of("sighting")]
    return {each["id"] for each in said if each["stage"] == "final"}


def _empty_street(folder: Path) -> dict[str, object]:
    recording = traffic.quiet(folder / "quiet", rounds=1200)
    replay = {"path": str(recording), "interval_s": traffic.INTERVAL_S}
    return {"kind": "replay", "replay": {**replay, "pace": "real_time"}}
