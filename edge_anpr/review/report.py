"""Whether reviews are worth their money, in plain words.

A change that nobody has corrected counts as right, for nobody checks them all: the
truth may be worse, so that the report errs on the reviewer's side.
"""

from collections.abc import Iterator, Sequence

from edge_anpr.config.review import ReviewConfig
from edge_anpr.records import Outcome, ReviewStatus
from edge_anpr.storage.review_log import ReviewFact

FEWEST = 50  # reviews to judge by
LEAST_USE = 0.05  # of reviews, that put a plate right
KEPT = 0.95  # of the useful reviews must be left below a lower threshold
SAVED = 0.2  # of all reviews must be saved by it
STEP, HIGHEST = 0.05, 0.9  # of a threshold; sightings above are never changed
BUSY = 0.1  # useful reviews of those just below the threshold: a higher one may pay


def report(
    status: ReviewStatus, facts: Sequence[ReviewFact], config: ReviewConfig
) -> Iterator[str]:
    """A line each; status: of the budget and the outcomes."""
    count = {each: sum(fact.outcome is each for fact in facts) for each in Outcome}
    yield f"Reviews in the last year: {len(facts)}"
    for outcome, number in count.items():
        of = f" ({number / len(facts):.0%})" if facts else ""
        yield f"  {outcome.replace('_', ' ') + ':':<14}{number:>6}{of}"
    corrected = sum(_is_changed(fact) and fact.corrected for fact in facts)
    yield f"Changes that a person has corrected since: {corrected}"
    yield f"Alerts that only a review revealed: {sum(fact.revealed for fact in facts)}"
    yield f"Units this month: {status.units_month} of {status.monthly_units}"
    yield f"Units today: {status.units_day} of {status.daily_units}"
    yield f"Waiting for a review: {status.owed}"
    yield verdict(facts)
    if suggested := threshold(facts, config.below_confidence):
        yield suggested


def verdict(facts: Sequence[ReviewFact]) -> str:
    """One sentence."""
    if len(facts) < FEWEST:
        return f"It is too early to judge: {len(facts)} of {FEWEST} reviews."
    useful = sum(map(_is_useful, facts))
    corrected = sum(_is_changed(fact) and fact.corrected for fact in facts)
    if corrected > useful:
        return (
            f"Reviews do harm: people have undone {corrected} of "
            f"{corrected + useful} changes. Set review.enabled to false."
        )
    if useful < LEAST_USE * len(facts):
        return (
            f"Reviews are not worth their money: {useful} of {len(facts)} have put a "
            "plate right. Set review.enabled to false, or ask less."
        )
    return (
        "Reviews are worth their money if a plate put right is worth "
        f"{len(facts) / useful:.1f} units to you."
    )


def threshold(facts: Sequence[ReviewFact], now: float) -> str | None:
    """Where review.below_confidence would be better; None when it is well."""
    doubtful = [fact for fact in facts if fact.confidence < now]
    useful = sum(map(_is_useful, doubtful))
    if len(doubtful) < FEWEST or not useful:
        return None
    for step in range(1, round(now / STEP)):
        lower = step * STEP
        below = [fact for fact in doubtful if fact.confidence < lower]
        kept, saved = sum(map(_is_useful, below)), len(doubtful) - len(below)
        if kept >= KEPT * useful and saved >= SAVED * len(doubtful):
            return (
                f"With review.below_confidence: {lower:.2f} it would have asked "
                f"{saved} times less, and lost {useful - kept} of {useful} changes."
            )
    edge = [fact for fact in doubtful if fact.confidence >= now - 2 * STEP]
    if sum(map(_is_useful, edge)) > BUSY * len(edge) and now + STEP <= HIGHEST:
        return (
            "Plates just below review.below_confidence are changed often; try "
            f"{now + STEP:.2f}."
        )
    return None


def _is_changed(fact: ReviewFact) -> bool:
    return fact.outcome is Outcome.CHANGED


def _is_useful(fact: ReviewFact) -> bool:
    return _is_changed(fact) and not fact.corrected
