"""How second opinions are doing, as far as the database knows."""

from datetime import date

from edge_anpr.records import Outcome, ReviewState, ReviewStatus
from edge_anpr.storage.database import Database
from edge_anpr.storage.review_log import review_counts
from edge_anpr.storage.review_queue import ReviewQueue
from edge_anpr.storage.review_units import UNTOLD_UNITS, Allowance, ReviewUnits


def review_status(
    db: Database, today: date, allowance: Allowance, state: ReviewState, says: str
) -> ReviewStatus:
    """today: the reviewer's day. Raise StorageFailed."""
    units = ReviewUnits(db).spent(today)
    count = review_counts(db)
    return ReviewStatus(
        state=state,
        says=says,
        owed=ReviewQueue(db).count(),
        units_month=_told(units.month, allowance.month),
        units_day=_told(units.day, allowance.day),
        monthly_units=allowance.month,
        daily_units=allowance.day,
        confirmed=count[Outcome.CONFIRMED].reviews,
        changed=count[Outcome.CHANGED].reviews,
        disagreed=count[Outcome.DISAGREED].reviews,
        nothing_read=count[Outcome.NOTHING_READ].reviews,
        corrected=count[Outcome.CHANGED].corrected,
    )


def _told(units: int, most: int) -> int:
    """What a damaged file did not tell counts as all there is."""
    return most if units >= UNTOLD_UNITS else units
