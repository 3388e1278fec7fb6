"""Some characters are nearer one another than others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.tracking.lookalikes import distance, swap_cost

CHARS = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
TEXTS = st.text(CHARS, max_size=8)


@pytest.mark.parametrize("pair", ["O0", "8B", "1I", "5S", "2Z"])
def test_look_alikes_are_near(pair: str) -> None:
    assert swap_cost(*pair) <= 0.2


@pytest.mark.parametrize("pair", ["AW", "X0", "1A", "HS"])
def test_others_are_far(pair: str) -> None:
    assert swap_cost(*pair) == 1


@given(CHARS, CHARS)
def test_a_cost_is_the_same_both_ways(one: str, other: str) -> None:
    assert swap_cost(one, other) == swap_cost(other, one)
    assert (swap_cost(one, other) == 0) == (one == other)


@given(TEXTS, TEXTS)
def test_a_distance_is_the_same_both_ways(one: str, other: str) -> None:
    assert distance(one, other) == pytest.approx(distance(other, one))
    assert (distance(one, other) == 0) == (one == other)
    assert distance(one, other) <= max(len(one), len(other))


@pytest.mark.parametrize(
    ("one", "other", "cost"),
    [("AB12", "A812", 0.15), ("AB12", "B12", 1), ("AB12", "AB12X", 1), ("", "AB", 2)],
)
def test_the_distance_of_two_texts(one: str, other: str, cost: float) -> None:
    assert distance(one, other) == pytest.approx(cost)
