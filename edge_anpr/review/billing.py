"""Google's calendar: its months and days begin at midnight in US Pacific time.

Source: google.cloud.billing.budgets.v1.CalendarPeriod; quotas of a day do likewise.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from edge_anpr.config.review import ReviewConfig
from edge_anpr.storage.review_units import Allowance

PACIFIC = "America/Los_Angeles"


def billing_day(now: datetime) -> date:
    """now: aware, in any zone."""
    return now.astimezone(ZoneInfo(PACIFIC)).date()


def until_next_day(now: datetime) -> timedelta:
    """Until there may be units again."""
    local = now.astimezone(ZoneInfo(PACIFIC))
    midnight = (local + timedelta(days=1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    # The day the clocks are turned has not 24 hours.
    return midnight.astimezone(UTC) - now.astimezone(UTC)


def allowance(config: ReviewConfig) -> Allowance:
    return Allowance(month=config.monthly_share, day=config.daily_units)
