"""Where one plate is there is no other: two boxes in one place are found twice."""

from collections.abc import Sequence

from edge_anpr.records import Box
from edge_anpr.tracking.look import Look

INSIDE = 0.7  # of a box that is within another: more than any two plates share


def singled(looks: Sequence[Look]) -> list[Look]:
    """Without those in whose place another is read surer; in the same order."""
    kept: list[Look] = []
    for look in sorted(looks, key=_sureness, reverse=True):
        if all(_share(look.box, other.box) < INSIDE for other in kept):
            kept.append(look)
    return [look for look in looks if any(look is each for each in kept)]


def _sureness(look: Look) -> tuple[float, float]:
    return look.read.confidence if look.read else 0.0, look.detection.confidence


def _share(one: Box, other: Box) -> float:
    """How much of the smaller box the other covers, 0..1."""
    across = min(one.x2, other.x2) - max(one.x1, other.x1)
    along = min(one.y2, other.y2) - max(one.y1, other.y1)
    smaller = min(one.area, other.area)
    if across <= 0 or along <= 0 or smaller <= 0:
        return 0.0
    return across * along / smaller
