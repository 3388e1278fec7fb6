"""Count the vehicles a destination knows of."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

from edge_anpr.delivery.courier import Owed
from edge_anpr.records import Kind, Stage
from edge_anpr.runtime.histogram import Histogram

REMEMBERED = 1000  # vehicles; revisions of one seldom lie further apart


class Tally:
    """A vehicle counts once, however often and in however many revisions it is sent."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.vehicles = 0  # since the start, whose passage is over
        self.seconds = Histogram()  # since each was last seen
        self._now = now
        self._known: deque[str] = deque(maxlen=REMEMBERED)

    def count(self, owed: Owed) -> None:
        """Take note of what has been acknowledged."""
        sighting = owed.sighting
        if owed.kind is not Kind.SIGHTING or sighting.stage is Stage.PROVISIONAL:
            return
        if sighting.id not in self._known:
            self._known.append(sighting.id)
            self.vehicles += 1
            waited = self._now() - sighting.last_seen
            self.seconds.add(max(waited.total_seconds(), 0.0))
