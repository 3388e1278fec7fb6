"""How likely each text is, by our reading and by the reviewer's.

Both are laid character by character beside every text that is worth a thought: what
either has read, our runners-up, and the mixtures of both. A text loses for every
character in which it differs from a reading, the more the surer that character was and
the less the two look alike. What our reader has named with a probability keeps it.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from edge_anpr.tracking.alignment import aligned
from edge_anpr.tracking.lookalikes import swap_cost

# Chances that a misread character was taken for a certain other one: for the likest,
# and for one that nobody confuses with it (1 of 35).
LIKEST, UNLIKE = 0.5, 0.03
MISSED, INVENTED = 0.05, 0.02  # that a reading has lost a character, or has one more
LEAST_CHANCE = 0.003  # that our reader leaves to a text it has not thought of
SURE, LEAST_SURE = 0.97, 0.3  # as far as a reviewer's confidences are believed
UNSAID = 0.85  # a reviewer's confidence where it gives none
BESIDE_ITSELF = 0.02  # how often a reviewer has read something else altogether
MOST_DIFFERENCES = 4  # between two readings that may be mixed


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, and how sure each of its characters is."""

    text: str
    sure: tuple[float, ...]  # 0..1, one per character

    @property
    def confidence(self) -> float:
        return fmean(self.sure) if self.sure else 0.0


@dataclass(frozen=True, slots=True)
class Ours:
    """What the device has read."""

    reading: Reading
    named: Mapping[str, float]  # the text and its runners-up with their probabilities

    def chance(self, text: str) -> float:
        if text in self.named:
            return max(self.named[text], LEAST_CHANCE)
        left = max(1 - sum(self.named.values()), LEAST_CHANCE)
        own = max(self.named.values(), default=1.0)
        return min(max(own * _likeness(text, self.reading), LEAST_CHANCE), left)


def believed(text: str, confidences: Sequence[float | None]) -> Reading:
    """A reviewer's reading, no surer than such a one can be."""
    return Reading(
        text,
        tuple(
            UNSAID if each is None else min(max(each, LEAST_SURE), SURE)
            for each in confidences
        ),
    )


def chances(ours: Ours, theirs: Reading) -> dict[str, float]:
    """Of every text worth a thought, how likely both readings make it; not scaled."""
    texts = {*ours.named, theirs.text, *_mixtures(ours.reading.text, theirs.text)}
    return {
        text: ours.chance(text)
        * (BESIDE_ITSELF + (1 - BESIDE_ITSELF) * _likeness(text, theirs))
        for text in sorted(texts)
        if text
    }


def _likeness(text: str, reading: Reading) -> float:
    """How likely the reading is, had this been the text; 1 when they are the same."""
    likeness = 1.0
    for slot, said in enumerate(aligned(text, reading.text)):
        place, is_at_one = divmod(slot, 2)
        if not is_at_one:  # what stands between two characters was missed
            likeness *= MISSED ** len(said)
            continue
        read, sure = reading.text[place], reading.sure[place]
        if said == read:
            continue
        odds = (1 - sure) / max(sure, LEAST_SURE)
        likeness *= min(odds, 1.0) * (_confusion(said, read) if said else INVENTED)
    return likeness


def _confusion(one: str, other: str) -> float:
    return UNLIKE + LIKEST * (1 - swap_cost(one, other)) ** 3


def _mixtures(one: str, other: str) -> Iterator[str]:
    slots = list(zip(aligned(one, one), aligned(other, one), strict=True))
    if sum(a != b for a, b in slots) <= MOST_DIFFERENCES:
        for choice in itertools.product(*(dict.fromkeys(slot) for slot in slots)):
            yield "".join(choice)
