"""From the reader's logits to a text with confidences."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.recognition.card import ReaderCard, SecondLooks
from edge_anpr.recognition.reader import (
    HEEDED,
    MOST_FITS,
    Reader,
    Verdict,
    look_at,
    read_looks,
)
from edge_anpr.recognition.runtime import Output
from edge_anpr.records import Box, Detection, Pixels, PlateRead, Point, Quad
from tests.fakes import QUIET, FakeNetwork, quantised
from tests.recognition.cards import ALPHABET, reader_card

SURE = 12.0
STEPS = 32


def read_output(output: Output, card: ReaderCard) -> PlateRead | None:
    return read_looks([look_at(output, card)], card)


def _logits(*lines: str) -> Output:
    """A model's answer that says these lines: a character, a blank, and so on."""
    logits = np.full((2, STEPS, 37), QUIET)
    logits[..., 0] = SURE
    for row, line in enumerate(lines):
        for place, character in enumerate(line):
            step = STEPS - 2 * (len(line) - place) + 1  # up to the last step
            logits[row, step, 0] = QUIET
            logits[row, step, 1 + ALPHABET.index(character)] = SURE
    return quantised(logits, 0.1)


@pytest.mark.parametrize(
    "lines", [("AB12CDE",), ("0OO0",), ("AB", "1234"), ("12AB", "B7"), ("", "XY99")]
)
def test_lines_are_read_one_after_the_other(lines: tuple[str, ...]) -> None:
    read = read_output(_logits(*lines), reader_card())
    assert read is not None
    assert read.text == "".join(lines)
    assert read.confidence > 0.99
    assert len(read.char_confidences) == len(read.text)
    assert min(read.char_confidences) > 0.99


@pytest.mark.parametrize("text", ["", "A", "ABCDEFGHIJK"])
def test_too_few_or_too_many_characters_are_no_plate(text: str) -> None:
    assert read_output(_logits(text), reader_card()) is None


def _doubtful() -> Output:
    """AB8, or with a probability of 0.2 ABB."""
    output = _logits("AB8")
    logits = output.numbers(output.values).astype(np.float64)
    step = STEPS - 1
    logits[0, step] = QUIET
    logits[0, step, 1 + ALPHABET.index("8")] = np.log(8)
    logits[0, step, 1 + ALPHABET.index("B")] = np.log(2)
    return quantised(logits, 0.1)


def test_a_doubt_shows_in_the_character_and_in_an_alternative() -> None:
    read = read_output(_doubtful(), reader_card())
    assert read is not None
    assert read.text == "AB8"
    assert read.confidence == pytest.approx(0.8, abs=0.02)
    assert read.char_confidences == pytest.approx((1, 1, 0.8), abs=0.02)
    assert read.alternatives[0].text == "ABB"
    assert read.alternatives[0].confidence == pytest.approx(0.2, abs=0.02)


def test_calibration_moves_the_alternatives_too() -> None:
    read = read_output(_doubtful(), reader_card(((0.0, 0.0), (0.8, 0.6), (1.0, 1.0))))
    assert read is not None
    assert read.confidence == pytest.approx(0.6, abs=0.03)
    assert read.alternatives[0].confidence == pytest.approx(0.4, abs=0.03)


def test_a_higher_temperature_means_less_confidence() -> None:
    read = read_output(_doubtful(), reader_card(temperature=2.0))
    assert read is not None
    assert 0.5 < read.confidence < 0.75


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.2))
def test_confidences_never_add_up_to_more_than_one(seed: int, scale: float) -> None:
    values = np.random.default_rng(seed).integers(-128, 128, (2, 8, 37))
    values[..., 0] += 40
    output = Output(values.clip(-128, 127).astype(np.int8), scale, 0)
    read = read_output(output, reader_card())
    if read:
        others = [other.confidence for other in read.alternatives]
        assert read.confidence + sum(others) <= 1 + 1e-9
        assert others == sorted(others, reverse=True)
        assert all(0 <= each <= 1 for each in read.char_confidences)


def test_the_crop_is_the_box_with_its_margin() -> None:
    network = FakeNetwork({"text": _logits("AB12CDE")})
    pixels = np.zeros((200, 300, 3), np.uint8)
    pixels[89:131, 94:206] = 255  # the margin of the box below, rounded
    read = Reader(network, reader_card()).read(
        pixels, Detection(Box(100, 95, 200, 125), 0.9)
    )
    assert read is not None
    assert network.seen is not None
    assert network.seen.shape == (64, 128, 1)
    assert network.seen[4:-4].min() == 255


def test_a_turned_plate_is_rectified() -> None:
    network = FakeNetwork({"text": _logits("AB12CDE")})
    pixels = np.zeros((200, 300, 3), np.uint8)
    for x in range(100, 200):
        pixels[50 + (x - 100) // 2 : 90 + (x - 100) // 2, x] = 255
    corners = Quad(Point(100, 50), Point(200, 100), Point(200, 140), Point(100, 90))
    Reader(network, reader_card()).read(
        pixels, Detection(Box(100, 50, 200, 140), 0.9, corners)
    )
    assert network.seen is not None
    assert network.seen[8:-8, 10:-10].min() > 200
    assert network.seen[0].max() < 60


class Answers:
    """A network that says one thing after the other, and counts."""

    def __init__(self, *outputs: Output) -> None:
        self._outputs = outputs
        self.beside: dict[str, Output] = {}
        self.later: list[dict[str, Output]] = []  # beside one answer after the other
        self.asked = 0
        self.seen: list[Pixels] = []

    def run(self, pixels: Pixels) -> dict[str, Output]:
        assert pixels.shape == (64, 128, 1)
        self.asked += 1
        self.seen.append(pixels)
        text = self._outputs[min(self.asked, len(self._outputs)) - 1]
        if self.later:
            self.beside = self.later.pop(0)
        return {"text": text, **self.beside}


AGAIN = SecondLooks(below=0.9, margins=((0.0, 0.0), (0.1, 0.1)))


def _read_again(network: Answers) -> PlateRead | None:
    card = reader_card().model_copy(update={"second_looks": AGAIN})
    pixels = np.zeros((60, 200, 3), np.uint8)
    return Reader(network, card).read(pixels, Detection(Box(20, 10, 180, 50), 0.9))


def test_a_sure_read_is_not_looked_at_again() -> None:
    network = Answers(_logits("AB12CDE"))
    assert _read_again(network) is not None
    assert network.asked == 1


def test_an_unsure_read_is_what_most_looks_say() -> None:
    network = Answers(_doubtful(), _logits("ABB"), _logits("ABB"))
    read = _read_again(network)
    assert network.asked == 3
    assert read is not None
    assert read.text == "ABB"
    assert read.confidence == pytest.approx((0.2 + 1 + 1) / 3, abs=0.02)
    assert min(read.char_confidences) > 0.99
    assert read.alternatives[0].text == "AB8"


def test_looks_that_agree_make_surer() -> None:
    read = _read_again(Answers(_doubtful(), _logits("AB8"), _logits("AB8")))
    alone = read_output(_doubtful(), reader_card())
    assert read is not None
    assert alone is not None
    assert read.text == "AB8"
    assert read.confidence > alone.confidence


def _small_in_the_middle() -> Output:
    """AB8, doubtful, in the middle third of the look."""
    values = _doubtful().values
    return Output(np.roll(values, -(STEPS // 2 - 3), axis=1), 0.1, 0)


@pytest.mark.parametrize("is_turned", [False, True])
@pytest.mark.parametrize("share", [0.8, 0.5])
def test_where_the_box_is_too_large_it_is_cut_to_the_text(
    share: float, *, is_turned: bool
) -> None:
    """The text takes three characters of two steps each, from step 13.5 to 19.5."""
    box = Box(40, 20, 360, 100)
    corners = Quad(Point(40, 20), Point(360, 20), Point(360, 100), Point(40, 100))
    look = box.grown(*reader_card().margin)
    half = 3 / STEPS / share
    middle = 16.5 / STEPS
    place = look.part(middle - half, 0.5 - half, middle + half, 0.5 + half)
    white = np.zeros((120, 400, 3), np.uint8)
    rows, columns = (
        slice(math.floor(first), math.ceil(last))
        for first, last in ((place.y1, place.y2), (place.x1, place.x2))
    )
    white[rows, columns] = 255
    margins = SecondLooks(below=0.9, margins=((0.0, 0.0),), text_share=share)
    card = reader_card().model_copy(update={"second_looks": margins})
    network = Answers(_small_in_the_middle())
    Reader(network, card).read(
        white, Detection(box, 0.9, corners if is_turned else None)
    )
    first, second = network.seen
    assert first.mean() < 100
    assert second.mean() > 240  # of 255: nothing but the text's place


def test_a_box_that_fits_is_left_alone() -> None:
    wide = _logits("ABCDEFG812345678"[:10])
    margins = SecondLooks(below=1.0, margins=((0.0, 0.0),))
    pixels = np.random.default_rng(1).integers(0, 255, (60, 200, 3), np.uint8)
    box = Box(20, 10, 180, 50)
    seen = []
    for share in (None, 0.6):
        looks = margins.model_copy(update={"text_share": share})
        network = Answers(wide)
        card = reader_card().model_copy(update={"second_looks": looks})
        Reader(network, card).read(pixels, Detection(box, 0.9))
        seen.append(network.seen[-1])
    np.testing.assert_array_equal(seen[0], seen[1])


@pytest.mark.parametrize(
    ("says", "believed"), [("AB12CD", True), ("AB1", False), ("", False)]
)
def test_a_faint_detection_is_a_plate_if_a_text_is_there(
    says: str, *, believed: bool
) -> None:
    network = Answers(_logits(says))
    card = reader_card().model_copy(update={"second_looks": AGAIN})
    pixels = np.zeros((60, 200, 3), np.uint8)
    faint = Detection(Box(20, 10, 180, 50), 0.2, is_faint=True)
    assert bool(Reader(network, card).read(pixels, faint)) == believed
    assert network.asked == 1  # not worth more


def _verdict(confidence: float, log_odds: float, believed: float = 0.5) -> bool:
    plate = quantised(np.full((1, 1, 1), log_odds), 0.1)
    network = FakeNetwork({"text": _logits("AB12CD"), "plate": plate})
    reader = Reader(network, reader_card(believed=believed))
    verdict = reader.judge(
        np.zeros((60, 200, 3), np.uint8),
        Detection(Box(20, 10, 180, 50), confidence, is_faint=confidence < 0.4),
    )
    assert verdict.is_plate == (verdict.read is not None)
    return verdict.is_plate


@given(st.floats(0.01, 0.99), st.floats(-12, 12), st.floats(0.05, 0.95))
def test_the_surer_either_is_the_sooner_both_are_believed(
    confidence: float, log_odds: float, believed: float
) -> None:
    if _verdict(confidence, log_odds, believed):
        assert _verdict(min(confidence + 0.2, 1), log_odds, believed)
        assert _verdict(confidence, log_odds + 0.2, believed)
        assert _verdict(confidence, log_odds, believed - 0.02)


def test_detector_and_reader_are_believed_as_two_witnesses() -> None:
    assert _verdict(0.2, math.log(6))
    assert not _verdict(0.2, math.log(3))


def test_a_doubting_reader_needs_a_sure_detector_and_a_sure_one_says_no() -> None:
    assert _verdict(0.9, -math.log(6))
    assert not _verdict(0.6, -math.log(6))
    assert not _verdict(0.99, -math.log(12))


def test_what_is_known_to_be_a_plate_is_read_whatever_the_reader_thinks() -> None:
    assert _verdict(1.0, -12)
    assert not _verdict(0.0, 12)


def test_what_is_no_plate_is_not_looked_at_again() -> None:
    plate = quantised(np.full((1, 1, 1), -9.0), 0.1)
    network = Answers(_logits("AB12CD"))
    network.beside = {"plate": plate}
    card = reader_card(believed=0.5).model_copy(update={"second_looks": AGAIN})
    detection = Detection(Box(20, 10, 180, 50), 0.5)
    verdict = Reader(network, card).judge(np.zeros((60, 200, 3), np.uint8), detection)
    assert not verdict.is_plate
    assert network.asked == 1


def _judged(
    edges: tuple[float, float, float, float],
    pixels: Pixels,
    detection: Detection,
) -> tuple[Verdict, Answers]:
    network = Answers(_logits("AB12CD"))
    network.beside = _beside(edges)
    card = reader_card(believed=0.5, edges=True)
    return Reader(network, card).judge(pixels, detection), network


def _beside(edges: tuple[float, ...]) -> dict[str, Output]:
    """A plate for sure, and where it ends."""
    return {
        "plate": quantised(np.full((1, 1, 1), 9.0), 0.1),
        "edges": quantised(np.array(edges).reshape(1, 1, 4), 0.01),
    }


LARGE = Box(40, 20, 360, 100)


@pytest.mark.parametrize("is_turned", [False, True])
def test_a_plate_is_where_the_reader_saw_it_and_read_there(*, is_turned: bool) -> None:
    corners = Quad(Point(40, 20), Point(360, 20), Point(360, 100), Point(40, 100))
    edges = 0.35, 0.3, 0.8, 0.75
    seen = LARGE.grown(*reader_card().margin).part(*edges)
    place = Box(
        LARGE.x1 + HEEDED * (seen.x1 - LARGE.x1),
        LARGE.y1 + HEEDED * (seen.y1 - LARGE.y1),
        LARGE.x2 + HEEDED * (seen.x2 - LARGE.x2),
        LARGE.y2 + HEEDED * (seen.y2 - LARGE.y2),
    )
    pixels = np.zeros((120, 400, 3), np.uint8)
    white = place.grown(*reader_card().margin)
    rows, columns = (
        slice(math.floor(first) - 1, math.ceil(last) + 1)
        for first, last in ((white.y1, white.y2), (white.x1, white.x2))
    )
    pixels[rows, columns] = 255
    found = Detection(LARGE, 0.9, corners if is_turned else None)
    network = Answers(_logits("AB12CD"))
    margin = reader_card().margin
    own = [each / (1 + 2 * each) for each in margin]
    network.later = [_beside(edges), _beside((*own, 1 - own[0], 1 - own[1]))]
    card = reader_card(believed=0.5, edges=True)
    verdict = Reader(network, card).judge(pixels, found)
    assert verdict.read is not None
    box = verdict.detection.box
    assert (box.x1, box.y1, box.x2, box.y2) == pytest.approx(
        (place.x1, place.y1, place.x2, place.y2), abs=1
    )
    assert bool(verdict.detection.corners) == is_turned
    first, second = network.seen
    assert first.mean() < 150
    assert second.min() > 200  # nothing but the plate and its margin


class Sees(Answers):
    """Says where what is white ends in a look."""

    def run(self, pixels: Pixels) -> dict[str, Output]:
        rows, columns = np.nonzero(pixels[..., 0] > 127)
        ends = columns.min() / 128, rows.min() / 64
        self.beside = _beside((*ends, (columns.max() + 1) / 128, (rows.max() + 1) / 64))
        return super().run(pixels)


@pytest.mark.parametrize("size", [1.5, 1.75, 2.0])
def test_a_box_far_too_large_is_mended_twice(size: float) -> None:
    plate = Box(140, 60, 260, 100)
    pixels = np.zeros((160, 400, 3), np.uint8)
    pixels[60:100, 140:260] = 255
    found = Detection(plate.grown((size - 1) / 2, (size - 1) / 2), 0.9)
    network = Sees(_logits("AB12CD"))
    card = reader_card(believed=0.5, edges=True)
    box = Reader(network, card).judge(pixels, found).detection.box
    assert plate.overlap(box) > 0.8
    assert network.asked <= 1 + MOST_FITS


def test_a_box_that_nearly_fits_is_mended_without_another_look() -> None:
    look = LARGE.grown(*reader_card().margin)
    plate = Box(44, 22, 364, 100)
    edges = (
        (plate.x1 - look.x1) / look.width,
        (plate.y1 - look.y1) / look.height,
        (plate.x2 - look.x1) / look.width,
        (plate.y2 - look.y1) / look.height,
    )
    pixels = np.zeros((120, 400, 3), np.uint8)
    verdict, network = _judged(edges, pixels, Detection(LARGE, 0.9))
    assert network.asked == 1
    assert verdict.detection.box.overlap(plate) > LARGE.overlap(plate) + 0.02


@given(st.tuples(*[st.floats(-1.2, 1.2)] * 4))
def test_no_edges_lead_out_of_the_picture(
    edges: tuple[float, float, float, float],
) -> None:
    pixels = np.zeros((120, 400, 3), np.uint8)
    verdict, _ = _judged(edges, pixels, Detection(LARGE, 0.9))
    box = verdict.detection.box
    assert 0 <= box.x1 < box.x2 <= 400
    assert 0 <= box.y1 < box.y2 <= 120
