import json
from dataclasses import replace
from pathlib import Path

import pytest

from edge_anpr.bench.machine import Machine
from edge_anpr.bench.page_cost import (
    BROWSERS,
    FEWEST_TURNS,
    PageCost,
    Stretch,
    measure_page,
)
from edge_anpr.bench.page_report import page_as_json, page_as_lines
from edge_anpr.errors import BenchFailed

BOARD = Machine("Board", "Linux", 4)
ALONE = Stretch(0, seconds=2.0, detections=100, cpu_s=1.0, memory_mb=100.0)
# The machine is half as fast in the second turn, for everybody.
TURNS = (
    {
        0: ALONE,
        1: replace(ALONE, browsers=1, detections=98),
        20: replace(ALONE, browsers=20, detections=90, memory_mb=104.0),
    },
    {
        0: replace(ALONE, detections=50),
        1: replace(ALONE, browsers=1, detections=49),
        20: replace(ALONE, browsers=20, detections=45, memory_mb=103.0),
    },
)


def test_speed_is_compared_within_a_turn() -> None:
    cost = PageCost(TURNS)
    assert cost.per_second(0) == 37.5
    assert [cost.speed(count) for count in BROWSERS] == pytest.approx([1, 0.98, 0.9])
    assert [cost.cpu(count) for count in BROWSERS] == pytest.approx(
        [1, 100 / 98, 100 / 90]
    )
    assert cost.memory_mb(20) == 104.0


def test_people_get_a_row_for_each_number_of_pages() -> None:
    rows = page_as_lines(PageCost(TURNS), BOARD)[4:7]
    assert rows == [
        "no page                          37.5   1.000   1.000      100.0",
        "one page                         36.8   0.980   1.020      100.0",
        "20 pages                         33.8   0.900   1.111      104.0",
    ]


def test_json_holds_the_same() -> None:
    found = json.loads(page_as_json(PageCost(TURNS), BOARD))
    assert found["turns"] == 2
    assert found["browsers"][2] == {
        "open": 20,
        "detections_per_second": 33.8,
        "speed_ratio": 0.9,
        "cpu_ratio": 1.111,
        "memory_mb": 104.0,
    }


def test_the_service_is_measured_as_it_runs(models: Path) -> None:
    cost = measure_page(models, seconds=0, stretch_s=1.0)
    assert len(cost.turns) == FEWEST_TURNS
    for turn in cost.turns:
        assert sorted(turn) == list(BROWSERS)
        assert all(stretch.detections > 0 for stretch in turn.values())
        assert all(stretch.cpu_s > 0 for stretch in turn.values())
    assert 30 < cost.memory_mb(0) < 1000


def test_a_service_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(BenchFailed, match=r"plate_\w+\.yaml: cannot be read"):
        measure_page(tmp_path, seconds=0)
