"""Every time counts once, in the right buckets."""

from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.runtime.histogram import BOUNDS_S, Histogram


@given(st.lists(st.floats(0, 1000)))
def test_buckets_hold_what_took_no_longer(times: list[float]) -> None:
    histogram = Histogram()
    for each in times:
        histogram.add(each)
    expected = [sum(each <= bound for each in times) for bound in BOUNDS_S]
    assert [count for _, count in histogram.buckets] == [*expected, len(times)]


def test_time_is_taken() -> None:
    histogram = Histogram()
    with histogram.timed():
        pass
    assert histogram.buckets[-1] == ("+Inf", 1)
    assert 0 < histogram.sum_s < 1
