"""Threads that end the whole program when something unexpected ends them, or do not."""

import logging
from collections.abc import Callable
from threading import Event, Thread

from edge_anpr.errors import ConfigError, ModelMismatch

log = logging.getLogger(__name__)


class Worker:
    """One thread, which is to end soon after stop is set."""

    def __init__(
        self,
        name: str,
        run: Callable[[], None],
        stop: Event,
        *,
        again_after_s: float | None = None,
        may_hang: bool = False,
    ) -> None:
        """again_after_s: the rest outlives its failure, and it begins anew so late.

        may_hang: in a driver that nobody can interrupt, and leaves nothing undone.
        """
        self.name = name
        self.refusal: ConfigError | ModelMismatch | None = None  # a sentence for people
        self.has_failed = False  # by a bug, which the log tells of
        self._run = run
        self._stop = stop
        self._again_after_s = again_after_s
        self._may_hang = may_hang
        # A camera that hangs in its driver must not keep the program from ending.
        self._thread = Thread(target=self._guarded, name=name, daemon=True)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def join(self, limit_s: float) -> None:
        """Wait for its end, but not for ever."""
        self._thread.join(limit_s)
        if self.is_running:
            level = logging.INFO if self._may_hang else logging.ERROR
            log.log(level, "Thread %s does not end within %.1f s", self.name, limit_s)

    def _guarded(self) -> None:
        while not self._has_ended():
            log.error("The rest goes on; %s begins anew", self.name)
            if self._stop.wait(self._again_after_s):
                return

    def _has_ended(self) -> bool:
        """False when it has failed and is to begin anew."""
        try:
            self._run()
        except (ConfigError, ModelMismatch) as fault:
            self.refusal = fault
            self._stop.set()
        except Exception:
            if self._again_after_s is not None:
                log.exception("Thread %s has failed", self.name)
                return False
            log.exception("Thread %s has failed; everything stops", self.name)
            self.has_failed = True
            self._stop.set()
        return True


def take_turns(step: Callable[[], float], stop: Event) -> None:
    """Do one turn after another; each says how many seconds to wait for the next."""
    while not stop.is_set():
        stop.wait(step())
