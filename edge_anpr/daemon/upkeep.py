"""What the main thread looks after between start and stop."""

import logging
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic

from edge_anpr.daemon.saving import owed_to
from edge_anpr.errors import DatabaseDamaged, StorageFailed
from edge_anpr.records import ClockQuality
from edge_anpr.runtime.clock import Clock
from edge_anpr.storage.retention import Retention
from edge_anpr.storage.sightings import SightingStore
from edge_anpr.tracking.watch_lists import WatchLists

log = logging.getLogger(__name__)

RETENTION_EVERY_S = 600.0


class Upkeep:
    """Watch lists, the clock, and what is too old; a turn about every second."""

    def __init__(  # noqa: PLR0913, PLR0917 (each from another part)
        self,
        watch_lists: WatchLists,
        clock: Clock,
        store: SightingStore,
        retention: Retention,
        destinations: tuple[str, ...],
        now_s: Callable[[], float] = monotonic,
    ) -> None:
        self._watch_lists = watch_lists
        self._clock = clock
        self._store = store
        self._retention = retention
        self._destinations = destinations
        self._now_s = now_s
        self._tidied_s = -math.inf
        self._shift: timedelta | None = None  # not on disk yet
        self._trouble = ""

    def turn(self) -> None:
        """Faults of the disk wait for the next turn.

        Raise DatabaseDamaged, also when it was the page that met the damage: only a
        new start helps.
        """
        self._store.check()
        self._watch_lists.refresh(self._now_s())
        shift = self._clock.has_been_set()
        if shift is not None:
            log.info("The clock has been set, by %.1f s", shift.total_seconds())
            self._shift = shift
        for do in (self._restamp, self._tidy):
            try:
                do()
            except DatabaseDamaged:
                raise
            except StorageFailed as fault:
                if str(fault) != self._trouble:  # say it once
                    log.warning("Storage cannot be tidied: %s", fault)
                self._trouble = str(fault)

    def _tidy(self) -> None:
        if self._now_s() - self._tidied_s < RETENTION_EVERY_S:
            return
        self._tidied_s = self._now_s()
        is_right = self._clock.quality is ClockQuality.SYNCED
        if not self._retention.turn(datetime.now(UTC) if is_right else None):
            self._tidied_s = -math.inf
        self._trouble = ""

    def _restamp(self) -> None:
        """Set right what was stored before the clock was, and send it again."""
        if self._shift is not None:
            self._store.clock_was_set(self._shift)
            self._shift = None
        ids = self._store.restamp(
            partial(owed_to, self._destinations), datetime.now(UTC)
        )
        if ids:
            log.info("%d sightings get their true time", len(ids))
