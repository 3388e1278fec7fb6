"""The funnel of the last hour is not that of the whole day."""

from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.pipeline.funnel import Funnel
from edge_anpr.pipeline.funnel_history import EVERY_S, LONGEST_S, FunnelHistory

HOUR_S = 3600.0


def test_what_came_before_does_not_count() -> None:
    history = FunnelHistory(0.0)
    for minute in range(3 * 60):
        history.note(Funnel(passages=minute, sent=minute), 60.0 * minute)
    last = history.last(HOUR_S, Funnel(passages=180, sent=180), 3 * HOUR_S)
    assert HOUR_S - EVERY_S <= last.seconds <= HOUR_S
    assert last.funnel.passages == last.seconds / 60
    assert last.funnel.sent == last.funnel.passages


def test_a_short_life_is_said_to_be_one() -> None:
    history = FunnelHistory(50.0)
    last = history.last(HOUR_S, Funnel(passages=3), 650.0)
    assert (last.seconds, last.funnel.passages) == (600.0, 3)


def test_it_does_not_grow_for_ever() -> None:
    history = FunnelHistory(0.0)
    for turn in range(2000):
        history.note(Funnel(frames=turn), turn * EVERY_S)
    assert len(history._states) == LONGEST_S / EVERY_S + 2
    day = history.last(LONGEST_S, Funnel(frames=2000), 2000 * EVERY_S)
    assert day.funnel.frames == day.seconds / EVERY_S


@given(st.lists(st.integers(0, 9), max_size=50), st.floats(1, 1e6))
def test_no_stage_is_ever_negative(steps: list[int], asked_s: float) -> None:
    history, total = FunnelHistory(0.0), 0
    for turn, step in enumerate(steps, start=1):
        total += step
        history.note(Funnel(read=total), 90.0 * turn)
    last = history.last(asked_s, Funnel(read=total), 90.0 * (len(steps) + 1))
    assert 0 <= last.funnel.read <= total
