"""Which sightings go to a reviewer, and which never do."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge_anpr.config.review import ReviewConfig
from edge_anpr.config.watchlist import WatchlistConfig, WatchListFile
from edge_anpr.records import Alternative, ListKind, Sighting, Stage, WatchMatch
from edge_anpr.review.wanting import Wanting
from edge_anpr.tracking.watch_lists import WatchLists
from tests.delivery.owed import sighting

UNSURE = replace(sighting(), confidence=0.5)
EXACT = WatchMatch(ListKind.WATCH, "wanted", "AB12CDE", "", "exact")
SIMILAR = replace(EXACT, why="similar: 8 read for B")


def _wanting(tmp_path: Path, private: str = "", *, has_formats: bool = True) -> Wanting:
    file = tmp_path / "family.csv"
    file.write_text(f"plate,kind\n{private},allow\n" if private else "plate\n")
    lists = WatchLists(WatchlistConfig(lists=(WatchListFile(file=file, private=True),)))
    lists.refresh(0)
    return Wanting(ReviewConfig(), lists, has_formats=has_formats)


@pytest.mark.parametrize(
    ("changes", "is_wanted"),
    [
        ({}, True),
        ({"confidence": 0.79}, True),
        ({"confidence": 0.8}, False),
        ({"confidence": 0.95, "format": None}, True),
        ({"stage": Stage.PROVISIONAL}, False),
        ({"stage": Stage.REVIEWED}, False),
        ({"stage": Stage.CORRECTED}, False),
        ({"crop_jpeg": None}, False),
        ({"match": EXACT}, False),
        ({"match": SIMILAR}, True),
    ],
    ids=str,
)
def test_what_is_doubtful_and_undecided_is_wanted(
    changes: dict[str, Any], is_wanted: bool, tmp_path: Path
) -> None:
    assert _wanting(tmp_path).wants(replace(UNSURE, **changes)) is is_wanted


def test_without_formats_no_plate_lacks_one(tmp_path: Path) -> None:
    sure = replace(UNSURE, confidence=0.95, format=None)
    assert not _wanting(tmp_path, has_formats=False).wants(sure)


@pytest.mark.parametrize(
    "seen",
    [
        UNSURE,
        replace(UNSURE, plate="A812CDE"),
        replace(UNSURE, plate="ZZ99ZZZ", raw_text="AB12CDE"),
        replace(UNSURE, plate="ZZ99ZZZ", alternatives=(Alternative("AB12CDE", 0.1),)),
    ],
    ids=["the plate", "like it", "as read", "a runner-up"],
)
def test_what_may_be_private_never_goes(seen: Sighting, tmp_path: Path) -> None:
    apart = replace(seen, raw_text="QQ77QQQ") if seen is UNSURE else seen
    assert not _wanting(tmp_path, "AB12CDE").wants(apart)
    assert _wanting(tmp_path, "XX00XXX").wants(apart)
