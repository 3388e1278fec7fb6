"""A reviewer that knows the truth and misreads it, as a general reader of text would.

No answers of Google's were at hand, so the rates below are assumptions, and chosen
unkind: a picture that is hard for us is hard for it; one time in four it makes our very
mistake; its confidences tell right from wrong only roughly. On top come what stands on
plates beside their text, in any order.
"""

import random
from dataclasses import dataclass

from edge_anpr.tracking.lookalikes import likes
from tests.review.vision_server import One, Word, saw

CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
STATES = ("CALIFORNIA", "TEXAS", "OHIO", "DEUTSCHLAND", "BRASIL")
DEALERS = ("SMITH MOTORS", "www.autohaus.example", "SINCE 1974")


@dataclass(frozen=True, slots=True)
class Rates:
    """How often it errs, 0..1."""

    wrong_at_best: float = 0.02  # a character, where we are sure
    wrong_at_worst: float = 0.16  # where we have no idea
    like_ours: float = 0.25  # it reads what we read
    lost: float = 0.015  # a character
    nothing: float = 0.08
    something_else: float = 0.02
    unsaid: float = 0.1  # an answer without confidences


@dataclass(frozen=True, slots=True)
class Known:
    """What a picture shows, and what our reader made of it."""

    text: str
    lines: int
    read: str
    confidence: float


def careless(known: Known, rates: Rates, chance: random.Random) -> One:
    """Its answer for one picture."""
    if chance.random() < rates.nothing:
        return One()
    text, doubt = known.text, 1 - known.confidence
    wrong = rates.wrong_at_best + doubt * (rates.wrong_at_worst - rates.wrong_at_best)
    if chance.random() < rates.something_else:
        text = "".join(chance.choices(CHARS, k=7))
    elif known.read and chance.random() < rates.like_ours:
        text = known.read
    says_nothing = chance.random() < rates.unsaid
    words = []
    half = len(text) // 2 if known.lines == 2 else len(text)
    for line, part in enumerate((text[:half], text[half:])):
        for place, char in enumerate(part):
            if chance.random() < rates.lost:
                continue
            is_wrong = chance.random() < wrong
            said = _mistaken(char, chance) if is_wrong else char
            sure = chance.betavariate(4, 3) if is_wrong else chance.betavariate(8, 1.2)
            x, y = 20 + 26 * place, 30 + 50 * line + chance.uniform(-2, 2)
            words.append(Word(said, x, y, 40, 0.0 if says_nothing else sure))
    words += _beside_the_text(chance)
    chance.shuffle(words)
    return saw(*words)


def _mistaken(char: str, chance: random.Random) -> str:
    near = likes(char)
    if near and chance.random() < 0.8:
        return chance.choices([b for _, b in near], [1 - cost for cost, _ in near])[0]
    return chance.choice(CHARS.replace(char, ""))


def _beside_the_text(chance: random.Random) -> list[Word]:
    words = []
    if chance.random() < 0.3:
        words.append(Word(chance.choice(STATES), 60, 8, 12))
    if chance.random() < 0.2:
        words.append(Word(chance.choice(DEALERS), 30, 130, 10))
    if chance.random() < 0.3:
        words.append(Word(chance.choice("DFI"), 4, 55, 14))
    return words
