"""Figures as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.web.words import ago, duration, masked, percent, size

PLATES = st.text("ABCXYZ0189", max_size=12)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.4, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (11_520, "3 h 12 min"),
        (86_400, "1 day 0 h"),
        (200_000, "2 days 7 h"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_what_has_just_been_does_not_flicker() -> None:
    assert (ago(0.1), ago(1.9), ago(3.2)) == ("just now", "just now", "3 s ago")


def test_sizes() -> None:
    assert [size(each) for each in (12, 4_200, 42_000_000, 1_500_000_000)] == [
        "12 bytes",
        "4 kB",
        "42 MB",
        "1.5 GB",
    ]


@given(st.floats(0, 1, exclude_max=True))
def test_nothing_short_of_certain_is_said_to_be(fraction: float) -> None:
    assert percent(fraction) != "100 %"


def test_a_plate_is_masked() -> None:
    assert [masked(each) for each in ("AB12C23", "AB123", "A12", "")] == [
        "AB•••23",
        "A•••3",
        "•••",
        "",
    ]


@given(PLATES)
def test_a_mask_hides_at_least_a_third_and_keeps_the_length(plate: str) -> None:
    shown = masked(plate)
    assert len(shown) == len(plate)
    assert 3 * shown.count("•") >= len(plate)
