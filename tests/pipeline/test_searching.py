"""Where plates are looked for."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from edge_anpr.config import RecognitionConfig
from edge_anpr.pipeline.searching import WHOLE_EVERY_S, Search
from edge_anpr.recognition.motion import Motion
from edge_anpr.records import Box, Detection, Frame, Pixels

WIDTH, HEIGHT = 1920, 1080
WHOLE = (HEIGHT, WIDTH)
CAR = Motion((Box(900, 500, 1200, 700),), is_recent=True)


@dataclass
class FakeDetector:
    """Finds the same in every picture, and keeps the pictures' sizes."""

    finds: list[Detection] = field(default_factory=list)
    sizes: list[tuple[int, ...]] = field(default_factory=list)

    def detect(self, pixels: Pixels) -> list[Detection]:
        self.sizes.append(pixels.shape[:2])
        return self.finds


def _search(detector: FakeDetector) -> Search:
    return Search(RecognitionConfig(), lambda _size: detector)  # type: ignore[arg-type, return-value]


def _frame(at_s: float, size: tuple[int, int] = WHOLE) -> Frame:
    pixels = np.zeros((*size, 3), np.uint8)
    return Frame(pixels, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(0, at_s), at_s)


def test_only_what_moves_is_cut_out() -> None:
    detector = FakeDetector()
    search = _search(detector)
    search.plates(_frame(0), CAR)
    search.plates(_frame(0.1), CAR)
    assert detector.sizes == [WHOLE, (280, 420)]


def test_the_whole_frame_is_searched_now_and_then() -> None:
    detector = FakeDetector()
    search = _search(detector)
    for at_s in (0, 0.1, WHOLE_EVERY_S, WHOLE_EVERY_S + 0.1):
        search.plates(_frame(at_s), CAR)
    assert [size == WHOLE for size in detector.sizes] == [True, False, True, False]


def test_a_large_part_is_not_worth_cutting_out() -> None:
    detector = FakeDetector()
    search = _search(detector)
    lorry = Motion((Box(200, 0, 1700, 1080),), is_recent=True)
    search.plates(_frame(0), lorry)
    search.plates(_frame(0.1), lorry)
    assert detector.sizes == [WHOLE, WHOLE]


def test_places_are_those_in_the_frame() -> None:
    detector = FakeDetector()
    search = _search(detector)
    search.plates(_frame(0), CAR)
    detector.finds = [Detection(Box(100, 100, 200, 130), 0.9)]
    (plate,) = search.plates(_frame(0.1), CAR)
    assert plate.box == Box(940, 560, 1040, 590)


def test_a_plate_at_the_rim_of_the_part_is_cut_off_and_not_taken() -> None:
    detector = FakeDetector()
    search = _search(detector)
    search.plates(_frame(0), CAR)
    detector.finds = [Detection(Box(0, 100, 60, 130), 0.9)]
    assert search.plates(_frame(0.1), CAR) == []


def test_a_plate_that_stands_still_elsewhere_is_looked_at_too() -> None:
    detector = FakeDetector([Detection(Box(300, 500, 400, 530), 0.9)])
    search = _search(detector)
    search.plates(_frame(0), CAR)
    detector.finds = []
    search.plates(_frame(0.1), CAR)
    assert detector.sizes[1][1] > 1200 - 300


def test_what_has_just_stopped_is_searched_where_it_was() -> None:
    detector = FakeDetector()
    search = _search(detector)
    search.plates(_frame(0), CAR)
    search.plates(_frame(0.1), Motion((), is_recent=True))
    assert detector.sizes[1] == (280, 420)


def test_faint_detections_are_reported_but_not_followed() -> None:
    faint = Detection(Box(1500, 900, 1600, 930), 0.1, is_faint=True)
    detector = FakeDetector([faint])
    search = _search(detector)
    assert search.plates(_frame(0), CAR) == [faint]
    search.plates(_frame(0.1), CAR)
    assert detector.sizes == [WHOLE, (280, 420)]


def test_in_a_picture_of_another_size_nothing_is_where_it_was() -> None:
    detector = FakeDetector([Detection(Box(1500, 500, 1600, 530), 0.9)])
    search = _search(detector)
    search.plates(_frame(0), CAR)
    search.plates(_frame(0.1, (360, 640)), Motion((), is_recent=True))
    assert detector.sizes == [WHOLE, (360, 640)]
