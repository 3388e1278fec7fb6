"""What counts as a look at a plate."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest

from edge_anpr.config import RecognitionConfig
from edge_anpr.config.camera import MotionConfig
from edge_anpr.pipeline.funnel import Funnel
from edge_anpr.pipeline.looking import Looking
from edge_anpr.recognition.area import Area
from edge_anpr.recognition.reader import Verdict
from edge_anpr.records import Box, Detection, Frame, Pixels, PlateRead

FRAME = Frame(np.zeros((400, 600, 3), np.uint8), datetime(2026, 1, 1, tzinfo=UTC), 0.0)


@dataclass
class FakeReader:
    """Reads the same everywhere; without a text, only faint detections are none."""

    says: PlateRead | None
    where: Box | None = None  # it saw the plate, where not where it was found

    def judge(self, pixels: Pixels, detection: Detection) -> Verdict:
        assert detection.box.x2 <= pixels.shape[1]
        is_plate = self.says is not None or not detection.is_faint
        fitted = replace(detection, box=self.where or detection.box)
        return Verdict(is_plate, self.says, fitted)


def _looking(says: str, confidence: float = 0.9, where: Box | None = None) -> Looking:
    read = PlateRead(says, confidence, (0.9,) * len(says)) if says else None
    reader = FakeReader(read, where)
    return Looking(RecognitionConfig(min_confidence=0.1), reader, Area(MotionConfig()))  # type: ignore[arg-type]


def _plate(width: float, *, is_faint: bool = False) -> Detection:
    return Detection(Box(100, 100, 100 + width, 125), 0.5, is_faint=is_faint)


def test_an_illegible_plate_is_a_look_and_a_faint_one_is_not() -> None:
    plates = [_plate(80), _plate(80, is_faint=True)]
    looks, funnel = _looking("").looks(FRAME, plates)
    assert [look.detection.is_faint for look in looks] == [False]
    assert funnel == Funnel(found=1, large_enough=1, inside=1)


def test_a_faint_plate_that_is_read_counts_at_every_stage() -> None:
    looks, funnel = _looking("AB123").looks(FRAME, [_plate(80, is_faint=True)])
    assert len(looks) == 1
    assert funnel == Funnel(found=1, large_enough=1, inside=1, read=1)


@pytest.mark.parametrize(("faint", "looks_at_it"), [(False, True), (True, False)])
def test_small_plates_are_followed_unless_they_are_faint(
    *, faint: bool, looks_at_it: bool
) -> None:
    looks, funnel = _looking("AB123").looks(FRAME, [_plate(20, is_faint=faint)])
    assert bool(looks) == looks_at_it
    assert funnel.read == 0


def test_what_the_reader_takes_for_no_plate_counts_nowhere() -> None:
    plates = [_plate(80, is_faint=True), _plate(90)]
    looks, funnel = _looking("").looks(FRAME, plates)
    assert [look.detection for look in looks] == plates[1:]
    assert funnel == Funnel(found=1, large_enough=1, inside=1)


def test_an_unsure_read_is_a_look_without_a_text() -> None:
    looks, funnel = _looking("AB123", confidence=0.01).looks(FRAME, [_plate(80)])
    assert [look.read for look in looks] == [None]
    assert funnel == Funnel(found=1, large_enough=1, inside=1)


def test_the_look_and_its_crop_are_where_the_reader_saw_the_plate() -> None:
    where = Box(120, 100, 150, 112)
    (look,), _ = _looking("AB123", where=where).looks(FRAME, [_plate(80)])
    assert look.detection.box == where
    assert look.crop_jpeg is not None
    crop = cv2.imdecode(np.frombuffer(look.crop_jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert crop is not None
    assert crop.shape[1] < 60
