"""How often something took how long."""

from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import perf_counter

BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)


class Histogram:
    """Counts by upper bound, as Prometheus has them; any thread may add and look."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts = [0] * (len(BOUNDS_S) + 1)
        self._sum_s = 0.0

    def add(self, seconds: float) -> None:
        with self._lock:
            self._counts[bisect_left(BOUNDS_S, seconds)] += 1
            self._sum_s += seconds

    @contextmanager
    def timed(self) -> Iterator[None]:
        began_s = perf_counter()
        yield
        self.add(perf_counter() - began_s)

    @property
    def sum_s(self) -> float:
        return self._sum_s

    @property
    def buckets(self) -> list[tuple[str, int]]:
        """Upper bounds in seconds, and how many took no longer."""
        with self._lock:
            counts = [*self._counts]
        bounds = (*map(str, BOUNDS_S), "+Inf")
        return [(bound, sum(counts[: i + 1])) for i, bound in enumerate(bounds)]
