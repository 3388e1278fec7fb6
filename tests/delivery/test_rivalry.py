import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.delivery.rivalry import (
    HUNG_UP_TIMES,
    SHORT_S,
    TAKEN_OVER_TIMES,
    Ending,
    Rivalry,
)

MAX_RETRY_S = 60.0
OVER_S = 2 * MAX_RETRY_S
TIMES = {Ending.TAKEN_OVER: TAKEN_OVER_TIMES, Ending.HUNG_UP: HUNG_UP_TIMES}
HELD_S = st.floats(0, 1000)


def _rivalry(how: Ending = Ending.HUNG_UP, times: int = 0) -> Rivalry:
    rivalry = Rivalry("pole-7", MAX_RETRY_S)
    for _ in range(times):
        rivalry.thrown_out(how, 0.3)
    return rivalry


@pytest.mark.parametrize("how", Ending)
def test_one_that_is_thrown_out_again_and_again_has_a_rival(how: Ending) -> None:
    assert not _rivalry(how, TIMES[how] - 1).is_on
    assert list(_rivalry(how, TIMES[how] - 1).problems()) == []
    rivalry = _rivalry(how, TIMES[how])
    assert rivalry.is_on
    (problem,) = rivalry.problems()
    assert (problem.part, "device.id, pole-7" in problem.reason) == ("delivery", True)
    assert ("perhaps" in problem.reason) == (how is Ending.HUNG_UP)
    assert "its own device.id" in problem.fix


def test_one_who_gives_way_for_long_keeps_its_rival() -> None:
    rivalry = _rivalry(times=HUNG_UP_TIMES)
    for held_s in (SHORT_S, MAX_RETRY_S, OVER_S):
        rivalry.holds(held_s)
        rivalry.thrown_out(Ending.HUNG_UP, held_s)
        assert rivalry.is_on


@pytest.mark.parametrize("how", Ending)
def test_a_connection_that_holds_for_long_ends_it(how: Ending) -> None:
    rivalry = _rivalry(how, TIMES[how])
    rivalry.holds(OVER_S + 1)
    assert not rivalry.is_on
    assert list(rivalry.problems()) == []
    rivalry.thrown_out(how, OVER_S + 2)
    assert not rivalry.is_on


def test_what_is_only_suspected_ends_when_the_broker_is_out_of_reach() -> None:
    suspected = _rivalry(times=HUNG_UP_TIMES)
    suspected.out_of_reach()
    certain = _rivalry(Ending.TAKEN_OVER, TAKEN_OVER_TIMES)
    certain.out_of_reach()
    assert (suspected.is_on, certain.is_on) == (False, True)


def test_each_change_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    rivalry = _rivalry(times=20)
    for _ in range(20):
        rivalry.thrown_out(Ending.TAKEN_OVER, 5.0)
    for held_s in (OVER_S, OVER_S + 1, OVER_S + 2):
        rivalry.holds(held_s)
    levels = [record.levelname for record in caplog.records]
    assert levels == ["WARNING", "WARNING", "INFO"]  # perhaps, certainly, over


@given(
    st.lists(
        st.tuples(HELD_S, st.booleans()).filter(
            lambda line: line[0] > SHORT_S or line[1]
        )
    )
)
def test_a_poor_line_and_a_broker_that_restarts_are_no_rival(
    line: list[tuple[float, bool]],
) -> None:
    """How long each connection holds, and whether the next cannot be made at once."""
    rivalry = _rivalry()
    for held_s, is_away in line:
        rivalry.holds(held_s)
        rivalry.thrown_out(Ending.HUNG_UP, held_s)
        if is_away:
            rivalry.out_of_reach()
        assert not rivalry.is_on


@given(st.lists(HELD_S))
def test_nothing_is_certain_that_the_broker_did_not_say(held: list[float]) -> None:
    rivalry = _rivalry()
    for held_s in held:
        rivalry.thrown_out(Ending.HUNG_UP, held_s)
        assert all("perhaps" in each.reason for each in rivalry.problems())
