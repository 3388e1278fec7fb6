"""From a picture file to its plates."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.config import DetectorSize, RecognitionConfig
from edge_anpr.recognition.detector import Detector
from edge_anpr.recognition.reader import Reader
from edge_anpr.recognition.region import RegionOfInterest
from edge_anpr.records import Box, Detection, Pixels, Plate, PlateRead
from edge_anpr.sample import STYLES, render_plate, render_scene
from edge_anpr.sample.plate import random_text
from edge_anpr.stills.reading import SURE, StillReader, open_still_reader, surest
from tests.fakes import QUIET, FakeNetwork, quantised
from tests.recognition.cards import detector_card, reader_card

READS_AA = {"text": quantised(np.full((2, 32, 37), QUIET), 0.1)}
READS_AA["text"].values[..., 0] = 120
READS_AA["text"].values[0, [4, 8], 11] = 127
READS_SURELY = {"text": quantised(np.full((2, 32, 37), QUIET), 1.0)}
READS_SURELY["text"].values[:] = READS_AA["text"].values
READS_NOTHING = {"text": quantised(np.full((2, 32, 37), QUIET), 0.1)}
READS_NOTHING["text"].values[..., 0] = 120


@pytest.fixture
def picture(tmp_path: Path) -> str:
    """128 x 64 pixels, as the detector takes them."""
    path = tmp_path / "car.png"
    cv2.imwrite(str(path), np.zeros((64, 128, 3), np.uint8))
    return str(path)


def _detector(*plates: tuple[int, int, float], faint: float | None = None) -> Detector:
    """Finds a plate in the middle of each row and column, with this logit."""
    heat, box = np.full((8, 16, 1), QUIET), np.zeros((8, 16, 4))
    box[..., 2] = np.log(2)
    for row, column, logit in plates:
        heat[row, column] = logit
    outputs = {"heat": quantised(heat, 0.1), "box": quantised(box, 0.01)}
    return Detector(FakeNetwork(outputs), detector_card(), 0.3, faint)


def _still_reader(
    detector: Detector,
    region: str | None = None,
    min_confidence: float = 0.0,
    *,
    legible: bool = True,
    is_plate: bool = False,
) -> StillReader:
    return StillReader(
        RecognitionConfig(min_confidence=min_confidence),
        lambda _: detector,
        Reader(FakeNetwork(READS_AA if legible else READS_NOTHING), reader_card()),
        RegionOfInterest.parse(region) if region else None,
        is_plate=is_plate,
    )


def test_plates_are_read_and_the_best_comes_first(picture: str) -> None:
    reading = _still_reader(_detector((2, 3, 1.0), (5, 9, 2.0))).read(picture)
    assert [plate.read.text for plate in reading.plates] == ["AA", "AA"]
    assert reading.plates[0].detection.confidence > 0.8
    assert reading.path == picture
    assert min(reading.decode_ms, reading.detect_ms, reading.read_ms) > 0


def test_no_plate_is_no_fault(picture: str) -> None:
    assert _still_reader(_detector()).read(picture).plates == ()


def test_doubtful_reads_are_left_out(picture: str) -> None:
    detector = _detector((2, 3, 1.0))
    assert _still_reader(detector, min_confidence=0.4).read(picture).plates
    assert not _still_reader(detector, min_confidence=1.0).read(picture).plates


def test_boxes_from_a_region_are_in_pixels_of_the_whole(picture: str) -> None:
    whole = _still_reader(_detector((2, 3, 1.0))).read(picture)
    box = whole.plates[0].detection.box
    assert ((box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2) == (28, 20)
    part = _still_reader(_detector((2, 3, 1.0)), "64,32,128,64").read(picture)
    box = part.plates[0].detection.box
    # The region fills the input at twice the size.
    assert ((box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2) == (64 + 14, 32 + 10)


def test_a_plate_that_cannot_be_read_is_still_reported(picture: str) -> None:
    reader = _still_reader(_detector((2, 3, 1.0)), legible=False)
    (plate,) = reader.read(picture).plates
    assert (plate.read.text, plate.read.confidence) == ("", 0.0)
    assert plate.detection.confidence > 0.5


def test_a_picture_said_to_be_one_plate_is_read_whole(picture: str) -> None:
    (plate,) = _still_reader(_detector(), is_plate=True).read(picture).plates
    assert plate.read.text == "AA"
    assert plate.detection.box == Box(0, 0, 128, 64)


@pytest.mark.parametrize(
    ("style", "width", "margin"),
    [(style, *size) for style in STYLES for size in ((100, 0), (200, 0), (200, 12))]
    + [("germany", 700, 8), ("france", 1200, 0)],
)
def test_a_picture_that_is_a_plate_is_read_whole_unasked(
    models: Path, tmp_path: Path, style: str, width: int, margin: int
) -> None:
    text = random_text(STYLES[style], np.random.default_rng(4))
    plate = render_plate(text, STYLES[style], width)
    edge = margin, margin, margin, margin
    picture = cv2.copyMakeBorder(plate.pixels, *edge, cv2.BORDER_CONSTANT, value=40)
    path = tmp_path / "plate.png"
    cv2.imwrite(str(path), picture)
    reading = open_still_reader(RecognitionConfig(models=models)).read(str(path))
    (found,) = reading.plates
    assert found.read.text == plate.text
    assert found.detection.box.width > 0.8 * width


@pytest.mark.parametrize("size", [(300, 169), (320, 320), (1280, 560)])
@pytest.mark.parametrize("seed", range(3))
def test_a_small_or_flat_scene_is_no_plate(
    models: Path, tmp_path: Path, size: tuple[int, int], seed: int
) -> None:
    path = tmp_path / "scene.png"
    scene = render_scene(seed).pixels
    cv2.imwrite(str(path), cv2.resize(scene, size, interpolation=cv2.INTER_AREA))
    reading = open_still_reader(RecognitionConfig(models=models)).read(str(path))
    assert all(each.detection.box.width < 0.5 * size[0] for each in reading.plates)


def test_a_faint_plate_without_a_text_is_none(picture: str) -> None:
    detector = _detector((2, 4, 2.0), (5, 9, -2.0), faint=0.1)
    (sure,) = _still_reader(detector, legible=False).read(picture).plates
    assert not sure.detection.is_faint


@pytest.mark.parametrize(
    ("asked", "is_sure", "sizes"),
    [
        (DetectorSize.AUTO, True, ["normal"]),
        (DetectorSize.AUTO, False, ["normal", "large"]),
        (DetectorSize.NORMAL, False, ["normal"]),
        (DetectorSize.LARGE, False, ["large"]),
    ],
)
def test_where_a_look_leaves_a_doubt_there_is_another(
    picture: str, asked: DetectorSize, is_sure: bool, sizes: list[str]
) -> None:
    taken = []

    def detector_of(size: DetectorSize) -> Detector:
        taken.append(size.value)
        return _detector((2, 3, 1.0))

    outputs = READS_SURELY if is_sure else READS_AA
    reader = Reader(FakeNetwork(outputs), reader_card())
    config = RecognitionConfig(detector_size=asked)
    (plate,) = StillReader(config, detector_of, reader).read(picture).plates
    assert (plate.read.confidence >= SURE) is is_sure
    assert taken == sizes


def test_what_the_first_look_finds_faintly_counts(picture: str) -> None:
    detector = _detector((5, 9, -1.5), faint=0.1)
    card = reader_card(believed=0.1)
    plate = {"plate": quantised(np.full((1, 1, 1), 9.0), 0.1)}
    reader = Reader(FakeNetwork(READS_SURELY | plate), card)
    still_reader = StillReader(RecognitionConfig(), lambda _: detector, reader)
    assert [each.read.text for each in still_reader.read(picture).plates] == ["AA"]


@pytest.mark.parametrize(
    ("width", "asked", "looks"),
    [
        (1200, DetectorSize.AUTO, [(600, 1200)]),
        (1600, DetectorSize.AUTO, [(600, 1600)] + 4 * [(324, 865)]),
        (1600, DetectorSize.LARGE, [(600, 1600)]),
    ],
)
def test_a_large_picture_is_large_at_once_and_a_larger_one_then_looked_at_in_parts(
    tmp_path: Path, width: int, asked: DetectorSize, looks: list[tuple[int, int]]
) -> None:
    path = tmp_path / "large.png"
    cv2.imwrite(str(path), np.zeros((600, width, 3), np.uint8))
    taken, shown = [], []

    class Blind(Detector):
        def detect(self, pixels: Pixels) -> list[Detection]:
            shown.append(pixels.shape[:2])
            return []

    def detector_of(size: DetectorSize) -> Detector:
        taken.append(size)
        return Blind(FakeNetwork({}), detector_card(), 0.5)

    reader = Reader(FakeNetwork(READS_AA), reader_card())
    config = RecognitionConfig(detector_size=asked)
    assert not StillReader(config, detector_of, reader).read(str(path)).plates
    assert shown == looks
    assert set(taken) == {DetectorSize.LARGE}


def test_a_plate_in_a_part_of_a_large_picture_is_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    pixels = np.zeros((1600, 1600, 3), np.uint8)
    pixels[1500, 1300] = 255
    cv2.imwrite(str(path), pixels)

    class SeesLight(Detector):
        """Finds what is lit, unless the picture is too large."""

        def detect(self, pixels: Pixels) -> list[Detection]:
            if len(pixels) == 1600:
                return []
            lit = np.argwhere(pixels[..., 0])
            return [Detection(Box(x - 9, y - 3, x + 9, y + 3), 0.9) for y, x in lit]

    detector = SeesLight(FakeNetwork({}), detector_card(), 0.5)
    reader = Reader(FakeNetwork(READS_AA), reader_card())
    still_reader = StillReader(RecognitionConfig(), lambda _: detector, reader)
    (plate,) = still_reader.read(str(path)).plates
    assert plate.detection.box == Box(1291, 1497, 1309, 1503)


def _plate(x: float, text: str, confidence: float) -> Plate:
    detection = Detection(Box(x, 10, x + 50, 25), 0.9)
    return Plate(detection, PlateRead(text, confidence, (confidence,) * len(text)))


def test_of_two_looks_at_a_plate_the_surer_is_kept() -> None:
    doubtful, sure, other = (
        _plate(10, "A8", 0.5),
        _plate(14, "AB", 0.8),
        _plate(90, "C", 0),
    )
    assert surest([doubtful, other], [sure]) == [other, sure]
    assert surest([sure], [doubtful, other]) == [sure, other]
    assert surest([], [sure]) == [sure]
    assert surest([sure], []) == [sure]


def test_what_another_look_alone_finds_faintly_is_none() -> None:
    doubtful, sure = _plate(10, "A8", 0.5), _plate(14, "AB", 0.8)
    faint = Plate(replace(sure.detection, is_faint=True), sure.read)
    assert surest([], [faint]) == []
    assert surest([doubtful], [faint]) == [faint]
    assert surest([faint], []) == [faint]


PLATES = st.lists(
    st.builds(
        _plate,
        st.sampled_from((0, 10, 100, 110, 200)),
        st.just("AB"),
        st.sampled_from((0.0, 0.4, 0.9)),
    ),
    max_size=6,
)


@given(PLATES, PLATES)
def test_no_plate_that_one_look_found_is_lost(
    plates: list[Plate], others: list[Plate]
) -> None:
    kept = surest(plates, others)
    for each in (*plates, *others):
        near = [k for k in kept if k.detection.box.overlap(each.detection.box) > 0]
        assert max(k.read.confidence for k in near) >= each.read.confidence
