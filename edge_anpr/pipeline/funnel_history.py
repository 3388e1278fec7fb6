"""The funnel of the last hour and of the last day."""

from collections import deque
from dataclasses import dataclass
from threading import Lock

from edge_anpr.pipeline.funnel import Funnel

EVERY_S = 120.0
LONGEST_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was seen in some time."""

    funnel: Funnel
    seconds: float  # shorter than asked for while the program has not run so long


class FunnelHistory:
    """A state of the funnel every two minutes, for a day; about 0.3 MB."""

    def __init__(self, now_s: float) -> None:
        self._lock = Lock()
        self._states = deque([(now_s, Funnel())], maxlen=int(LONGEST_S / EVERY_S) + 2)

    def note(self, funnel: Funnel, now_s: float) -> None:
        """Call it now and then; more often than every two minutes is not heard."""
        with self._lock:
            if now_s - self._states[-1][0] >= EVERY_S:
                self._states.append((now_s, funnel))

    def last(self, seconds: float, funnel: Funnel, now_s: float) -> Stretch:
        """funnel: as it is now."""
        with self._lock:
            states = [*self._states]
        within = [each for each in states if each[0] >= now_s - seconds]
        then_s, before = within[0] if within else states[-1]
        return Stretch(funnel.since(before), now_s - then_s)
