"""Store sightings with what they owe, also when the disk is not ready at once."""

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from time import monotonic

from edge_anpr.daemon.refuge import Refuge
from edge_anpr.errors import DatabaseDamaged, RevisionTaken, StorageFailed
from edge_anpr.records import Kind, Problem, Sighting, Stage
from edge_anpr.storage.outbox import Due
from edge_anpr.storage.review_queue import REVIEW_DUE
from edge_anpr.storage.sightings import SightingStore

log = logging.getLogger(__name__)

MOST_WAITING = 500  # sightings held in memory while the disk takes none
RETRY_S = 5.0
PATIENCE_S = 15.0  # with a disk that takes nothing


def owed_to(destinations: Iterable[str], sighting: Sighting) -> list[Due]:
    """What these are to get of a sighting; the crop once it is the best there is.

    A correction changes no crop: what was owed stays owed.
    """
    kinds = [Kind.SIGHTING]
    if sighting.is_alert:
        kinds.append(Kind.ALERT)
    if sighting.stage not in {Stage.PROVISIONAL, Stage.CORRECTED}:
        kinds.append(Kind.CROP)
    return [Due(each, kind) for each in destinations for kind in kinds]


class Saving:
    """Holds what the disk does not take, and tries again."""

    def __init__(
        self,
        store: SightingStore,
        destinations: tuple[str, ...],
        clock: Callable[[], float] = monotonic,  # seconds
        wants_review: Callable[[Sighting], bool] = lambda _: False,
        refuge: Refuge | None = None,
    ) -> None:
        """refuge: for what waits when all ends."""
        self.sightings = 0  # vehicles, since the start
        self.alerts = 0
        self.alerts_of: Counter[str] = Counter()  # the same, by list
        self._store = store
        self._destinations = destinations
        self._clock = clock
        self._wants_review = wants_review
        self._lost = 0  # vehicles, not counted on the disk yet
        self._waiting: deque[Sighting] = deque()
        self._retry_at_s: float | None = None
        self._refuge = refuge
        self._fault: StorageFailed | None = None  # why they wait
        self._waits_since_s = 0.0

    def check(self) -> None:
        """Raise DiskUnusable when a new start would do better; for another thread.

        It would keep in memory what the disk does not take, and send it.
        """
        if not self._fault or not self._refuge:
            return
        if self._clock() - self._waits_since_s < PATIENCE_S:
            return
        if fault := self._refuge.why_better():
            log.error("A new start will keep sightings in memory, and send them")
            raise fault
        self._waits_since_s = self._clock()  # it may come round yet

    def save(self, sightings: Iterable[Sighting]) -> None:
        """Raise DatabaseDamaged: only a new start helps."""
        self._waiting.extend(sightings)
        self._forget_surplus()
        if self._retry_at_s is None or self._clock() >= self._retry_at_s:
            self._save_all()

    def finish(self) -> None:
        """Make final what is provisional since the power or the program was cut.

        For the start, before vehicles come into view. Nothing more is known of them
        than was said, so that nothing but the stage changes. Raise StorageFailed.
        """
        self.save(
            replace(each, revision=each.revision + 1, stage=Stage.FINAL)
            for each in self._store.unfinished()
        )

    def save_last(self, sightings: Iterable[Sighting]) -> None:
        """Try once more before the end, and leave the rest to the next start.

        Raise DatabaseDamaged.
        """
        self._waiting.extend(sightings)
        try:
            self._save_all()
        finally:
            self._leave_rest()

    def _leave_rest(self) -> None:
        if self._waiting and self._refuge:
            kept = [(each, self._due(each, each)) for each in self._waiting]
            try:
                self._refuge.leave(kept)
            except StorageFailed as fault:
                log.error("They cannot be left to the next start: %s", fault)
            else:
                log.error("%d revisions are left to the next start", len(kept))
                self._waiting.clear()
        lost = self._lost + sum(map(_is_whole, self._waiting))
        if lost:
            log.error("%d sightings could not be stored", lost)

    @property
    def lost(self) -> int:
        """Vehicles that the disk did not take in time, until it counts them itself."""
        return self._lost

    def problems(self) -> Iterator[Problem]:
        if fault := self._fault:
            yield Problem(
                "storage",
                f"Sightings wait in memory to be stored, and are not sent: {fault}",
                "Mend the disk, and start the service again.",
                is_grave=True,
            )
        if self._lost:
            yield Problem(
                "storage",
                f"{self._lost} sightings could not be stored, and are lost.",
                "Mend the disk.",
                is_grave=True,
            )

    def _save_all(self) -> None:
        try:
            while self._waiting:
                sighting = self._waiting[0]
                self._store_newest(sighting)
                self._waiting.popleft()
                self._count(sighting)
            if self._lost:
                self._store.note_lost(self._lost)
                log.error("%d sightings are lost", self._lost)
                self._lost = 0
        except DatabaseDamaged:
            raise
        except StorageFailed as fault:
            self._wait_after(fault)
        else:
            self._retry_at_s = self._fault = None

    def _forget_surplus(self) -> None:
        while len(self._waiting) > MOST_WAITING:
            oldest = self._waiting.popleft()
            if _is_whole(oldest):
                if not self._lost:  # say it once
                    log.error("The oldest of the sightings that wait are lost")
                self._lost += 1

    def _store_newest(self, sighting: Sighting) -> None:
        """Also when a person has corrected it while the vehicle was in view."""
        revision = sighting
        while True:
            try:
                self._store.save(revision, self._due(sighting, revision))
            except RevisionTaken as taken:
                log.info("%s", taken)
            else:
                return
            latest = self._store.latest(sighting.id)
            revision = _onto(latest, sighting) if latest else sighting

    def _due(self, sighting: Sighting, revision: Sighting) -> list[Due]:
        due = owed_to(self._destinations, sighting)
        if revision.stage is Stage.CORRECTED:
            # An alert went with the correction, and nobody else need be asked.
            return [each for each in due if each.kind is not Kind.ALERT]
        return [*due, REVIEW_DUE] if self._wants_review(sighting) else due

    def _wait_after(self, fault: StorageFailed) -> None:
        if self._fault is None:  # say it once
            log.error("Sightings wait in memory to be stored: %s", fault)
            self._waits_since_s = self._clock()
        self._fault = fault
        self._retry_at_s = self._clock() + RETRY_S

    def _count(self, sighting: Sighting) -> None:
        if sighting.stage is Stage.FINAL:
            self.sightings += 1
            self.alerts += sighting.is_alert
            if sighting.is_alert and sighting.match:
                self.alerts_of[sighting.match.list_name] += 1
            log.info("Sighting %s is final: %d reads", sighting.id, sighting.reads)


def _is_whole(sighting: Sighting) -> bool:
    """Of a vehicle still in view, more is to come."""
    return sighting.stage is not Stage.PROVISIONAL


def _onto(latest: Sighting, sighting: Sighting) -> Sighting:
    """The sighting as the revision after the latest; what a person said stays."""
    newest = replace(sighting, revision=latest.revision + 1)
    if latest.stage is not Stage.CORRECTED:
        return newest
    return replace(
        newest,
        stage=Stage.CORRECTED,
        plate=latest.plate,
        confidence=latest.confidence,
        char_confidences=latest.char_confidences,
        country=latest.country,
        format=latest.format,
        match=latest.match,
    )
