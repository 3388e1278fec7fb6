"""What the main thread looks after."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge_anpr.config.storage import StorageConfig
from edge_anpr.config.watchlist import WatchlistConfig
from edge_anpr.daemon.upkeep import Upkeep
from edge_anpr.errors import DatabaseDamaged
from edge_anpr.records import ClockQuality, Sighting
from edge_anpr.runtime.clock import Clock
from edge_anpr.storage.browsing import Search, search
from edge_anpr.storage.database import Database, Safety
from edge_anpr.storage.files import condemn, condemnation
from edge_anpr.storage.opening import open_database
from edge_anpr.storage.outbox import Outbox
from edge_anpr.storage.retention import Retention
from edge_anpr.storage.sightings import SightingStore
from edge_anpr.storage.viewing import View
from edge_anpr.tracking.watch_lists import WatchLists
from tests.delivery.owed import sighting
from tests.storage.disk import fail_to_tell

CONFIG = StorageConfig()
NOW = datetime.now(UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_database(StorageConfig(folder=tmp_path))
    yield db
    db.close()


def _after_the_clock_was_set(db: Database, stored: Sighting) -> SightingStore:
    answers = iter([False, True])
    retention = Retention(db, CONFIG)
    store = SightingStore(db, retention, "boot")
    clock = Clock(lambda: next(answers))
    store.save(stored)
    lists = WatchLists(WatchlistConfig())
    Upkeep(lists, clock, store, retention, ("mqtt",), lambda: -1e9).turn()
    return store


def test_what_was_sent_with_a_wrong_time_is_sent_again(db: Database) -> None:
    early = replace(sighting(last_seen=NOW), clock=ClockQuality.UNSYNCED)
    store = _after_the_clock_was_set(db, early)
    latest = store.latest(early.id)
    assert latest is not None
    assert (latest.revision, latest.clock) == (2, ClockQuality.SYNCED)
    owed = Outbox(db, "mqtt").next_owed()
    assert owed is not None
    assert owed.sighting.revision == 2


def _upkeep(db: Database, store: SightingStore) -> Upkeep:
    answers = iter([False])
    clock = Clock(lambda: next(answers, True))
    lists = WatchLists(WatchlistConfig())
    return Upkeep(lists, clock, store, Retention(db, CONFIG), ("mqtt",), lambda: -1e9)


def test_a_fault_when_the_clock_is_set_loses_no_correction(db: Database) -> None:
    store = SightingStore(db, Retention(db, CONFIG), "boot")
    early = replace(sighting(last_seen=NOW), clock=ClockQuality.UNSYNCED)
    store.save(early)
    upkeep = _upkeep(db, store)
    with db.reading() as connection:
        connection.execute("pragma query_only = on")
        upkeep.turn()
        connection.execute("pragma query_only = off")
    upkeep.turn()
    latest = store.latest(early.id)
    assert latest is not None
    assert latest.clock is ClockQuality.SYNCED


def test_damage_that_the_page_meets_ends_the_program(db: Database) -> None:
    store = SightingStore(db, Retention(db, CONFIG), "boot")
    upkeep = _upkeep(db, store)
    store.save(sighting(last_seen=NOW))
    upkeep.turn()
    with db.writing(Safety.CRASH) as connection:
        connection.execute("update sighting set stage = 'fanal'")
    with pytest.raises(DatabaseDamaged):
        search(View(db.path), Search())
    with pytest.raises(DatabaseDamaged, match="start again"):
        upkeep.turn()


def test_damage_that_it_meets_itself_ends_the_program(db: Database) -> None:
    class Damaged(SightingStore):
        def restamp(self, *_: object) -> list[str]:
            raise DatabaseDamaged("it is")

    with pytest.raises(DatabaseDamaged):
        _upkeep(db, Damaged(db, Retention(db, CONFIG), "boot")).turn()


def test_what_one_turn_cannot_tidy_is_for_the_next(db: Database) -> None:
    class Slow(Retention):
        turns = 0

        def turn(self, now: datetime | None) -> bool:
            del now
            self.turns += 1
            return self.turns >= 2

    retention = Slow(db, CONFIG)
    store = SightingStore(db, retention, "boot")
    lists = WatchLists(WatchlistConfig())
    upkeep = Upkeep(lists, Clock(), store, retention, ("mqtt",), lambda: 0.0)
    for _ in range(5):
        upkeep.turn()
    assert retention.turns == 2


@pytest.mark.parametrize("name", ["", "sightings.db.ballast"])
def test_a_disk_that_tells_nothing_of_its_files_is_waited_for(
    db: Database,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    upkeep = _upkeep(db, SightingStore(db, Retention(db, CONFIG), "boot"))
    with monkeypatch.context() as patch:
        fail_to_tell(db.path.parent / name, patch)
        upkeep.turn()
        upkeep.turn()
    (said,) = [each for each in caplog.messages if "cannot be tidied" in each]
    assert "the disk gives errors" in said
    upkeep.turn()


def test_whether_it_is_damaged_may_be_unknown_for_a_while(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    upkeep = _upkeep(db, SightingStore(db, Retention(db, CONFIG), "boot"))
    with monkeypatch.context() as patch:
        fail_to_tell(condemnation(db.path), patch)
        upkeep.turn()
    condemn(db.path)
    with pytest.raises(DatabaseDamaged):
        upkeep.turn()
