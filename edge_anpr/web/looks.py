"""Remember for a while who has been shown what, so that it is written down once."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from time import monotonic

NEWS_AFTER_S = 600.0
MOST = 5000  # remembered; what is forgotten is written down again


class Looks:
    """By login and sighting."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._looked: OrderedDict[tuple[str, str], float] = OrderedDict()

    def is_news(self, login: str, sighting_id: str) -> bool:
        """Whether it has not been asked this lately."""
        key, now_s = (login, sighting_id), self._clock()
        with self._lock:
            if now_s - self._looked.get(key, float("-inf")) < NEWS_AFTER_S:
                return False
            self._looked[key] = now_s
            self._looked.move_to_end(key)
            while len(self._looked) > MOST:
                self._looked.popitem(last=False)
        return True
