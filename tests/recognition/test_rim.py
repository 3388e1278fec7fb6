"""A picture in parts."""

from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.recognition.rim import COMMON, is_whole, quarters
from edge_anpr.records import Box

sides = st.integers(200, 5000)
shares = st.floats(0, 1)
starts = st.integers(0, 300)


@given(starts, starts, sides, sides)
def test_the_quarters_are_the_picture(x: int, y: int, width: int, height: int) -> None:
    picture = Box(x, y, x + width, y + height)
    parts = quarters(picture)
    assert min(part.x1 for part in parts) == picture.x1
    assert min(part.y1 for part in parts) == picture.y1
    assert max(part.x2 for part in parts) == picture.x2
    assert max(part.y2 for part in parts) == picture.y2
    assert max(part.area for part in parts) < 0.31 * picture.area


@given(sides, sides, shares, shares)
def test_a_small_plate_is_whole_in_some_quarter(
    width: int, height: int, across: float, along: float
) -> None:
    picture = Box(0, 0, width, height)
    size = COMMON / 2.1
    plate = Box(0, 0, size * width - 6, size * height - 6)
    plate = plate.shifted(
        across * (width - plate.width), along * (height - plate.height)
    )
    assert any(
        is_whole(plate, part, picture) and plate.overlap(_common(plate, part)) == 1
        for part in quarters(picture)
    )


def test_at_the_rim_of_a_part_but_not_of_the_picture_a_plate_is_cut_off() -> None:
    picture, part = Box(0, 0, 100, 100), Box(50, 0, 100, 60)
    assert is_whole(Box(60, 0, 100, 20), part, picture)
    assert not is_whole(Box(51, 20, 70, 30), part, picture)
    assert not is_whole(Box(60, 40, 70, 59), part, picture)


def _common(plate: Box, part: Box) -> Box:
    return Box(
        max(plate.x1, part.x1),
        max(plate.y1, part.y1),
        min(plate.x2, part.x2),
        min(plate.y2, part.y2),
    )
