"""Make one sighting of ours and a reviewer's reading of it.

The likeliest plate wins that fits the national formats, but a plate of which the device
was sure stays what it is, and so does one that is nearly as likely: this is a second
opinion, never the truth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from edge_anpr.config.formats import FormatsConfig
from edge_anpr.records import Alternative, Outcome, Review, Sighting, Stage
from edge_anpr.review.cleaning import Line
from edge_anpr.review.weighing import Ours, Reading, believed, chances
from edge_anpr.tracking.alignment import aligned
from edge_anpr.tracking.formats.catalogue import load_formats
from edge_anpr.tracking.formats.settling import Settled, settle
from edge_anpr.tracking.lookalikes import distance
from edge_anpr.tracking.watch_lists import WatchLists

CONFIDENT = 0.9  # from here on a plate is never changed, nor made less sure
MARGIN = 1.5  # times as likely as ours must a plate be that takes its place
WITHOUT_FORMAT = 0.15  # as likely as one with a format, where formats are expected
SOMETHING_ELSE = 0.02  # that it is none of the texts that were weighed
FEWEST_CHARACTERS = 2
MOST_ALTERNATIVES = 5


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Every plate that it may be, and how likely it is."""

    settled: Mapping[str, Settled]  # by plate
    shares: Mapping[str, float]  # 0..1, by plate, likeliest first

    @property
    def best(self) -> str:
        return next(iter(self.shares))


class Merger:
    """Knows the formats to expect, and the watch lists."""

    def __init__(self, formats: FormatsConfig, watch_lists: WatchLists) -> None:
        """Raise ConfigError when a country's formats are not known."""
        self._formats = load_formats(formats)
        self._max_swaps = formats.max_swaps
        self._watch_lists = watch_lists

    def reviewed(
        self, sighting: Sighting, lines: Sequence[Line], reviewer: str
    ) -> Sighting:
        """The next revision; lines: what the reviewer saw, cleaned."""
        theirs = _nearest(sighting, lines)
        if theirs is None:
            nothing = Review(reviewer, Outcome.NOTHING_READ, sighting.plate, "", None)
            return _revision(sighting, nothing)
        said = believed(theirs.text, theirs.confidences)
        weighed = self._weighed(sighting, said)
        outcome = self._outcome(sighting, said, weighed)
        known = [each for each in theirs.confidences if each is not None]
        review = Review(
            reviewer,
            outcome,
            sighting.plate,
            theirs.text,
            sum(known) / len(known) if known else None,
        )
        if outcome is Outcome.CHANGED:
            return _revision(self._changed(sighting, weighed), review)
        return _revision(_kept(sighting, weighed, outcome), review)

    def _weighed(self, sighting: Sighting, theirs: Reading) -> _Weighed:
        settled: dict[str, Settled] = {}
        shares: dict[str, float] = {sighting.plate: 0.0}
        for text, chance in chances(_ours(sighting), theirs).items():
            each = self._settled(text)
            settled[each.plate] = each
            fit = 1.0 if each.format or not self._formats else WITHOUT_FORMAT
            shares[each.plate] = shares.get(each.plate, 0.0) + chance * fit
        whole = (1 + SOMETHING_ELSE) * sum(shares.values())
        ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
        return _Weighed(settled, {plate: share / whole for plate, share in ranked})

    def _outcome(
        self, sighting: Sighting, theirs: Reading, weighed: _Weighed
    ) -> Outcome:
        ours = sighting.plate
        is_likelier = weighed.shares[weighed.best] >= MARGIN * weighed.shares[ours]
        if sighting.confidence < CONFIDENT and weighed.best != ours and is_likelier:
            return Outcome.CHANGED
        if theirs.text == sighting.raw_text or self._settled(theirs.text).plate == ours:
            return Outcome.CONFIRMED
        return Outcome.DISAGREED

    def _changed(self, sighting: Sighting, weighed: _Weighed) -> Sighting:
        settled = weighed.settled[weighed.best]
        return replace(
            sighting,
            plate=settled.plate,
            country=settled.country,
            format=settled.format,
            confidence=weighed.shares[settled.plate],
            char_confidences=_char_confidences(settled.plate, weighed),
            alternatives=_alternatives(settled.plate, weighed),
            match=self._watch_lists.match(settled.plate),
        )

    def _settled(self, text: str) -> Settled:
        return settle(text, (1.0,) * len(text), (), self._formats, self._max_swaps)


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    confidences: tuple[float | None, ...]


def _nearest(sighting: Sighting, lines: Sequence[Line]) -> _Said | None:
    """The line, or two of them, that is likest to what the device has read.

    A plate has one line or two; others may be of its frame, or of the vehicle.
    """
    both = [upper + lower for upper, lower in pairwise(lines)]
    readings = [
        _Said(
            "".join(each.char for each in line),
            tuple(each.confidence for each in line),
        )
        for line in (*lines, *both)
        if len(line) >= FEWEST_CHARACTERS
    ]
    own = {sighting.raw_text, sighting.plate}
    return min(
        readings,
        key=lambda each: (min(distance(each.text, text) for text in own), each.text),
        default=None,
    )


def _ours(sighting: Sighting) -> Ours:
    sure = sighting.char_confidences
    is_raw = len(sure) == len(sighting.raw_text)
    text = sighting.raw_text if is_raw else sighting.plate
    named = {each.text: each.confidence for each in sighting.alternatives}
    return Ours(Reading(text, sure), {**named, text: sighting.confidence})


def _revision(sighting: Sighting, review: Review) -> Sighting:
    return replace(
        sighting,
        revision=sighting.revision + 1,
        stage=Stage.REVIEWED,
        review=review,
    )


def _kept(sighting: Sighting, weighed: _Weighed, outcome: Outcome) -> Sighting:
    share = weighed.shares[sighting.plate]
    if outcome is Outcome.CONFIRMED:
        confidence = max(share, sighting.confidence)
    elif sighting.confidence >= CONFIDENT:
        return sighting
    else:
        confidence = min(share, sighting.confidence)
    if confidence < sighting.confidence:
        return replace(
            sighting,
            confidence=confidence,
            alternatives=_alternatives(sighting.plate, weighed),
        )
    chars = zip(
        sighting.char_confidences,
        _char_confidences(sighting.plate, weighed),
        strict=True,
    )
    return replace(
        sighting,
        confidence=confidence,
        char_confidences=tuple(max(pair) for pair in chars),
        alternatives=_scaled(sighting.alternatives, 1 - confidence),
    )


def _char_confidences(plate: str, weighed: _Weighed) -> tuple[float, ...]:
    """The shares of all plates that say the same at each place."""
    sums = [0.0] * len(plate)
    for other, share in weighed.shares.items():
        said = aligned(other, plate)[1::2]
        for place, char in enumerate(plate):
            sums[place] += share * (said[place] == char)
    return tuple(min(each, 1.0) for each in sums)


def _alternatives(plate: str, weighed: _Weighed) -> tuple[Alternative, ...]:
    """The likeliest others; with the plate they add up to at most 1."""
    others = [
        Alternative(other, share)
        for other, share in weighed.shares.items()
        if other != plate and share > 0
    ]
    return _scaled(others[:MOST_ALTERNATIVES], 1 - weighed.shares[plate])


def _scaled(others: Sequence[Alternative], room: float) -> tuple[Alternative, ...]:
    whole = sum(each.confidence for each in others)
    scale = min(room / whole, 1.0) if whole > 0 else 1.0
    return tuple(replace(each, confidence=each.confidence * scale) for each in others)
