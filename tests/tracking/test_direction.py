"""Which way a vehicle goes."""

import pytest

from edge_anpr.records import Box, Direction
from edge_anpr.tracking.direction import direction
from tests.tracking.drive_by import FRAME, plate_box


@pytest.mark.parametrize(
    ("first", "last", "way"),
    [
        (plate_box(640, 200, 50), plate_box(640, 600, 200), Direction.APPROACHING),
        (plate_box(640, 600, 200), plate_box(640, 200, 50), Direction.LEAVING),
        (plate_box(600, 200, 50), plate_box(200, 600, 150), Direction.APPROACHING),
        (plate_box(100, 400), plate_box(1100, 400), Direction.RIGHT),
        (plate_box(1100, 400), plate_box(100, 420), Direction.LEFT),
        (plate_box(100, 400, 100), plate_box(1100, 400, 120), Direction.RIGHT),
        (plate_box(600, 200, 100), plate_box(600, 500, 105), Direction.APPROACHING),
        (plate_box(600, 500, 105), plate_box(600, 200, 100), Direction.LEAVING),
        (plate_box(600, 400, 100), plate_box(640, 400, 104), Direction.UNKNOWN),
        (plate_box(600, 400, 100), plate_box(600, 400, 100), Direction.UNKNOWN),
    ],
    ids=[
        "nearer",
        "farther",
        "nearer, at an angle",
        "rightwards",
        "leftwards",
        "rightwards, a little nearer",
        "down the picture",
        "up the picture",
        "swaying",
        "still",
    ],
)
def test_the_plate_is_the_ruler(first: Box, last: Box, way: Direction) -> None:
    assert direction(first, last, FRAME) is way
