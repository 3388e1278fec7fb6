"""Count the vehicles a destination knows of."""

from collections import deque

from edge_anpr.delivery.courier import Owed
from edge_anpr.records import Kind, Stage

REMEMBERED = 1000  # vehicles; revisions of one seldom lie further apart


class Tally:
    """A vehicle counts once, however often and in however many revisions it is sent."""

    def __init__(self) -> None:
        self.vehicles = 0  # since the start, whose passage is over
        self._known: deque[str] = deque(maxlen=REMEMBERED)

    def count(self, owed: Owed) -> None:
        """Take note of what has been acknowledged."""
        sighting = owed.sighting
        if owed.kind is not Kind.SIGHTING or sighting.stage is Stage.PROVISIONAL:
            return
        if sighting.id not in self._known:
            self._known.append(sighting.id)
            self.vehicles += 1
