"""The report says plainly whether reviews pay, and what threshold would be better."""

from datetime import UTC, datetime

import pytest

from edge_anpr.config.review import ReviewConfig
from edge_anpr.records import Outcome, ReviewState, ReviewStatus
from edge_anpr.review.report import FEWEST, report, threshold, verdict
from edge_anpr.storage.review_log import ReviewFact

STATUS = ReviewStatus(ReviewState.READY, "", 3, 420, 17, 900, 90, 0, 0, 0, 0, 0)


def facts(
    count: int,
    outcome: Outcome = Outcome.CONFIRMED,
    confidence: float = 0.5,
    *,
    corrected: bool = False,
    revealed: bool = False,
) -> list[ReviewFact]:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return [ReviewFact(at, outcome, confidence, True, revealed, corrected)] * count


def test_few_reviews_say_nothing() -> None:
    assert "too early" in verdict(facts(FEWEST - 1))
    assert "too early" not in verdict(facts(FEWEST))


def test_reviews_that_change_next_to_nothing_are_not_worth_their_money() -> None:
    seen = [*facts(96), *facts(4, Outcome.CHANGED)]
    assert verdict(seen).startswith("Reviews are not worth their money: 4 of 100")


def test_reviews_that_people_undo_do_harm() -> None:
    seen = [
        *facts(80),
        *facts(9, Outcome.CHANGED),
        *facts(11, Outcome.CHANGED, corrected=True),
    ]
    assert verdict(seen).startswith("Reviews do harm: people have undone 11 of 20")


def test_what_a_plate_put_right_costs_is_told() -> None:
    assert "worth 5.0 units" in verdict([*facts(80), *facts(20, Outcome.CHANGED)])


def test_a_lower_threshold_is_suggested_where_it_saves_much_and_loses_little() -> None:
    seen = [*facts(60, confidence=0.7), *facts(40, Outcome.CHANGED, 0.33)]
    said = threshold(seen, 0.8)
    assert said
    assert "0.35 it would have asked 60 times less, and lost 0 of 40" in said


def test_a_higher_one_where_the_last_asked_about_are_often_wrong() -> None:
    seen = [*facts(60, confidence=0.3), *facts(20, Outcome.CHANGED, 0.78)]
    said = threshold(seen, 0.8)
    assert said
    assert "try 0.85" in said
    assert threshold(facts(60, Outcome.CHANGED, 0.88), 0.9) is None  # never above


@pytest.mark.parametrize("count", [0, FEWEST - 1])
def test_no_threshold_is_suggested_on_little(count: int) -> None:
    assert threshold(facts(count, Outcome.CHANGED), 0.8) is None


def test_the_whole_report() -> None:
    seen = [
        *facts(70),
        *facts(20, Outcome.CHANGED, revealed=True),
        *facts(2, Outcome.CHANGED, corrected=True),
        *facts(5, Outcome.DISAGREED),
        *facts(3, Outcome.NOTHING_READ),
    ]
    lines = list(report(STATUS, seen, ReviewConfig(below_confidence=0.55)))
    assert lines[:9] == [
        "Reviews in the last year: 100",
        "  confirmed:        70 (70%)",
        "  changed:          22 (22%)",
        "  disagreed:         5 (5%)",
        "  nothing read:      3 (3%)",
        "Changes that a person has corrected since: 2",
        "Alerts that only a review revealed: 20",
        "Units this month: 420 of 900",
        "Units today: 17 of 90",
    ]
