"""A person's word becomes a revision, with its format, its match and what it owes."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from edge_anpr.config.formats import FormatsConfig
from edge_anpr.config.watchlist import WatchlistConfig, WatchListFile
from edge_anpr.daemon.correcting import Correcting
from edge_anpr.errors import NotYetFinal, RevisionTaken, SightingUnknown
from edge_anpr.records import Kind, ListKind, Stage
from edge_anpr.tracking.finding import Finder
from edge_anpr.tracking.watch_lists import WatchLists
from tests.storage.making import NOON, Storage, sighting


@pytest.fixture
def watch_lists(tmp_path: Path) -> WatchLists:
    (tmp_path / "stolen.csv").write_text("plate,name\nAB12CDE,red van\n")
    lists = (WatchListFile(file=tmp_path / "stolen.csv", kind=ListKind.DENY),)
    found = WatchLists(WatchlistConfig(lists=lists))
    found.refresh(0.0)
    return found


@pytest.fixture
def correcting(storage: Storage, watch_lists: WatchLists) -> Correcting:
    storage.sightings.save(sighting(1))
    finder = Finder(FormatsConfig(countries=("GB",)))
    return Correcting(
        storage.sightings, finder, watch_lists, ("mqtt",), now=lambda: NOON
    )


def test_the_revision_is_as_if_it_had_been_read_so(
    correcting: Correcting, storage: Storage
) -> None:
    corrected = correcting.correct("gate-000001", 1, "AB12CDE")
    assert storage.sightings.latest("gate-000001") == corrected
    assert corrected.stage is Stage.CORRECTED
    assert (corrected.country, corrected.confidence) == ("GB", 1.0)
    assert corrected.match
    assert corrected.match.name == "red van"
    assert corrected.raw_text == sighting(1).raw_text


def test_an_alert_that_only_the_correction_reveals_is_sent(
    correcting: Correcting, storage: Storage
) -> None:
    correcting.correct("gate-000001", 1, "AB12CDE")
    assert storage.deliver_all() == [Kind.ALERT, Kind.SIGHTING]
    correcting.correct("gate-000001", 2, "AB12CDE")
    assert storage.deliver_all() == [Kind.SIGHTING]


def test_a_plate_that_fits_no_format_is_what_the_person_says(
    correcting: Correcting,
) -> None:
    corrected = correcting.correct("gate-000001", 1, "0O0")
    assert (corrected.plate, corrected.country) == ("0O0", None)


def test_what_is_gone_or_newer_is_said(correcting: Correcting) -> None:
    with pytest.raises(SightingUnknown):
        correcting.correct("gate-000009", 1, "AB")
    correcting.correct("gate-000001", 1, "AB")
    with pytest.raises(RevisionTaken):
        correcting.correct("gate-000001", 1, "AC")


def test_a_vehicle_in_view_waits_unless_it_was_forgotten(
    correcting: Correcting, storage: Storage
) -> None:
    in_view = replace(sighting(-1), id="now", stage=Stage.PROVISIONAL)
    storage.sightings.save(in_view)
    with pytest.raises(NotYetFinal):
        correcting.correct("now", 1, "AB")
    long_ago = NOON - timedelta(hours=2)
    storage.sightings.save(replace(in_view, id="once", last_seen=long_ago))
    assert correcting.correct("once", 1, "AB").revision == 2
