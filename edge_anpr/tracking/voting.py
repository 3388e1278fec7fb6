"""Let many imperfect reads of one plate vote on its text, character by character.

The reads are laid beside the one with the most weight, so that a text that lacks a
character or has one too many still votes on the others. A character's vote is its
confidence times the quality of the look, and runners-up vote too. What comes of it
gives way to a text that some look has read, if all together find that one likelier. How
sure the result is follows the best look, raised by looks that agree and lowered by
those that do not.

A look may lack what stands at either end of a plate, because its cut ends too soon or
another vehicle is in the way; it seldom sees more than there is. So a silence there
weighs less than a character, and hardly contradicts a longer text.
"""

import functools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from edge_anpr.records import Alternative, PlateRead
from edge_anpr.tracking.alignment import Row, aligned
from edge_anpr.tracking.look import Look
from edge_anpr.tracking.weighing import chances

MOST_ALTERNATIVES = 5
LEAST_HEARD = 0.01  # confidence of a runner-up worth aligning
SILENCE = 0.6  # of a vote, that nothing stands at an end of the plate
LACKING = 0.15  # how likely a look is to lack a character there

Claim: TypeAlias = dict[str, float]  # of one look, what a slot may say: 0..1


@dataclass(frozen=True, slots=True)
class Vote:
    """What the looks at one plate agree on."""

    text: str
    confidence: float  # 0..1
    char_confidences: tuple[float, ...]  # 0..1, one per character of text
    alternatives: tuple[Alternative, ...]  # best first; all add up to at most 1


@dataclass(frozen=True, slots=True)
class _Ballot:
    """One look's read and its weight."""

    read: PlateRead
    quality: float  # 0..1

    @property
    def weight(self) -> float:
        return self.quality * self.read.confidence


def vote(looks: Iterable[Look]) -> Vote | None:
    """What the looks say together, in whatever order; None when none was read."""
    ballots = sorted(
        (_Ballot(look.read, look.quality) for look in looks if look.read),
        key=lambda each: (-each.weight, repr(each)),
    )
    if not ballots:
        return None
    support = _support(ballots)
    pivot = max(support, key=lambda text: (support[text], text))
    row_of = functools.cache(lambda text: aligned(text, pivot))  # many are the same
    claims = [_claims(each.read, row_of) for each in ballots]
    own = row_of(pivot)
    winners = [_winner(ballots, claims, slot, text) for slot, text in enumerate(own)]
    text = "".join(winners) or pivot
    weights = [each.weight for each in ballots]
    known = chances([_texts(each.read, support) for each in ballots], weights)
    chars = _chars(winners, claims, weights)
    likeliest = max(support, key=lambda text: (known[text], text))
    # Pieced together, it is at most as sure as its weakest character.
    if known.get(text, min(chars, default=0.0)) <= known[likeliest]:
        text, chars = likeliest, _chars(row_of(likeliest), claims, weights)
    confidence = known.get(text, math.prod(chars))
    return Vote(text, confidence, tuple(chars), _others(ballots, text, confidence))


def _support(ballots: Sequence[_Ballot]) -> dict[str, float]:
    """The weight behind every text that some look has read."""
    support: dict[str, float] = defaultdict(float)
    for each in ballots:
        support[each.read.text] += each.weight
    return support


def _claims(read: PlateRead, row_of: Callable[[str], Row]) -> list[Claim]:
    """What one look says at every slot, and how surely."""
    row = row_of(read.text)
    sureness = iter(read.char_confidences)
    claims: list[Claim] = []
    first, last = _ends(row)
    for slot, said in enumerate(row):
        # That a character is missing is as sure as the text is, or less.
        silence = read.confidence * (1 if first < slot < last else SILENCE)
        claims.append({said: min((next(sureness) for _ in said), default=silence)})
    for other in read.alternatives:
        if other.confidence < LEAST_HEARD:
            continue
        for claim, said, other_said in zip(
            claims, row, row_of(other.text), strict=True
        ):
            if other_said != said:
                # A runner-up never outvotes the text of its own look.
                most = min(claim[said], 1 - claim[said])
                claim[other_said] = min(
                    claim.get(other_said, 0.0) + other.confidence, most
                )
    return claims


def _chars(
    row: Row, claims: Sequence[list[Claim]], weights: Sequence[float]
) -> list[float]:
    """How sure each character is of a text that was laid beside the pivot."""
    return [
        chances([claim[slot] for claim in claims], weights)[said]
        for slot, said in enumerate(row)
        for _ in said
    ]


def _ends(row: Row) -> tuple[int, int]:
    """The slots of the first and the last character."""
    said = [slot for slot, each in enumerate(row) if each]
    return said[0], said[-1]


def _winner(
    ballots: Sequence[_Ballot], claims: Sequence[list[Claim]], slot: int, pivot: str
) -> str:
    scores: dict[str, float] = defaultdict(float)
    for ballot, claim in zip(ballots, claims, strict=True):
        for said, sure in claim[slot].items():
            scores[said] += ballot.quality * sure
    return max(scores, key=lambda said: (scores[said], said == pivot, said))


def _texts(read: PlateRead, known: Iterable[str]) -> dict[str, float]:
    """Everything that a look may have seen, and how surely: at most 1 in all.

    known: what other looks have read, of which this one may lack an end.
    """
    texts = {other.text: other.confidence for other in read.alternatives}
    texts[read.text] = read.confidence
    for longer in known:
        lacks = len(longer) - len(read.text)
        if lacks > 0 and read.text in {longer[lacks:], longer[:-lacks]}:
            perhaps = read.confidence * LACKING**lacks
            texts[longer] = max(texts.get(longer, 0.0), perhaps)
    whole = max(sum(texts.values()), 1.0)
    return {text: sure / whole for text, sure in texts.items()}


def _others(
    ballots: Sequence[_Ballot], text: str, confidence: float
) -> tuple[Alternative, ...]:
    shares: dict[str, float] = defaultdict(float)
    whole = sum(each.quality for each in ballots)
    for each in ballots:
        read = each.read
        for other in (Alternative(read.text, read.confidence), *read.alternatives):
            if other.text != text:
                shares[other.text] += each.quality * other.confidence / whole
    total = sum(shares.values())
    scale = min((1 - confidence) / total, 1.0) if total > 0 else 0.0
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Alternative(other, share * scale) for other, share in ranked[:MOST_ALTERNATIVES]
    )
