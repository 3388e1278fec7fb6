"""What the main thread looks after."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge_anpr.config.storage import StorageConfig
from edge_anpr.config.watchlist import WatchlistConfig
from edge_anpr.daemon.upkeep import Upkeep
from edge_anpr.records import ClockQuality, Sighting, Stage
from edge_anpr.runtime.clock import Clock
from edge_anpr.storage.database import Database
from edge_anpr.storage.opening import open_database
from edge_anpr.storage.outbox import Outbox
from edge_anpr.storage.retention import Retention
from edge_anpr.storage.sightings import SightingStore
from edge_anpr.tracking.watch_lists import WatchLists
from tests.delivery.owed import sighting

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


def test_a_vehicle_in_view_waits_for_its_next_revision(db: Database) -> None:
    early = replace(
        sighting(last_seen=NOW), clock=ClockQuality.UNSYNCED, stage=Stage.PROVISIONAL
    )
    store = _after_the_clock_was_set(db, early)
    assert [each.revision for each in store.revisions(early.id)] == [1]
