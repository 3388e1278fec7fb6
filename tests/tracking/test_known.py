"""What has been reported is remembered, and no longer than it has to be."""

from datetime import timedelta

from edge_anpr.config.tracking import TrackingConfig
from edge_anpr.records import Box, Direction
from edge_anpr.tracking.known import KnownPlates
from edge_anpr.tracking.look import Moment
from edge_anpr.tracking.track import Passage
from tests.drive_by import NOON

PLACE = Box(100, 100, 200, 125)


def _passage(number: int) -> Passage:
    """Found where it stands, every ten seconds."""
    at_s = 10.0 * number
    at = Moment(NOON + timedelta(seconds=at_s), at_s)
    return Passage(number, at, at, (), None, Direction.UNKNOWN, PLACE, at_s)


def test_one_that_is_found_again_and_again_takes_no_more_memory() -> None:
    known = KnownPlates(TrackingConfig(parked_forget_s=600))
    known.learn(_passage(1), "AB12CDE")
    for number in range(2, 1000):
        assert known.account_for(_passage(number), "AB12CDE")
    assert len(known._known) < 70
