"""Ask for second opinions for as long as the service runs, and say how it goes.

After any trouble one picture goes alone, so that an outage costs one unit a try and
not a batch.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from edge_anpr.config.review import ReviewConfig
from edge_anpr.daemon.review_round import Ended, ReviewRound
from edge_anpr.errors import ReviewFailed, ReviewForbidden, StorageFailed
from edge_anpr.records import ClockQuality, ReviewState, ReviewStatus
from edge_anpr.review.billing import allowance, billing_day, until_next_day
from edge_anpr.storage.database import Database
from edge_anpr.storage.review_status import review_status
from edge_anpr.storage.review_units import ReviewUnits

log = logging.getLogger(__name__)

BATCH = 100  # more than any reviewer takes at a time
IDLE_S = 5.0  # until it looks again whether a review is owed
PAUSE_S = 1.0  # between batches: at most 960 pictures a minute, of Google's 1800
LONGEST_SLEEP_S = 600.0  # for the clock may be set meanwhile
FIRST_RETRY_S = 2.0


class Reviewing:
    """The reviewing thread; others may ask for its status."""

    def __init__(  # noqa: PLR0913, PLR0917 (each from another part)
        self,
        config: ReviewConfig,
        rounds: ReviewRound,
        db: Database,
        clock: Callable[[], ClockQuality],
        now: Callable[[], datetime],
        chance: Callable[[], float],  # 0..1
    ) -> None:
        self._config = config
        self._rounds = rounds
        self._db = db
        self._clock = clock
        self._now = now
        self._chance = chance
        self._retry_s = 0.0  # the longest wait before the next try; 0: all is well
        self.state, self.says = ReviewState.READY, ""

    def step(self) -> float:
        """Ask about what is owed; return the seconds to wait before the next step."""
        try:
            return self._turn()
        except ReviewForbidden as fault:
            self.stop(str(fault))
            return LONGEST_SLEEP_S
        except ReviewFailed as fault:
            return max(self._wait_after(fault), fault.retry_after_s)
        except StorageFailed as fault:
            if self.state is ReviewState.STOPPED:  # there is nothing to wait for
                return LONGEST_SLEEP_S
            return self._wait_after(fault)

    def stop(self, says: str) -> None:
        """For good, until somebody has mended this and started again."""
        self._become(ReviewState.STOPPED, says)

    def status(self) -> ReviewStatus:
        """Raise StorageFailed."""
        today = billing_day(self._now())
        most = allowance(self._config)
        return review_status(self._db, today, most, self.state, self.says)

    def _turn(self) -> float:
        if self.state is ReviewState.STOPPED:
            if self._clock() is ClockQuality.SYNCED:
                self._rounds.expire(self._now())
            return LONGEST_SLEEP_S
        if self._clock() is not ClockQuality.SYNCED:
            self._become(ReviewState.WAITING, "The clock has not been set yet.")
            return IDLE_S
        ended = self._rounds.go(1 if self._retry_s else BATCH, self._now())
        if ended is Ended.OUT_OF_UNITS:
            return self._wait_for_units()
        self._become(ReviewState.READY, "")
        if ended is Ended.NOTHING_OWED:
            return IDLE_S
        self._retry_s = 0.0
        return PAUSE_S

    def _wait_after(self, fault: ReviewFailed | StorageFailed) -> float:
        """Back off exponentially, with full jitter: devices must not return at once."""
        longest_s = self._config.max_retry_s
        self._retry_s = min(self._retry_s * 2 or FIRST_RETRY_S, longest_s)
        self._become(ReviewState.WAITING, str(fault))
        return self._retry_s * self._chance()

    def _wait_for_units(self) -> float:
        spent = ReviewUnits(self._db).spent(billing_day(self._now()))
        is_month = spent.month >= allowance(self._config).month
        of = "month's" if is_month else "day's"
        self._become(
            ReviewState.SPENT, f"This {of} units are spent; months are Google's."
        )
        return min(until_next_day(self._now()).total_seconds(), LONGEST_SLEEP_S)

    def _become(self, state: ReviewState, says: str) -> None:
        if state is not self.state:  # say it once, not at every retry
            level = logging.ERROR if state is ReviewState.STOPPED else logging.INFO
            log.log(level, "Reviews are %s. %s", state, says)
        elif says != self.says:
            log.debug("Reviews are still %s: %s", state, says)
        self.state, self.says = state, says
