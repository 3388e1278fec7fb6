"""What the judgements amount to, for people."""

from collections.abc import Iterator, Sequence

from edge_anpr.records import Sighting
from tests.passages.judging import Judgement, Verdict

SURE = 0.9


def once_and_right(verdicts: Sequence[Verdict]) -> float:
    """The share of them, 0..1, that became exactly one sighting with the right text."""
    return sum(each.is_right for each in verdicts) / len(verdicts) if verdicts else 0.0


def report(judgement: Judgement) -> Iterator[str]:
    """Line by line, after the funnel."""
    verdicts, legible = judgement.verdicts, judgement.legible
    yield f"vehicles {len(verdicts)}, read right in any still {len(legible)}"
    for name, some in (
        ("all of these", legible),
        ("by day", [each for each in legible if not each.is_night]),
        ("by night", [each for each in legible if each.is_night]),
        ("stopping", [each for each in legible if each.passage.stop_s]),
        ("3 or more", [each for each in legible if each.stills_right >= 3]),
    ):
        lost = sum(not each.finals for each in some)
        yield (
            f"  {name:<13}{len(some):>5}: once and right {once_and_right(some):.1%}, "
            f"not reported {lost}"
        )
    yield f"reported more than once: {sum(each.is_split for each in verdicts)}"
    finals = [final for each in legible for final in each.finals]
    wrong = [final for each in legible for final in each.wrong]
    yield f"wrong finals of those: {_share(len(wrong), len(finals))}"
    yield f"  that are not called unsure: {_share(*_claimed(wrong, finals))}"
    finals = judgement.finals
    wrong = judgement.wrong
    yield f"wrong finals of all vehicles: {_share(len(wrong), len(finals))}"
    yield f"  that are not called unsure: {_share(*_claimed(wrong, finals))}"
    sure = [each for each in finals if each.confidence >= SURE]
    wrong = [each for each in wrong if each.confidence >= SURE]
    yield f"the same at {SURE} or more: {_share(len(wrong), len(sure))}"
    yield (
        f"not judged, for want of a label: {len(judgement.unknown)}; "
        f"of the street itself: {len(judgement.imagined)}"
    )


def details(judgement: Judgement) -> Iterator[str]:
    """A line for each legible vehicle that went wrong."""
    for verdict in judgement.legible:
        if not verdict.is_right:
            said = [
                f"{each.plate} {each.confidence:.2f} ({each.reads})"
                for each in verdict.finals
            ]
            photograph = verdict.passage.photograph
            yield (
                f"{photograph.name} {photograph.text}: right in "
                f"{verdict.stills_right} stills, said {', '.join(said) or 'nothing'}"
            )


def _claimed(*groups: Sequence[Sighting]) -> Iterator[int]:
    """How many of each say that they are more likely right than wrong."""
    for some in groups:
        yield sum(not each.is_unsure for each in some)


def _share(some: int, whole: int) -> str:
    return f"{some} of {whole} ({some / whole:.1%})" if whole else "none"
