"""A disk that cannot be written leaves no pole dark."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from edge_anpr.config import Config
from edge_anpr.config.storage import StorageConfig
from edge_anpr.daemon.refuge import Opened, open_storage
from edge_anpr.errors import DatabaseTooNew, StorageFailed
from edge_anpr.storage.database import Database
from edge_anpr.storage.schema import MIGRATIONS
from tests import drive_by
from tests.broker import Mosquitto, Receiver, wait_until
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
