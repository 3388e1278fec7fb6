"""Slow down whoever guesses passwords."""

import ipaddress
from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock
from time import monotonic

WINDOW_S = 300.0
MOST_OF_ADDRESS = 5  # wrong ones within the window
MOST_OF_ALL = 50  # from all addresses together
MOST_ADDRESSES = 500  # remembered
V6_NETWORK = 64  # bits; who has one such address has them all


class Tries:
    """Wrong passwords of the last minutes; in memory, and bounded."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._of_address: OrderedDict[str, deque[float]] = OrderedDict()
        self._of_all: deque[float] = deque(maxlen=MOST_OF_ALL)

    def wait_s(self, address: str) -> float:
        """How long this address has to wait before it may try again."""
        with self._lock:
            now_s = self._clock()
            tried = self._of_address.get(_neighbourhood(address), deque())
            return max(
                _wait_s(tried, MOST_OF_ADDRESS, now_s),
                _wait_s(self._of_all, MOST_OF_ALL, now_s),
            )

    def was_wrong(self, address: str) -> None:
        key = _neighbourhood(address)
        with self._lock:
            tried = self._of_address.setdefault(key, deque(maxlen=MOST_OF_ADDRESS))
            tried.append(self._clock())
            self._of_all.append(self._clock())
            self._of_address.move_to_end(key)
            while len(self._of_address) > MOST_ADDRESSES:
                self._of_address.popitem(last=False)

    def was_right(self, address: str) -> None:
        with self._lock:
            self._of_address.pop(_neighbourhood(address), None)


def _wait_s(tried: deque[float], most: int, now_s: float) -> float:
    """Until the oldest of the last few is out of the window."""
    if len(tried) < most:
        return 0.0
    return max(tried[-most] + WINDOW_S - now_s, 0.0)


def _neighbourhood(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4 or found.ipv4_mapped:
        return str(found.ipv4_mapped if found.version == 6 else found)
    return str(ipaddress.ip_network((found, V6_NETWORK), strict=False))
