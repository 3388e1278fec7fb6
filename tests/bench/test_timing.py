import pytest

from edge_anpr.bench.timing import FEWEST_TURNS, Timing, time_by_turns


def test_steps_take_turns_forth_and_back() -> None:
    done: list[str] = []
    steps = {name: lambda name=name: done.append(name) for name in "abc"}
    timings = time_by_turns(steps, seconds=0)
    assert "".join(done) == "abc" + "abc" + "cba" + "abc"
    assert {len(timing.wall_ms) for timing in timings.values()} == {FEWEST_TURNS}


def test_time_goes_on_until_it_is_up() -> None:
    timing = time_by_turns({"nothing": lambda: None}, seconds=0.02)["nothing"]
    assert len(timing.wall_ms) == len(timing.cpu_ms) > FEWEST_TURNS


def test_a_ratio_is_of_the_least_or_of_turns() -> None:
    ours = Timing(wall_ms=(4.0, 9.0, 6.0), cpu_ms=(3.0, 3.0, 3.0))
    other = Timing(wall_ms=(2.0, 3.0, 3.0), cpu_ms=(2.0, 0.0, 1.5))
    ratio = ours.ratio(other)
    assert (ratio.least_wall, ratio.median_wall) == (2.0, 2.0)
    assert ratio.median_cpu == pytest.approx(1.75)  # a turn without time is no measure
