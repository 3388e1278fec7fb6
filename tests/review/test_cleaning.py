"""The plate's characters are found among all that stands on a crop."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.records import Point, Quad
from edge_anpr.review import Symbol
from edge_anpr.review.cleaning import cleaned


def symbols(text: str, x: float, y: float, height: float) -> list[Symbol]:
    """Side by side, x and y being the first one's left upper corner."""
    width = 0.55 * height
    return [
        _symbol(char, x + place * 1.15 * width, y, width, height)
        for place, char in enumerate(text)
    ]


def _symbol(char: str, x: float, y: float, width: float, height: float) -> Symbol:
    corners = Quad(
        Point(x, y),
        Point(x + width, y),
        Point(x + width, y + height),
        Point(x, y + height),
    )
    return Symbol(char, corners, 0.9)


def turned(seen: list[Symbol], degrees: float) -> list[Symbol]:
    """About the picture's left upper corner."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def point(at: Point) -> Point:
        return Point(at.x * cos - at.y * sin, at.x * sin + at.y * cos)

    return [
        Symbol(each.char, Quad(*map(point, each.corners.points)), each.confidence)
        for each in seen
    ]


def lines(seen: list[Symbol]) -> list[str]:
    return ["".join(letter.char for letter in line) for line in cleaned(seen)]


def test_nothing_is_no_line() -> None:
    assert lines([]) == []
    assert lines(symbols("・京-", 0, 0, 40)) == []


@pytest.mark.parametrize(
    ("others", "left"),
    [
        (symbols("CALIFORNIA", 40, 0, 12), ["7ABC123"]),
        (symbols("dmv.ca.gov", 40, 75, 10), ["7ABC123"]),
        (symbols("SMITH MOTORS OF READING", 0, 78, 9), ["7ABC123"]),
        (symbols("D", 0, 50, 14), ["7ABC123"]),
        (symbols("GB", 0, 46, 16), ["7ABC123"]),
        (symbols("•®", 60, 30, 40), ["7ABC123"]),
        (symbols("京", 0, 20, 40), ["7ABC123"]),
    ],
    ids=["state", "site", "dealer", "band", "band of two", "marks", "province"],
)
def test_what_is_not_of_the_plate_is_dropped(
    others: list[Symbol], left: list[str]
) -> None:
    assert lines([*others, *symbols("7ABC123", 30, 20, 40)]) == left


def test_the_country_letter_in_a_band_is_dropped_by_where_it_stands() -> None:
    band = symbols("F", 0, 34, 28)  # large, but lower than the rest
    assert lines([*band, *symbols("AB123CD", 40, 20, 40)]) == ["AB123CD"]


def test_a_smaller_first_letter_on_the_line_stays() -> None:
    first = symbols("A", 0, 24, 32)
    assert lines([*first, *symbols("B123CD", 40, 20, 40)]) == ["AB123CD"]


def test_small_letters_accents_and_cyrillic_become_plain() -> None:
    assert lines(symbols("aÜ\u0441123", 0, 0, 40)) == ["AUC123"]


def test_two_lines_stay_two() -> None:
    seen = [*symbols("59X1", 10, 0, 40), *symbols("12345", 0, 50, 40)]
    assert lines(seen) == ["59X1", "12345"]


@given(
    st.text("ABCDEFGHKLMNPRSTUVWXYZ0123456789", min_size=2, max_size=9),
    st.floats(-20, 20),
    st.randoms(use_true_random=False),
)
def test_order_and_slope_do_not_matter(
    text: str, degrees: float, chance: random.Random
) -> None:
    seen = turned(symbols(text, 5, 5, 40), degrees)
    chance.shuffle(seen)
    assert lines(seen) == [text]


@given(st.floats(-12, 12), st.randoms(use_true_random=False))
def test_nor_do_they_for_two_lines_with_small_print(
    degrees: float, chance: random.Random
) -> None:
    seen = [
        *symbols("59X1", 10, 20, 40),
        *symbols("12345", 0, 70, 40),
        *symbols("DEALER", 0, 0, 10),
    ]
    seen = turned(seen, degrees)
    chance.shuffle(seen)
    assert lines(seen) == ["59X1", "12345"]
