"""Hand the newest item from one thread to another, and count what was dropped."""

from threading import Condition
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """One slot: a new item takes the place of one that nobody has taken."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._item: T | None = None
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many items nobody took."""
        return self._dropped

    def put(self, item: T) -> None:
        with self._changed:
            self._dropped += self._item is not None
            self._item = item
            self._changed.notify()

    def take(self, timeout_s: float) -> T | None:
        """The item, as soon as there is one; None when none comes in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._item is not None, timeout_s)
            item, self._item = self._item, None
            return item
