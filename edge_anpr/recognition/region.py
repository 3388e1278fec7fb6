"""The part of a picture that plates are looked for in."""

from dataclasses import dataclass
from math import isfinite
from typing import Self

from edge_anpr.errors import ConfigError, PictureUnreadable
from edge_anpr.records import Box, Pixels

WHOLE = 1.0  # the greatest fraction; any number above it is in pixels


@dataclass(frozen=True, slots=True)
class RegionOfInterest:
    """An upright rectangle, in pixels or in fractions of the picture."""

    box: Box
    in_fractions: bool

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "X1,Y1,X2,Y2": fractions when all four are at most 1, else pixels.

        Raises ConfigError.
        """
        x1, y1, x2, y2 = _four_numbers(text)
        if min(x1, y1) < 0:
            raise ConfigError(
                f"{text!r} begins outside the picture; write X1,Y1,X2,Y2 with none "
                "below 0."
            )
        if not (x1 < x2 and y1 < y2):
            raise ConfigError(
                f"{text!r} holds no area; write X1,Y1,X2,Y2 with X1 < X2 and Y1 < Y2."
            )
        return cls(Box(x1, y1, x2, y2), max(x2, y2) <= WHOLE)

    def within(self, pixels: Pixels) -> Box:
        """The region in whole pixels of this picture; raise PictureUnreadable."""
        height, width = pixels.shape[:2]
        across, along = (width, height) if self.in_fractions else (1, 1)
        box = Box(
            round(self.box.x1 * across),
            round(self.box.y1 * along),
            round(self.box.x2 * across),
            round(self.box.y2 * along),
        ).clipped(width, height)
        if box.area < 1:
            raise PictureUnreadable(
                f"has {width} x {height} pixels and none in the region of interest; "
                "give a region within it."
            )
        return box


def _four_numbers(text: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != 4 or not all(map(isfinite, numbers)):
        raise ConfigError(f"{text!r} is not four numbers; write X1,Y1,X2,Y2.")
    return numbers
