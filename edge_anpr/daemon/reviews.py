"""Second opinions, put together: what wants one, and who asks for it."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from edge_anpr.config import Config
from edge_anpr.config.review import ReviewConfig
from edge_anpr.daemon.review_round import ReviewRound
from edge_anpr.daemon.reviewing import Reviewing
from edge_anpr.errors import ConfigError, ReviewForbidden, StorageFailed
from edge_anpr.records import Problem, ReviewState, ReviewStatus, Sighting
from edge_anpr.review import Answer, Reviewer
from edge_anpr.review.billing import allowance
from edge_anpr.review.merging import Merger
from edge_anpr.review.opening import open_reviewer
from edge_anpr.review.wanting import Wanting
from edge_anpr.runtime.clock import Clock
from edge_anpr.storage.database import Database
from edge_anpr.storage.review_queue import ReviewQueue
from edge_anpr.storage.sightings import SightingStore
from edge_anpr.tracking.watch_lists import WatchLists


@dataclass(frozen=True, slots=True)
class Reviews:
    """Second opinions, as the rest of the daemon sees them; off without a thread."""

    wanting: Wanting
    thread: Reviewing | None

    def wants(self, sighting: Sighting) -> bool:
        return self.thread is not None and self.wanting.wants(sighting)

    def status(self) -> ReviewStatus | None:
        """None when they are off, and when storage has a problem of its own."""
        if self.thread is None:
            return None
        try:
            return self.thread.status()
        except StorageFailed:
            return None

    def problems(self) -> Iterator[Problem]:
        """That someone must mend it before it goes on."""
        if self.thread and self.thread.state is ReviewState.STOPPED:
            yield Problem(
                "review",
                f"Second opinions have stopped: {self.thread.says}",
                "Mend the section review of the settings, and start again.",
            )


def open_reviews(  # noqa: PLR0913, PLR0917 (each from another part)
    config: Config,
    db: Database,
    store: SightingStore,
    destinations: tuple[str, ...],
    watch_lists: WatchLists,
    clock: Clock,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    chance: Callable[[], float] = random.random,  # 0..1
) -> Reviews:
    """Raise ConfigError; without a reviewer the rest goes on."""
    wanting = Wanting(
        config.review, watch_lists, has_formats=bool(config.formats.countries)
    )
    if not config.review.enabled:
        with suppress(StorageFailed):  # the status says what is wrong with the disk
            ReviewQueue(db).forget()  # what is passed by now is not asked about later
        return Reviews(wanting, None)
    keep_days = min(config.review.keep_days, config.storage.keep_crops_days)
    reviewer, fault = _reviewer(config.review)
    rounds = ReviewRound(
        reviewer,
        wanting,
        Merger(config.formats, watch_lists),
        db,
        store,
        destinations,
        allowance(config.review),
        timedelta(days=keep_days),
    )
    thread = Reviewing(config.review, rounds, db, lambda: clock.quality, now, chance)
    if fault:
        thread.stop(fault)
    return Reviews(wanting, thread)


class _Nobody:
    """Stands in for a reviewer that is not there."""

    name = "nobody"
    most_pictures = 1

    def read(self, pictures: Sequence[bytes]) -> list[Answer]:
        raise ReviewForbidden(f"Nobody is there to look at {len(pictures)} pictures.")


def _reviewer(config: ReviewConfig) -> tuple[Reviewer, str]:
    """And why there is none: an upgrade may lack the library, but must read plates."""
    try:
        return open_reviewer(config), ""
    except ConfigError as fault:
        return _Nobody(), str(fault)
