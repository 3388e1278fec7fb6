"""What the main thread looks after between start and stop."""

import logging
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

from edge_anpr.daemon.saving import owed_to
from edge_anpr.errors import RevisionTaken, StorageFailed
from edge_anpr.records import ClockQuality, Stage
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
        self._trouble = ""

    def turn(self) -> None:
        """Faults of the disk wait for the next turn."""
        self._watch_lists.refresh(self._now_s())
        shift = self._clock.has_been_set()
        try:
            if shift is not None:
                self._restamp(shift)
            if self._now_s() - self._tidied_s >= RETENTION_EVERY_S:
                self._tidied_s = self._now_s()
                self._tidy()
        except StorageFailed as fault:
            if str(fault) != self._trouble:  # say it once
                log.warning("Storage cannot be tidied: %s", fault)
            self._trouble = str(fault)

    def _tidy(self) -> None:
        is_right = self._clock.quality is ClockQuality.SYNCED
        self._retention.turn(datetime.now(UTC) if is_right else None)
        self._trouble = ""

    def _restamp(self, shift: timedelta) -> None:
        """Set right what was stored before the clock was, and send it again."""
        ids = self._store.restamp(shift)
        log.info("The clock has been set; %d sightings get their true time", len(ids))
        for sighting_id in ids:
            latest = self._store.latest(sighting_id)
            # Of a vehicle still in view, the next revision has the true time anyway.
            if not latest or latest.stage is Stage.PROVISIONAL:
                continue
            revision = replace(latest, revision=latest.revision + 1)
            try:
                self._store.save(revision, owed_to(self._destinations, revision))
            except RevisionTaken as newer:
                log.debug("%s", newer)
