"""Geometry of the records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.records import Box, Point, Quad

SIDE = st.integers(0, 1000)
BOXES = st.builds(
    lambda x, y, width, height: Box(x, y, x + width, y + height),
    SIDE,
    SIDE,
    st.integers(1, 500),
    st.integers(1, 500),
)


@given(BOXES, BOXES)
def test_overlap_is_a_fraction_and_the_same_both_ways(one: Box, other: Box) -> None:
    assert 0 <= one.overlap(other) <= 1
    assert one.overlap(other) == other.overlap(one)
    assert one.overlap(one) == 1


def test_half_covered_boxes_overlap_by_a_third() -> None:
    assert Box(0, 0, 2, 1).overlap(Box(1, 0, 3, 1)) == 1 / 3


def test_boxes_that_only_touch_do_not_overlap() -> None:
    assert Box(0, 0, 1, 1).overlap(Box(1, 0, 2, 1)) == 0


def test_a_grown_box_keeps_its_middle() -> None:
    assert Box(10, 10, 20, 14).grown(0.1, 0.5) == Box(9, 8, 21, 16)


@given(BOXES)
def test_a_clipped_box_lies_in_the_picture(box: Box) -> None:
    clipped = box.clipped(640, 480)
    assert 0 <= clipped.x1 <= clipped.x2 <= 640
    assert 0 <= clipped.y1 <= clipped.y2 <= 480


def test_a_box_outside_the_picture_is_clipped_to_nothing() -> None:
    assert Box(700, 10, 800, 20).clipped(640, 480).area == 0


def test_clockwise_corners_are_convex_and_crossed_ones_are_not() -> None:
    corners = Point(0, 0), Point(10, 1), Point(10, 5), Point(0, 4)
    assert Quad(*corners).is_convex()
    assert not Quad(corners[0], corners[2], corners[1], corners[3]).is_convex()
    assert not Quad(*reversed(corners)).is_convex()


@given(st.floats(-0.3, 1.3), st.floats(-0.3, 1.3))
def test_a_part_of_an_upright_quad_is_that_of_its_box(
    across: float, down: float
) -> None:
    box = Box(10, 20, 110, 50)
    quad = Quad(Point(10, 20), Point(110, 20), Point(110, 50), Point(10, 50))
    part = box.part(across, down, across + 0.4, down + 0.2)
    corners = quad.part(across, down, across + 0.4, down + 0.2)
    assert corners.top_left.x == pytest.approx(part.x1)
    assert corners.top_left.y == pytest.approx(part.y1)
    assert corners.bottom_right.x == pytest.approx(part.x2)
    assert corners.bottom_right.y == pytest.approx(part.y2)
