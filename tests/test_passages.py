"""Vehicles of real photographs that drive by become one right sighting each.

Floors that a change may not fall through; `python -m tests.passages` gives the figures.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from edge_anpr.config import Config, RecognitionConfig
from tests.passages.figures import once_and_right, report
from tests.passages.judging import Judgement, judge_all
from tests.passages.programme import films

pytestmark = pytest.mark.slow

VEHICLES, ALL_VEHICLES = 36, 252


@dataclass(frozen=True)
class Floors:
    """Of a few vehicles luck has its share, of all of them hardly."""

    once_and_right: float
    wrong: float
    claimed_wrong: float  # of what is not called unsure


FEW, ALL = Floors(0.8, 0.1, 0.06), Floors(0.93, 0.06, 0.03)


@pytest.fixture(scope="module")
def floors(is_long: bool) -> Floors:
    return ALL if is_long else FEW


@pytest.fixture(scope="module")
def judgement(real_data: Path, models: Path, is_long: bool) -> Judgement:
    config = Config(recognition=RecognitionConfig(models=models))
    vehicles = ALL_VEHICLES if is_long else VEHICLES
    judgement = judge_all(films(real_data, "validation", vehicles), config, workers=2)
    print(*judgement.funnel.lines, *report(judgement), sep="\n")  # noqa: T201
    return judgement


def test_most_can_be_read_at_all(judgement: Judgement) -> None:
    assert len(judgement.verdicts) in {VEHICLES, ALL_VEHICLES}
    assert len(judgement.legible) >= 0.7 * len(judgement.verdicts)


def test_what_a_still_shows_is_reported_once_and_rightly(
    judgement: Judgement, floors: Floors
) -> None:
    assert once_and_right(judgement.legible) >= floors.once_and_right


def test_nobody_is_reported_twice(judgement: Judgement) -> None:
    assert sum(each.is_split for each in judgement.verdicts) <= 1


def test_few_reports_are_wrong(judgement: Judgement, floors: Floors) -> None:
    finals = [final for each in judgement.legible for final in each.finals]
    wrong = [final for each in judgement.legible for final in each.wrong]
    assert len(wrong) <= floors.wrong * len(finals)
    claimed = sum(not each.is_unsure for each in finals)
    wrong_claims = sum(not each.is_unsure for each in wrong)
    assert wrong_claims <= floors.claimed_wrong * claimed
