"""The beam search against a search through everything."""

from collections import defaultdict
from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from edge_anpr.recognition.ctc import Steps, Symbols, beam_search, peaks, shortened

A, B = 1, 2
EVERYTHING = 10_000  # a width no tiny sequence fills

STEPS = st.integers(1, 5).flatmap(
    lambda count: arrays(np.float64, (count, 3), elements=st.floats(0.01, 1))
)


def _shares(odds: Steps) -> Steps:
    shares: Steps = odds / odds.sum(axis=1, keepdims=True)
    return shares


def _text(path: Symbols) -> Symbols:
    return tuple(symbol for symbol, _ in groupby(path) if symbol)


def _by_brute_force(steps: Steps) -> dict[Symbols, float]:
    """Every way through the steps, and the text it says."""
    texts: dict[Symbols, float] = defaultdict(float)
    for path in product(range(steps.shape[1]), repeat=len(steps)):
        texts[_text(path)] += float(np.prod(steps[range(len(steps)), path]))
    return texts


@given(STEPS)
def test_a_wide_beam_finds_every_text_and_its_probability(odds: Steps) -> None:
    steps = _shares(odds)
    found = {each.symbols: each.probability for each in beam_search(steps, 999, 0)}
    for symbols, probability in found.items():
        assert probability == pytest.approx(_by_brute_force(steps)[symbols], abs=2e-3)
    assert sum(found.values()) == pytest.approx(1, abs=0.01)


@given(STEPS)
def test_a_narrow_beam_never_promises_too_much(odds: Steps) -> None:
    steps = _shares(odds)
    for each in beam_search(steps, 3, 0.01):
        assert each.probability <= _by_brute_force(steps)[each.symbols] + 1e-9


@given(STEPS)
def test_peaks_lie_on_a_likeliest_way(odds: Steps) -> None:
    steps = _shares(odds)
    ways = product(range(3), repeat=len(steps))
    likeliest = max(ways, key=lambda way: np.prod(steps[range(len(steps)), way]))
    symbols = _text(likeliest)
    highest = [
        max(steps[i, symbol] for i, symbol in run)
        for symbol, run in (
            (key, list(group))
            for key, group in groupby(enumerate(likeliest), key=lambda item: item[1])
        )
        if symbol
    ]
    if symbols and np.unique(steps).size == steps.size:  # else ways may tie
        assert peaks(steps, symbols) == pytest.approx(highest)


def _said(*path: int) -> Steps:
    """Steps that say this without a doubt."""
    return np.eye(3)[list(path)]


def test_a_repeated_character_needs_a_blank_between() -> None:
    assert beam_search(_said(A, A), 8, 1e-3)[0].symbols == (A,)
    assert beam_search(_said(A, 0, A), 8, 1e-3)[0].symbols == (A, A)
    assert peaks(_said(A, 0, A), (A, A)) == (1.0, 1.0)


def test_equal_texts_come_in_the_same_order_each_time() -> None:
    steps = np.array([[0.0, 0.5, 0.5]])
    assert [each.symbols for each in beam_search(steps, 8, 1e-3)] == [(A,), (B,)]


def test_a_run_of_certain_blanks_becomes_one() -> None:
    steps = np.array([[0.9995, 0.0005, 0], [1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 1, 0]])
    assert shortened(steps).tolist() == [[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 1, 0]]


def test_nothing_but_blanks_says_nothing() -> None:
    (best,) = beam_search(shortened(_said(0, 0, 0)), 8, 1e-3)
    assert best.symbols == ()
    assert best.probability == 1
