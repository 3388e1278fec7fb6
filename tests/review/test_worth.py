"""Merging puts more real plates right than wrong, and leaves the sure ones alone.

The crops are real and no training step has seen them; the reviewer is made up
(careless.py says how), but speaks the real protocol to the real client.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_anpr.config import RecognitionConfig
from edge_anpr.config.formats import FormatsConfig
from edge_anpr.config.watchlist import WatchlistConfig
from edge_anpr.recognition.outgoing import outgoing
from edge_anpr.recognition.reader import load_reader
from edge_anpr.records import Box, Detection, PlateRead, Sighting
from edge_anpr.review.cleaning import cleaned
from edge_anpr.review.google_vision import open_cloud_vision
from edge_anpr.review.merging import CONFIDENT, Merger
from edge_anpr.tracking.watch_lists import WatchLists
from models.training.crops import crop_labels
from models.training.scoring import folded
from tests.delivery.owed import sighting
from tests.review.careless import Known, Rates, careless
from tests.review.settings import review_config
from tests.review.vision_server import One, rest_server

pytestmark = pytest.mark.slow

THRESHOLD = CONFIDENT  # all that a review may change
SEEDS = range(5)
AS_ASSUMED = Rates()
HALF_BLIND = Rates(
    wrong_at_best=0.06, wrong_at_worst=0.4, lost=0.05, nothing=0.2, something_else=0.1
)


@dataclass(frozen=True, slots=True)
class RealCrop:
    """A crop as it is sent, what it says, and what our reader makes of it."""

    picture: bytes
    text: str
    lines: int
    sighting: Sighting


@pytest.fixture(scope="module")
def crops(real_data: Path, models: Path) -> list[RealCrop]:
    reader = load_reader(RecognitionConfig(models=models))
    crops = []
    unseen = [
        *crop_labels(real_data, "validation"),
        *crop_labels(real_data, "held out"),
    ]
    for row in unseen:
        jpeg = (real_data / row["path"]).read_bytes()
        pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert pixels is not None
        height, width = pixels.shape[:2]
        whole = Detection(Box(0, 0, width, height), 1.0)
        read = reader.read(pixels.astype(np.uint8), whole)
        if read:
            as_seen = _as_sighting(read)
            crops.append(
                RealCrop(outgoing(jpeg), row["text"], int(row["lines"]), as_seen)
            )
    return crops


def _as_sighting(read: PlateRead) -> Sighting:
    return replace(
        sighting(),
        plate=read.text,
        raw_text=read.text,
        alternatives=read.alternatives,
        confidence=read.confidence,
        char_confidences=read.char_confidences,
        country=None,
        format=None,
    )


def _reviewed(
    crops: Sequence[RealCrop], rates: Rates, seed: int, folder: Path
) -> Iterator[Sighting]:
    chance = random.Random(seed)
    known = {
        each.picture: Known(
            each.text, each.lines, each.sighting.plate, each.sighting.confidence
        )
        for each in crops
    }

    def answer(picture: bytes) -> One:
        return careless(known[picture], rates, chance)

    merger = Merger(FormatsConfig(), WatchLists(WatchlistConfig()))
    with rest_server(answer) as vision:
        reviewer = open_cloud_vision(review_config(folder, vision.url, timeout_s=60))
        for first in range(0, len(crops), reviewer.most_pictures):
            batch = crops[first : first + reviewer.most_pictures]
            answers = reviewer.read([each.picture for each in batch])
            for each, said in zip(batch, answers, strict=True):
                yield merger.reviewed(each.sighting, cleaned(said.symbols), "careless")


def _right(crops: Sequence[RealCrop], after: Sequence[Sighting]) -> int:
    pairs = zip(crops, after, strict=True)
    return sum(folded(crop.text) == folded(each.plate) for crop, each in pairs)


def test_doubtful_plates_are_read_better_with_a_second_opinion(
    crops: list[RealCrop], tmp_path: Path
) -> None:
    doubtful = [each for each in crops if each.sighting.confidence < THRESHOLD]
    assert len(doubtful) >= 20  # the better our reader, the fewer
    before = _right(doubtful, [each.sighting for each in doubtful])
    gains = [
        _right(doubtful, [*_reviewed(doubtful, AS_ASSUMED, seed, tmp_path)]) - before
        for seed in SEEDS
    ]
    print(f"{len(doubtful)} doubtful, {before} right, and then more: {gains}")  # noqa: T201
    assert min(gains) >= 0
    assert sum(gains) / len(gains) >= 0.02 * len(doubtful)


def test_a_half_blind_reviewer_does_no_harm(
    crops: list[RealCrop], tmp_path: Path
) -> None:
    doubtful = [each for each in crops if each.sighting.confidence < THRESHOLD]
    before = _right(doubtful, [each.sighting for each in doubtful])
    gains = [
        _right(doubtful, [*_reviewed(doubtful, HALF_BLIND, seed, tmp_path)]) - before
        for seed in SEEDS
    ]
    print(f"half blind: {gains}")  # noqa: T201
    assert sum(gains) >= 0


@pytest.mark.parametrize(
    "rates", [AS_ASSUMED, HALF_BLIND], ids=["assumed", "half blind"]
)
def test_confident_reads_stay_as_right_as_they_were(
    crops: list[RealCrop], rates: Rates, tmp_path: Path
) -> None:
    sure = [each for each in crops if each.sighting.confidence >= CONFIDENT]
    assert len(sure) >= 500
    after = [*_reviewed(sure, rates, 1, tmp_path)]
    assert [each.plate for each in after] == [each.sighting.plate for each in sure]
    assert all(
        each.confidence >= crop.sighting.confidence
        for crop, each in zip(sure, after, strict=True)
    )
