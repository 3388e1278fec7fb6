"""Thresholds and confidences chosen from held-out reads."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.training.calibration import FALSE_RATE, fit_confidence, pick_threshold

READS = st.lists(
    st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=60
).map(lambda rows: np.array(rows, np.float64).T)


@given(READS)
def test_the_curve_rises_within_0_and_1_whatever_was_read(reads: np.ndarray) -> None:
    raw, right = reads
    points = np.array(fit_confidence(raw, right))
    assert (np.diff(points, axis=0) >= 0).all()
    assert points.min() >= 0
    assert points.max() <= 1


def test_a_timid_reader_is_encouraged() -> None:
    raw = np.repeat([0.3, 0.6, 0.9], 200)
    right = np.concatenate([np.arange(200) < n for n in (120, 190, 199)]).astype(float)
    curve = np.array(fit_confidence(raw, right))
    assert np.interp(0.6, *curve.T) > 0.85


def test_a_boastful_reader_is_held_back() -> None:
    raw = np.repeat([0.9, 0.99], 200)
    right = np.concatenate([np.arange(200) < n for n in (80, 120)]).astype(float)
    curve = np.array(fit_confidence(raw, right))
    assert np.interp(0.9, *curve.T) < 0.6


def test_the_threshold_lets_through_the_rate_asked_for() -> None:
    scores = np.linspace(0, 1, 101).tolist()
    threshold = pick_threshold(scores, 100, FALSE_RATE)
    assert sum(score > threshold for score in scores) <= FALSE_RATE * 100
