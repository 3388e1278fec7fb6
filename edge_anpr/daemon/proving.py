"""Prove every hour that plates can still be read."""

import logging
from collections.abc import Callable, Iterator
from time import monotonic

from edge_anpr.records import Problem
from edge_anpr.runtime import systemd

log = logging.getLogger(__name__)

EVERY_S = 3600.0
LATEST_S = EVERY_S + 600.0  # by then it is done even while vehicles pass


class Proving:
    """Asked by the thread whose models they are, so that there is no second set."""

    def __init__(
        self, can_read: Callable[[], bool], clock: Callable[[], float] = monotonic
    ) -> None:
        self._can_read = can_read
        self._clock = clock
        self._proved_s: float | None = None
        self._result: bool | None = None

    @property
    def result(self) -> bool | None:
        """Whether a drawn plate was read the last time; None before the first."""
        return self._result

    def turn(self, *, is_idle: bool) -> None:
        """It takes as long as a frame or two, so it waits for a quiet moment."""
        if self._proved_s is None:
            self.prove()
            return
        age_s = self._clock() - self._proved_s
        if age_s >= (EVERY_S if is_idle else LATEST_S):
            self.prove()

    def prove(self) -> None:
        """Try it now."""
        self._proved_s = self._clock()
        before, self._result = self._result, self._can_read()
        if self._result is before:  # say it once
            return
        if self._result:
            log.info("A drawn plate is read as it should be")
            systemd.notify(f"{systemd.STATUS}Reading plates")
        else:
            log.error("A drawn plate is not read as it should be")
            systemd.notify(f"{systemd.STATUS}Cannot read plates")

    def problems(self) -> Iterator[Problem]:
        if self._result is False:
            yield Problem(
                "reading",
                "A drawn plate is not read as it should be; real ones are not either.",
                "Restart the service; if that does not help, install it again.",
                is_grave=True,
            )
