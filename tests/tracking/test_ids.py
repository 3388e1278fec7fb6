"""Ids are unique and sort by time."""

import re
from datetime import UTC, datetime, timedelta

from edge_anpr.tracking.ids import time_ordered_id

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def test_no_id_comes_twice() -> None:
    assert len({time_ordered_id(AT) for _ in range(10_000)}) == 10_000


def test_ids_sort_by_time() -> None:
    ids = [time_ordered_id(AT + timedelta(milliseconds=ms)) for ms in range(1000)]
    assert ids == sorted(ids)


def test_an_id_is_a_uuid_of_version_7() -> None:
    wanted = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(wanted, time_ordered_id(AT))


def test_a_clock_that_was_never_set_does_no_harm() -> None:
    before = datetime(1969, 12, 31, tzinfo=UTC)
    assert time_ordered_id(before) != time_ordered_id(before)
