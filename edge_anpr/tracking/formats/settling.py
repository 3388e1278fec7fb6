"""Tell O from 0, I from 1 and B from 8 by what a country's plates allow.

A text that fits a format is never changed. Otherwise the fewest look-alikes are
exchanged; of several ways, one that is among the reader's runners-up, then that to the
likeliest format, then the cheapest where the reader was least sure. Where no exchange
helps, a runner-up that fits is taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edge_anpr.records import Alternative
from edge_anpr.tracking.formats.pattern import Format, Shape
from edge_anpr.tracking.lookalikes import likes

COSTLIEST_SWAP = 0.3  # of two characters that a format may tell apart
LEAST_ALTERNATIVE = 0.05  # confidence of a runner-up worth taking


@dataclass(frozen=True, slots=True)
class Settled:
    """A plate, and the format it fits."""

    plate: str
    country: str | None = None  # ISO 3166; None: it fits no format
    format: str | None = None  # its name


@dataclass(frozen=True, slots=True)
class _Mended:
    plate: str
    swaps: int
    cost: float


def settle(
    text: str,
    char_confidences: Sequence[float],  # 0..1, one per character of text
    alternatives: Sequence[Alternative],
    formats: Sequence[Format],  # likeliest first
    max_swaps: int,
) -> Settled:
    """The plate that a text most likely stands for; the text itself when in doubt."""
    if fitting := _fitting(text, formats):
        return fitting
    said = {each.text for each in alternatives}
    mended = [
        (way.swaps, way.plate not in said, rank, way.cost, way.plate)
        for rank, kind in enumerate(formats)
        for way in _ways(text, char_confidences, kind)
        if way.swaps <= max_swaps
    ]
    if mended:
        _, _, rank, _, plate = min(mended)
        return Settled(plate, formats[rank].country, formats[rank].name)
    for each in alternatives:
        fitting = _fitting(each.text, formats)
        if fitting and each.confidence >= LEAST_ALTERNATIVE:
            return fitting
    return Settled(text)


def _fitting(text: str, formats: Sequence[Format]) -> Settled | None:
    for kind in formats:
        if kind.fits(text):
            return Settled(text, kind.country, kind.name)
    return None


def _ways(
    text: str, char_confidences: Sequence[float], kind: Format
) -> Iterator[_Mended]:
    for shape in kind.shapes:
        way = _mended(text, char_confidences, shape)
        if way:
            yield way


def _mended(
    text: str, char_confidences: Sequence[float], shape: Shape
) -> _Mended | None:
    if len(shape) != len(text):
        return None
    plate, cost = "", 0.0
    for char, confidence, place in zip(text, char_confidences, shape, strict=True):
        if char in place:
            plate += char
            continue
        near = [swap for swap in likes(char) if swap[1] in place]
        if not near or near[0][0] > COSTLIEST_SWAP:
            return None
        price, other = near[0]
        plate += other
        cost += price * confidence
    swaps = sum(a != b for a, b in zip(text, plate, strict=True))
    return _Mended(plate, swaps, cost)
