"""One round of second opinions: choose, count, ask, and store what came of it.

Units are on disk before a picture is sent, so that neither kill -9 nor a pulled plug
can overspend; what certainly was not billed is given back.
"""

import logging
from collections import deque
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import Enum, auto

from edge_anpr.errors import (
    PictureUnreadable,
    ReviewFailed,
    ReviewForbidden,
    RevisionTaken,
)
from edge_anpr.recognition.outgoing import outgoing
from edge_anpr.records import Kind, Sighting, Stage
from edge_anpr.review import Answer, Reviewer
from edge_anpr.review.billing import billing_day
from edge_anpr.review.cleaning import cleaned
from edge_anpr.review.merging import Merger
from edge_anpr.review.wanting import Wanting
from edge_anpr.storage.database import Database
from edge_anpr.storage.outbox import Due, Owed
from edge_anpr.storage.review_queue import ReviewQueue
from edge_anpr.storage.review_units import Allowance, ReviewUnits
from edge_anpr.storage.sightings import SightingStore

log = logging.getLogger(__name__)

MOST_TRIES = 3  # that may have been billed, for one sighting


class Ended(Enum):
    """How a round ended."""

    NOTHING_OWED = auto()
    ASKED = auto()
    OUT_OF_UNITS = auto()


class ReviewRound:
    """For one thread; its rounds raise ReviewFailed, ReviewForbidden, StorageFailed."""

    def __init__(  # noqa: PLR0913, PLR0917 (each from another part)
        self,
        reviewer: Reviewer,
        wanting: Wanting,
        merger: Merger,
        db: Database,
        store: SightingStore,
        destinations: Sequence[str],
        allowance: Allowance,
        keep: timedelta,
    ) -> None:
        """keep: what was last seen earlier is not asked about."""
        self._reviewer = reviewer
        self._wanting = wanting
        self._merger = merger
        self._queue = ReviewQueue(db)
        self._units = ReviewUnits(db)
        self._store = store
        self._destinations = destinations
        self._allowance = allowance
        self._keep = keep
        self._heard: deque[tuple[Owed, Answer]] = deque()  # paid for, not yet stored

    def go(self, most: int, now: datetime) -> Ended:
        """Ask about so many sightings at most."""
        self._store_heard()
        self.expire(now)
        given_up = self._queue.refuse_tried(MOST_TRIES)
        if given_up:
            log.warning("%d sightings were not reviewed, tried often", given_up)
        batch = self._batch(min(most, self._reviewer.most_pictures))
        if not batch:
            return Ended.NOTHING_OWED
        today = billing_day(now)
        owed = [each for each, _ in batch]
        taken = self._units.take(len(owed), owed, today, self._allowance)
        if not taken:
            return Ended.OUT_OF_UNITS
        pictures = [picture for _, picture in batch[:taken]]
        answers = self._ask(owed[:taken], pictures, today)
        self._heard.extend(zip(owed, answers, strict=False))
        self._store_heard()
        for each in answers:
            if each.fault and not each.is_final:  # it stays owed, for a while later
                raise ReviewFailed(each.fault)
        return Ended.ASKED

    def expire(self, now: datetime) -> None:
        """A crop that waits is not kept for longer than it may be."""
        self._queue.expire(now - self._keep)

    def _batch(self, most: int) -> list[tuple[Owed, bytes]]:
        """With the pictures to send; what must or can not go is owed no longer."""
        batch: list[tuple[Owed, bytes]] = []
        while not batch and (first := self._queue.first(most)):
            for owed in first:
                # Lists change, people correct, and weeks may have passed.
                latest = self._store.latest(owed.sighting.id)
                if not latest or not self._wanting.wants(latest):
                    self._queue.withdraw([owed])
                    continue
                try:
                    batch.append((owed, outgoing(latest.crop_jpeg or b"")))
                except PictureUnreadable as fault:
                    self._queue.refuse(owed, str(fault))
        return batch

    def _ask(
        self, owed: Sequence[Owed], pictures: Sequence[bytes], today: date
    ) -> list[Answer]:
        try:
            return self._reviewer.read(pictures)
        except ReviewForbidden:
            self._units.give_back(len(owed), owed, today)
            raise
        except ReviewFailed as fault:
            if not fault.is_billed:
                self._units.give_back(len(owed), owed, today)
            raise

    def _store_heard(self) -> None:
        """While the disk takes nothing, answers wait: they are paid for."""
        while self._heard:
            owed, answer = self._heard[0]
            if not answer.fault:
                self._store_answer(owed, answer)
            elif answer.is_final:
                self._queue.refuse(owed, answer.fault)
            self._heard.popleft()

    def _store_answer(self, owed: Owed, answer: Answer) -> None:
        lines = cleaned(answer.symbols)
        while True:
            latest = self._store.latest(owed.sighting.id)
            if not latest or latest.stage is not Stage.FINAL:
                self._queue.withdraw([owed])  # erased or corrected meanwhile
                return
            revision = self._merger.reviewed(latest, lines, self._reviewer.name)
            try:
                self._store.answer(
                    owed, revision, owed_after(self._destinations, latest, revision)
                )
            except RevisionTaken:
                continue  # build on that one
            _log(revision)
            return


def owed_after(
    destinations: Sequence[str], before: Sighting, after: Sighting
) -> list[Due]:
    """The revision, and the alert if it is a new one."""
    kinds = [Kind.SIGHTING]
    if after.is_alert and after.match != before.match:
        kinds.append(Kind.ALERT)
    return [Due(each, kind) for each in destinations for kind in kinds]


def _log(revision: Sighting) -> None:
    if revision.review:
        log.info("Review of sighting %s: %s", revision.id, revision.review.outcome)
