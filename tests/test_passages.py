"""Vehicles of real photographs that drive by become one right sighting each.

Floors that a change may not fall through; `python -m tests.passages` gives the figures.
"""

from pathlib import Path

import pytest

from edge_anpr.config import Config, RecognitionConfig
from tests.passages.figures import once_and_right, report
from tests.passages.judging import Judgement, judge_all
from tests.passages.programme import films

pytestmark = pytest.mark.slow

VEHICLES = 36


@pytest.fixture(scope="module")
def judgement(real_data: Path, models: Path) -> Judgement:
    config = Config(recognition=RecognitionConfig(models=models))
    judgement = judge_all(films(real_data, "validation", VEHICLES), config, workers=2)
    print(*judgement.funnel.lines, *report(judgement), sep="\n")  # noqa: T201
    return judgement


def test_most_can_be_read_at_all(judgement: Judgement) -> None:
    assert len(judgement.verdicts) == VEHICLES
    assert len(judgement.legible) >= 0.7 * VEHICLES


def test_what_a_still_shows_is_reported_once_and_rightly(judgement: Judgement) -> None:
    assert once_and_right(judgement.legible) >= 0.8


def test_nobody_is_reported_twice(judgement: Judgement) -> None:
    assert sum(each.is_split for each in judgement.verdicts) <= 1


def test_few_reports_are_wrong(judgement: Judgement) -> None:
    wrong = sum(len(each.wrong) for each in judgement.legible)
    assert wrong <= 0.1 * len(judgement.legible)
