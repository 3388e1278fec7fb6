"""Ask somebody else what a doubtful plate says, and make the best of both readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from edge_anpr.records import Quad


@dataclass(frozen=True, slots=True)
class Symbol:
    """One character that a reviewer sees."""

    char: str
    corners: Quad  # pixels of the picture, clockwise as the character is read
    confidence: float | None  # 0..1; None: not said


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reviewer says of one picture."""

    symbols: tuple[Symbol, ...] = ()  # in no certain order
    fault: str = ""  # why there is no answer; empty: there is
    is_final: bool = True  # False: asked again there may be one


class Reviewer(Protocol):
    """Reads plates for money or for love, and better than we do, now and then."""

    name: str
    most_pictures: int  # at a time

    def read(self, pictures: Sequence[bytes]) -> list[Answer]:
        """One answer for each JPEG; raise ReviewFailed or ReviewForbidden."""
