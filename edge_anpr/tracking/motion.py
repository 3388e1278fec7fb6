"""Where a plate is heading: at a steady speed, learnt from where it has been."""

import math

from edge_anpr.records import Box

FORESIGHT_S = 1.0  # further ahead than this, nothing is foreseen
NEWS = 0.6  # how much the latest step counts for the speed, 0..1
LEAST_STEP_S = 1e-3
FASTEST_GROWTH = 2.0  # e-folds a second, whatever a step seems to say


def apart(one: Box, other: Box) -> float:
    """From centre to centre, in widths of the larger plate."""
    dx = (one.x1 + one.x2 - other.x1 - other.x2) / 2
    dy = (one.y1 + one.y2 - other.y1 - other.y2) / 2
    return math.hypot(dx, dy) / max(one.width, other.width, 1.0)


def growth(one: Box, other: Box) -> float:
    """How much wider the other plate is: the logarithm of the ratio."""
    return math.log(max(other.width, 1.0) / max(one.width, 1.0))


class Motion:
    """A plate's place and speed."""

    def __init__(self, box: Box, at_s: float) -> None:
        self.box = box
        self.is_known = False  # after the second look
        self._at_s = at_s
        self._dx = self._dy = 0.0  # of the centre, px a second
        self._growth = 0.0  # of the width, e-folds a second

    def seen(self, box: Box, at_s: float) -> None:
        """Learn from the next place."""
        step_s = max(at_s - self._at_s, LEAST_STEP_S)
        news = NEWS if self.is_known else 1.0
        dx = (box.x1 + box.x2 - self.box.x1 - self.box.x2) / 2 / step_s
        dy = (box.y1 + box.y2 - self.box.y1 - self.box.y2) / 2 / step_s
        swelling = growth(self.box, box) / step_s
        self._dx += news * (dx - self._dx)
        self._dy += news * (dy - self._dy)
        self._growth += news * (swelling - self._growth)
        self._growth = min(max(self._growth, -FASTEST_GROWTH), FASTEST_GROWTH)
        self.box, self._at_s, self.is_known = box, at_s, True

    def stood(self, at_s: float) -> None:
        """Learn that it has not moved since."""
        self._dx = self._dy = self._growth = 0.0
        self._at_s = at_s

    def expected(self, at_s: float) -> Box:
        """Where it should be by now."""
        ahead_s = min(at_s - self._at_s, FORESIGHT_S)
        more = (math.exp(self._growth * ahead_s) - 1) / 2
        moved = self.box.shifted(self._dx * ahead_s, self._dy * ahead_s)
        return moved.grown(more, more)
