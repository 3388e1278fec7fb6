"""Tell which devices have fallen silent though their broker takes them for online.

A device that dies while its broker is down, too, leaves nobody behind who takes its
`online` back. Its health, which it says so many times an hour, no longer comes.
"""

from collections.abc import Callable, Iterator
from time import monotonic

MISSED = 3  # messages in a row


class Silence:
    """Listens to a fleet; times are those of arrival, not what devices' clocks say."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._due_s: dict[str, float] = {}  # by device, of those that are online
        self._online: set[str] = set()
        self._silent: set[str] = set()

    def begin(self) -> None:
        """What came before does not count: nobody has listened since."""
        self._due_s.clear()
        self._online.clear()

    def came(self, device: str, *, is_online: bool) -> None:
        """Its status is said, by itself or by the broker."""
        if is_online:
            self._online.add(device)
        else:
            self._online.discard(device)
            self._due_s.pop(device, None)
        self._silent.discard(device)

    def heard(self, device: str, every_s: float) -> bool:
        """Its health is said, as it is every so often; True: it had been silent."""
        self._due_s[device] = self._clock() + MISSED * every_s
        was_silent = device in self._silent
        self._silent.discard(device)
        return was_silent

    def fallen(self) -> Iterator[str]:
        """Devices that have just fallen silent."""
        now_s = self._clock()
        for device in sorted(self._online & self._due_s.keys()):
            if self._due_s[device] <= now_s:
                del self._due_s[device]
                self._silent.add(device)
                yield device
