"""A vehicle that comes to nothing leaves a reason behind, and little else."""

import pytest

from edge_anpr.config.formats import FormatsConfig
from edge_anpr.config.tracking import TrackingConfig
from edge_anpr.config.watchlist import WatchlistConfig
from edge_anpr.records import Detection
from edge_anpr.tracking.ids import time_ordered_id
from edge_anpr.tracking.look import Look
from edge_anpr.tracking.misses import MOST, Miss, Reason
from edge_anpr.tracking.sightings import Origin, SightingMaker
from edge_anpr.tracking.watch_lists import WatchLists
from tests.tracking.drive_by import FRAME, look, moment, plate_box

GATE = plate_box(640, 360)


def _passed(*looks: Look, least_reads: int = 1) -> SightingMaker:
    maker = SightingMaker(
        TrackingConfig(min_reads=least_reads),
        FormatsConfig(),
        WatchLists(WatchlistConfig()),
        Origin((), time_ordered_id),
    )
    for count, each in enumerate(looks):
        maker.update([each], moment(count / 10), FRAME)
    maker.flush()
    return maker


def _only(maker: SightingMaker) -> Miss:
    (miss,) = maker.misses.recent()
    return miss


SMALL = Look(Detection(plate_box(640, 360, 80), 0.9), None, 0.0, b"s", is_large=False)
BLURRED = Look(Detection(GATE, 0.9), None, 0.1, b"b")
GLARING = Look(Detection(GATE, 0.9), None, 0.7, b"g")


@pytest.mark.parametrize(
    ("looks", "reason", "crop"),
    [
        ([SMALL, SMALL], Reason.SMALL, b"s"),
        ([SMALL, BLURRED, SMALL], Reason.BLURRED, b"b"),
        ([BLURRED, GLARING, BLURRED], Reason.UNREAD, b"g"),
    ],
)
def test_the_best_look_says_why(looks: list[Look], reason: Reason, crop: bytes) -> None:
    maker = _passed(*looks)
    assert maker.left_out == {reason: 1}
    assert (_only(maker).reason, _only(maker).crop_jpeg) == (reason, crop)


def test_what_it_may_have_said_is_told() -> None:
    miss = _only(_passed(look("AB12CDE", GATE), least_reads=2))
    assert (miss.reason, miss.text, miss.width_px) == (Reason.FEW_READS, "AB12CDE", 100)


def test_a_vehicle_that_was_read_in_the_end_is_none() -> None:
    maker = _passed(SMALL, BLURRED, look("AB12CDE", GATE), look("AB12CDE", GATE))
    assert maker.misses.recent() == []


def test_only_the_last_are_kept() -> None:
    maker = _passed()
    for count in range(MOST + 10):
        maker.update([GLARING], moment(100.0 * count), FRAME)
    maker.flush()
    kept = maker.misses.recent()
    assert [each.number for each in kept] == [*range(MOST + 10, 10, -1)]


def test_an_erased_plate_is_forgotten_here_too() -> None:
    maker = _passed(look("AB12CDE", GATE), least_reads=2)
    assert maker.misses.forget("XX99XXX") == 0
    assert maker.misses.forget("AB12CDE") == 1
    assert maker.misses.recent() == []
