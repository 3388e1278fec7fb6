"""Google's months end at midnight in Pacific time, with clocks that are turned."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.config.review import ReviewConfig
from edge_anpr.review.billing import allowance, billing_day, until_next_day
from edge_anpr.storage.review_units import Allowance

ZONES = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))
TIMES = st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=ZONES)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("now", "day"),
    [
        # On 1 November 2026 the clocks go back, two hours into the new month.
        (datetime(2026, 11, 1, 6, 59, tzinfo=UTC), date(2026, 10, 31)),
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 11, 2, 7, 59, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 11, 2, 8, 0, tzinfo=UTC), date(2026, 11, 2)),
        (datetime(2026, 4, 1, 6, 59, tzinfo=UTC), date(2026, 3, 31)),
        (datetime(2027, 1, 1, 7, 59, tzinfo=UTC), date(2026, 12, 31)),
    ],
)
def test_a_month_ends_when_googles_does(now: datetime, day: date) -> None:
    assert billing_day(now) == day


@given(TIMES, ZONES)
def test_where_the_device_stands_does_not_matter(now: datetime, zone: timezone) -> None:
    assert billing_day(now.astimezone(zone)) == billing_day(now)


@given(TIMES)
def test_the_wait_ends_with_the_day_and_not_before(now: datetime) -> None:
    wait = until_next_day(now)
    assert timedelta(0) < wait <= timedelta(hours=25)
    instant = now.astimezone(UTC)
    assert billing_day(instant + wait) == billing_day(now) + timedelta(days=1)
    assert billing_day(instant + wait - timedelta(microseconds=1)) == billing_day(now)


@pytest.mark.parametrize(
    ("settings", "units"),
    [
        ({}, Allowance(900, 90)),
        ({"devices": 4}, Allowance(225, 22)),
        ({"monthly_units": 3, "daily_share": 0.01}, Allowance(3, 1)),
        ({"monthly_units": 3, "devices": 4}, Allowance(0, 0)),
        ({"monthly_units": 0}, Allowance(0, 0)),
    ],
)
def test_each_device_keeps_to_its_part(
    settings: dict[str, float], units: Allowance
) -> None:
    assert allowance(ReviewConfig.model_validate(settings)) == units
