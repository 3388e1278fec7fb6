"""The figures that the models are judged by."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training.frames import overlaps
from models.training.scoring import (
    ReadCrop,
    ReadFrame,
    by_source,
    confident_share,
    crop_figures,
    distance,
    folded,
    frame_figures,
    is_doubtful,
    reading_by_width,
    recall_by_width,
    reported_plates,
)

TEXTS = st.text("AB01O", max_size=6)


def boxes(*rows: tuple[float, float, float, float]) -> np.ndarray:
    return np.array(rows, np.float32).reshape(-1, 4)


def frame(found: np.ndarray, *texts: str, source: str = "here") -> ReadFrame:
    """One plate `AB10` at 0, 0 to 40, 10, and what was found."""
    confidences = np.linspace(0.95, 0.5, len(found))
    return ReadFrame(
        source,
        boxes((0, 0, 40, 10)),
        ("AB10",),
        found,
        confidences,
        texts,
        confidences,
    )


def test_overlap_of_half_shifted_boxes() -> None:
    found = overlaps(boxes((0, 0, 2, 1)), boxes((1, 0, 3, 1), (5, 5, 6, 6)))
    assert found.tolist() == [[pytest.approx(1 / 3), 0]]


def test_a_perfect_frame_scores_full_marks() -> None:
    figures = frame_figures([frame(boxes((0, 0, 40, 10)), "AB10")])
    assert (figures["recall50"], figures["false"], figures["exact"]) == (1, 0, 1)


def test_a_loose_box_counts_for_the_lower_overlap_only() -> None:
    figures = frame_figures([frame(boxes((0, 0, 40, 25)), "AB10")])
    assert (figures["recall50"], figures["recall30"]) == (0, 1)


def test_a_box_beside_every_plate_is_false() -> None:
    found = boxes((0, 0, 40, 10), (100, 100, 140, 110))
    assert frame_figures([frame(found, "AB10", "X")])["false"] == 1


def test_an_unread_frame_counts_as_unread() -> None:
    nothing = frame(boxes())
    assert (
        frame_figures([nothing, frame(boxes((0, 0, 40, 10)), "AB10")])["exact"] == 0.5
    )


def test_folding_forgives_o_and_i_only() -> None:
    crops = [ReadCrop("s", "AB10", "ABIO", 1.0), ReadCrop("s", "AB10", "A810", 1.0)]
    figures = crop_figures(crops)
    assert (figures["exact"], figures["folded"]) == (0, 0.5)
    assert figures["character_error"] == pytest.approx(1 / 8)


@pytest.mark.parametrize(
    ("confidences", "doubtful"),
    [((), True), ((0.95,), False), ((0.95, 0.5), True), ((0.9, 0.99), False)],
)
def test_a_frame_is_doubtful_unless_every_plate_is_read_surely(
    confidences: tuple[float, ...], doubtful: bool
) -> None:
    read = replace(frame(boxes()), found_confidences=np.array(confidences))
    assert is_doubtful(read) is doubtful


def test_sources_are_told_apart_and_summed() -> None:
    crops = [ReadCrop("a", "X1", "X1", 1.0), ReadCrop("b", "X1", "Y1", 1.0)]
    table = by_source(crops, crop_figures)
    assert [table[name]["exact"] for name in ("a", "b", "all")] == [1, 0, 0.5]


def test_confident_share_counts_only_the_confident() -> None:
    crops = [ReadCrop("a", "X1", "X1", 0.95), ReadCrop("a", "X1", "Y1", 0.5)]
    assert confident_share(crops) == {"kept": 0.5, "right": 1.0}


def test_reported_plates_follow_the_box_not_the_order() -> None:
    found = boxes((100, 0, 140, 10), (1, 0, 41, 10))
    reads = reported_plates([frame(found, "WRONG", "AB10")])
    assert [read.read for read in reads] == ["AB10"]


def test_bands_hold_every_plate_once() -> None:
    frames = [frame(boxes((0, 0, 40, 10)), "AB10"), frame(boxes(), source="there")]
    by_width = recall_by_width(frames, [1.0, 3.0])
    assert {name: band["plates"] for name, band in by_width.items()} == {
        "40-59": 1,
        "120-159": 1,
    }
    assert reading_by_width(frames)["0-49"] == {"texts": 2, "folded": 0.5}


@given(TEXTS, TEXTS)
def test_distance_is_symmetric_and_zero_for_equals(first: str, second: str) -> None:
    assert distance(first, second) == distance(second, first)
    assert (distance(first, second) == 0) == (first == second)
    assert abs(len(first) - len(second)) <= distance(first, second)


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
