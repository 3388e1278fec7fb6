"""Let others see the newest item now and then, at no cost while nobody looks."""

from threading import Condition
from typing import Generic, TypeVar

T = TypeVar("T")


class Glance(Generic[T]):
    """Whoever looks waits for the next item; all who wait get the same one."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting = 0
        self._item: T | None = None

    def show(self, item: T) -> None:
        """Never waits for those who look."""
        if not self._waiting:  # one that comes just now sees the next
            return
        with self._changed:
            self._item = item
            self._changed.notify_all()

    def look(self, timeout_s: float) -> T | None:
        """The next item; None when none comes in time."""
        with self._changed:
            self._waiting += 1
            self._item = None
            try:
                self._changed.wait_for(lambda: self._item is not None, timeout_s)
                return self._item
            finally:
                self._waiting -= 1
                if not self._waiting:
                    self._item = None  # nor does it keep the memory
