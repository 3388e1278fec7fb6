"""Second opinions, put together: what wants one, and who asks for it."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from edge_anpr.config import Config
from edge_anpr.daemon.review_round import ReviewRound
from edge_anpr.daemon.reviewing import Reviewing
from edge_anpr.errors import StorageFailed
from edge_anpr.records import Problem, ReviewState, ReviewStatus, Sighting
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
    """Raise ConfigError or StorageFailed."""
    wanting = Wanting(
        config.review, watch_lists, has_formats=bool(config.formats.countries)
    )
    if not config.review.enabled:
        ReviewQueue(db).forget()  # it would keep sightings beyond their time
        return Reviews(wanting, None)
    keep_days = min(config.review.keep_days, config.storage.keep_crops_days)
    rounds = ReviewRound(
        open_reviewer(config.review),
        wanting,
        Merger(config.formats, watch_lists),
        db,
        store,
        destinations,
        allowance(config.review),
        timedelta(days=keep_days),
    )
    return Reviews(
        wanting,
        Reviewing(config.review, rounds, db, lambda: clock.quality, now, chance),
    )
