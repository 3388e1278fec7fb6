"""How sure several looks are together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.tracking.weighing import LEAST_SURE, SUREST, chances

SAYINGS = st.sampled_from("ABCDE")


@st.composite
def views(draw: st.DrawFn) -> dict[str, float]:
    """What one look finds how likely: at most 1 in all."""
    left, view = 1.0, {}
    for saying in draw(st.lists(SAYINGS, min_size=1, max_size=4, unique=True)):
        view[saying] = draw(st.floats(0, left))
        left -= view[saying]
    return view


@given(st.lists(views(), min_size=1, max_size=6), st.data())
def test_all_that_can_be_said_adds_up_to_one_at_most(
    seen: list[dict[str, float]], data: st.DataObject
) -> None:
    weights = [1.0, *(data.draw(st.floats(0, 1)) for _ in seen[1:])]
    sure = chances(seen, weights)
    assert sure.keys() == {each for view in seen for each in view}
    assert all(0 <= each <= 1 for each in sure.values())
    assert sum(sure.values()) <= 1 + 1e-9


@given(st.floats(0, 1))
def test_one_look_is_taken_at_its_word(confidence: float) -> None:
    heard = min(max(confidence, LEAST_SURE), SUREST)
    assert chances([{"A": confidence}], [1.0])["A"] == pytest.approx(heard)


@given(st.floats(0.3, 1), st.integers(1, 11))
def test_agreement_makes_surer(confidence: float, further: int) -> None:
    sure = [
        chances([{"A": confidence}] * number, [1.0] * number)["A"]
        for number in (1, 1 + further)
    ]
    assert sure[1] > sure[0] or min(sure) == 1


@pytest.mark.parametrize("number", [1, 5, 11])
def test_what_says_nothing_surely_counts_for_next_to_nothing(number: int) -> None:
    nothing = [{chr(ord("F") + each): 0.001} for each in range(number)]
    weights = [0.9] + [0.001] * number
    assert chances([{"A": 0.9}, *nothing], weights)["A"] == pytest.approx(0.9, abs=0.1)


def test_of_equal_looks_most_are_right() -> None:
    seen = [{"A": 0.95}, {"B": 0.95}, {"B": 0.95}]
    assert chances(seen, [1.0] * 3)["B"] > 0.7
