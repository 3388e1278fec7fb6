"""The report's form is a promise to other programs."""

import json
from unicodedata import category

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edge_anpr.records import (
    Alternative,
    Box,
    Detection,
    Plate,
    PlateRead,
    Point,
    Quad,
)
from edge_anpr.stills.reading import StillReading
from edge_anpr.stills.report import as_json, as_lines

PIXELS = np.zeros((480, 640, 3), np.uint8)
CORNERS = Quad(Point(10, 20), Point(110, 21), Point(110, 51), Point(10.04, 50))
PLATES = (
    Plate(
        Detection(Box(10, 20, 110.06, 51), 0.93, CORNERS),
        PlateRead("AB1", 0.97, (0.99, 0.98, 0.999), (Alternative("AB7", 0.02),)),
    ),
    Plate(Detection(Box(1, 2, 30, 12), 0.5), PlateRead("XY99", 0.5, (0.5,) * 4)),
)


def _reading(*plates: Plate, path: str = "lot/car.jpg") -> StillReading:
    return StillReading(path, PIXELS, plates, 4.0, 8.123, 2.0)


def test_json_holds_everything_on_one_line() -> None:
    text = as_json(_reading(*PLATES))
    assert "\n" not in text
    assert json.loads(text) == {
        "image": "lot/car.jpg",
        "width": 640,
        "height": 480,
        "plates": [
            {
                "text": "AB1",
                "confidence": 0.97,
                "detection_confidence": 0.93,
                "char_confidences": [0.99, 0.98, 0.999],
                "alternatives": [{"text": "AB7", "confidence": 0.02}],
                "box": [10, 20, 110.1, 51],
                "corners": [[10, 20], [110, 21], [110, 51], [10, 50]],
            },
            {
                "text": "XY99",
                "confidence": 0.5,
                "detection_confidence": 0.5,
                "char_confidences": [0.5] * 4,
                "alternatives": [],
                "box": [1, 2, 30, 12],
                "corners": None,
            },
        ],
        "ms": {"decode": 4.0, "detect": 8.12, "read": 2.0},
    }


def test_people_get_a_line_a_plate() -> None:
    assert as_lines(_reading(*PLATES)) == [
        "lot/car.jpg: AB1         97%  at 10,20  100 x 31 px",
        "lot/car.jpg: XY99        50%  at 1,2  29 x 10 px",
    ]
    assert as_lines(_reading()) == ["lot/car.jpg: no plate"]


@given(st.text())
@example("night\n\x1b[31mred\x9b.jpg")
def test_no_name_breaks_a_line_or_commands_a_terminal(path: str) -> None:
    (line,) = as_lines(_reading(path=path))
    assert all(category(each) != "Cc" for each in line)


@pytest.mark.parametrize("path", ["né\u202f1.jpg", "caf\udce9.jpg", "Парковка 1.jpg"])
def test_a_name_that_does_no_harm_stays_as_it_is(path: str) -> None:
    assert as_lines(_reading(path=path)) == [f"{path}: no plate"]
