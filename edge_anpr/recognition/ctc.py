"""From probabilities per step to texts: connectionist temporal classification.

At every step a model names one symbol or the blank, 0. A text is what is left when
repeats are merged and blanks then dropped; its probability is the sum over all ways
to say it (Graves et al., 2006, "Connectionist temporal classification"). The sum is
found by a prefix beam search (Hannun et al., 2014, "First-pass large vocabulary
continuous speech recognition using bi-directional recurrent DNNs", without a
language model).
"""

import heapq
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Steps: TypeAlias = NDArray[np.float64]  # (steps, classes), every row adds up to 1
Symbols: TypeAlias = tuple[int, ...]
Beams: TypeAlias = dict[Symbols, tuple[float, float]]

BLANK = 0
CERTAIN_BLANK = 0.999  # a step with a likelier blank is one
LEAST_SHARE = 1e-4  # of the likeliest continuation's probability that one must have


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One text that the steps may say."""

    symbols: Symbols
    probability: float


def shortened(steps: Steps) -> Steps:
    """The steps with every run of certain blanks made one blank: they are most."""
    blank = steps[:, BLANK] > CERTAIN_BLANK
    kept = ~blank
    kept[0] = True
    kept[1:] |= ~blank[:-1]
    few, blank = steps[kept], blank[kept]
    few[blank] = 0.0
    few[blank, BLANK] = 1.0
    return few


def beam_search(steps: Steps, width: int, least: float) -> list[Hypothesis]:
    """The likeliest texts, likeliest first.

    width: how many beginnings are followed at a time.
    least: symbols below this probability are passed over at a step.
    """
    # Of each beginning: the probability that it ends in a blank, and that it doesn't.
    beams: Beams = {(): (1.0, 0.0)}
    # Of one beginning's continuations no more than width survive a step, so only as
    # many symbols matter, beside the blank and the repeated one.
    likeliest = np.argsort(-steps, axis=1, kind="stable")[:, : width + 2]
    for step, order in zip(steps.tolist(), likeliest.tolist(), strict=True):
        likely = [(symbol, step[symbol]) for symbol in order if step[symbol] >= least]
        beams = _extended(beams, likely)
        if len(beams) > width:
            beams = dict(heapq.nlargest(width, beams.items(), key=_rank))
    ranked = sorted(beams.items(), key=lambda item: (-sum(item[1]), item[0]))
    return [Hypothesis(symbols, sum(ends)) for symbols, ends in ranked]


def _extended(beams: Beams, likely: list[tuple[int, float]]) -> Beams:
    """Every beginning with every symbol, likeliest first, that a step may add."""
    extended: Beams = {}
    highest = max(blank_end + symbol_end for blank_end, symbol_end in beams.values())
    floor = LEAST_SHARE * highest * likely[0][1]
    for symbols, (blank_end, symbol_end) in beams.items():
        last = symbols[-1] if symbols else BLANK
        either_end = blank_end + symbol_end
        for symbol, probability in likely:
            if either_end * probability < floor:
                break
            if symbol == BLANK:
                _add(extended, symbols, either_end * probability, 0.0)
            elif symbol == last:
                _add(extended, symbols, 0.0, symbol_end * probability)
                _add(extended, (*symbols, symbol), 0.0, blank_end * probability)
            else:
                _add(extended, (*symbols, symbol), 0.0, either_end * probability)
    return extended


def _add(beams: Beams, symbols: Symbols, blank_end: float, symbol_end: float) -> None:
    before = beams.get(symbols, (0.0, 0.0))
    beams[symbols] = before[0] + blank_end, before[1] + symbol_end


def _rank(item: tuple[Symbols, tuple[float, float]]) -> tuple[float, Symbols]:
    symbols, ends = item
    return ends[0] + ends[1], symbols  # the symbols make ties the same on every run


def peaks(steps: Steps, symbols: Symbols) -> tuple[float, ...]:
    """The highest probability of each symbol where the likeliest way to say it has it.

    The way is found by Viterbi's algorithm over blank, symbol, blank, ..., blank. Where
    the likeliest symbol of every step says the text already, that is the way.
    """
    greedy = _greedy_peaks(steps, symbols)
    if greedy is not None:
        return greedy
    states = np.full(2 * len(symbols) + 1, BLANK)
    states[1::2] = symbols
    skip = np.full(len(states), -np.inf)
    # Only the blank between two different symbols may be left out.
    skip[3::2][states[3::2] != states[1:-2:2]] = 0.0
    with np.errstate(divide="ignore"):
        logs = np.log(steps[:, states])
    score = np.full(len(states) + 2, -np.inf)  # two more, so that none lies before
    score[2:4] = logs[0, :2]
    ways = np.empty((3, len(states)))  # to stay, to advance by one state, or by two
    moves = np.zeros(logs.shape, int)
    for i in range(1, len(steps)):
        ways[0] = score[2:]
        ways[1] = score[1:-1]
        np.add(score[:-2], skip, out=ways[2])
        moves[i] = ways.argmax(axis=0)
        score[2:] = ways.max(axis=0) + logs[i]
    state = len(states) - 1 if score[-1] >= score[-2] else len(states) - 2
    highest = [0.0] * len(symbols)
    for i in range(len(steps) - 1, -1, -1):
        if state % 2:
            place = state // 2
            highest[place] = max(highest[place], float(steps[i, states[state]]))
        state -= int(moves[i, state])
    return tuple(highest)


def _greedy_peaks(steps: Steps, symbols: Symbols) -> tuple[float, ...] | None:
    """As `peaks`, if the likeliest symbol of every step says this text."""
    said: list[int] = []
    highest: list[float] = []
    last = BLANK
    for symbol, probability in zip(
        steps.argmax(axis=1).tolist(), steps.max(axis=1).tolist(), strict=True
    ):
        if symbol != BLANK and symbol == last:
            highest[-1] = max(highest[-1], probability)
        elif symbol != BLANK:
            said.append(symbol)
            highest.append(probability)
        last = symbol
    return tuple(highest) if tuple(said) == symbols else None
