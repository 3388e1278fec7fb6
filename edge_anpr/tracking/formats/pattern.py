"""The patterns that national formats are written in.

A pattern is a row of places, spaces being for the eye only:

    L       a letter that the country uses
    D       a digit
    X       either
    [A-H7]  one of these
    {2}     after a place: so many of it; {1,3}: one to three; {0,1}: one or none

British plates since 2001 are `L{2} D{2} L{3}`.
"""

import itertools
import re
from dataclasses import dataclass
from string import ascii_uppercase, digits
from typing import TypeAlias

Shape: TypeAlias = tuple[frozenset[str], ...]  # what each place of a plate may hold

_PART = re.compile(r"(?:([LDX])|\[([A-Z0-9-]+)\])(?:\{(\d)(?:,(\d))?\})?")
_RANGE = re.compile(r"(.)-(.)")


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of plate of one country."""

    country: str  # ISO 3166
    name: str
    shapes: tuple[Shape, ...]  # one for every length the plate may have

    def fits(self, text: str) -> bool:
        return any(
            len(shape) == len(text)
            and all(char in place for char, place in zip(text, shape, strict=True))
            for shape in self.shapes
        )


def shapes(pattern: str, letters: str, longest: int) -> tuple[Shape, ...]:
    """Spell a pattern out, up to a length; raise ValueError when it is malformed."""
    kinds = {"L": letters, "D": digits, "X": letters + digits}
    runs: list[list[Shape]] = []
    rest = pattern.replace(" ", "")
    while rest:
        part = _PART.match(rest)
        if not part:
            raise ValueError(f"{rest!r} of the pattern {pattern!r} is not understood")
        rest = rest[part.end() :]
        kind, chars, least, most = part.groups()
        place = frozenset(kinds[kind] if kind else _spelt_out(chars))
        low = int(least or 1)
        runs.append([(place,) * count for count in range(low, int(most or low) + 1)])
    whole = (tuple(itertools.chain(*choice)) for choice in itertools.product(*runs))
    return tuple(dict.fromkeys(shape for shape in whole if len(shape) <= longest))


def _spelt_out(chars: str) -> str:
    every = digits + ascii_uppercase
    return _RANGE.sub(
        lambda ends: every[every.index(ends[1]) : every.index(ends[2]) + 1], chars
    )
