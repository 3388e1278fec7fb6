"""Find the plates of a picture."""

import math
from pathlib import Path

import numpy as np

from edge_anpr.config import DetectorSize, RecognitionConfig
from edge_anpr.errors import ModelMismatch
from edge_anpr.recognition.card import DetectorCard, load_card, models_folder
from edge_anpr.recognition.image import (
    Letterboxed,
    fitting_scale,
    letterbox,
    local_maxima,
)
from edge_anpr.recognition.runtime import Network, Output, load_network
from edge_anpr.records import Box, Detection, Pixels, Point, Quad

CARD_FILES = {
    DetectorSize.SMALL: "plate_detector_small.yaml",
    DetectorSize.NORMAL: "plate_detector.yaml",
    DetectorSize.LARGE: "plate_detector_large.yaml",
}
LARGE_FROM_PX = 1000  # longer side beyond which small plates vanish in the normal size
MOST_CANDIDATES = 100  # a picture of pure noise must not take seconds
ROUNDING = 1e-3  # of scores before the exact comparison of confidences
MOST_FAINT = 3  # each costs a read
SMALLEST_SIDE_PX = 2.0  # of a box in the picture; less holds no character


def load_detector(config: RecognitionConfig, size: DetectorSize) -> "Detector":
    """Load the detector of one size (not AUTO); raise ModelMismatch."""
    folder = models_folder(config.models)
    card = detector_card(folder / CARD_FILES[size])
    threshold, faint = config.min_detection_confidence, None
    if threshold is None:
        threshold, faint = card.threshold, card.faint_threshold

    def detector_of(card: DetectorCard, wide: Detector | None = None) -> Detector:
        network = load_network(card, folder, config.threads, config.delegate)
        return Detector(network, card, threshold, faint, wide)

    wide = detector_of(detector_card(folder / card.wide)) if card.wide else None
    return detector_of(card, wide)


def detector_card(path: Path) -> DetectorCard:
    """Load the card of a detector; raise ModelMismatch."""
    card = load_card(path)
    if not isinstance(card, DetectorCard):
        raise ModelMismatch(f"{path}: this is the card of a {card.kind}.")
    return card


def detector_size_for(pixels: Pixels, asked: DetectorSize) -> DetectorSize:
    """The size that suits a picture, where the choice is left to us."""
    if asked is not DetectorSize.AUTO:
        return asked
    large = max(pixels.shape[:2]) > LARGE_FROM_PX
    return DetectorSize.LARGE if large else DetectorSize.NORMAL


class Detector:
    """A plate detector: a heat map of plate centres, and a box at every place."""

    def __init__(
        self,
        network: Network,
        card: DetectorCard,
        threshold: float,
        faint: float | None = None,
        wide: "Detector | None" = None,
    ) -> None:
        """faint: the confidence from which detections below the threshold are marked
        as such; none are reported without it.

        wide: takes the pictures that are shown as large in its lower input."""
        self._network = network
        self._card = card
        self._wide = wide
        self._faint_below = threshold
        threshold = self._threshold = threshold if faint is None else faint
        odds = threshold / (1 - threshold) if threshold < 1 else math.inf
        self._least_score = math.log(odds) - ROUNDING if odds > 0 else -math.inf

    def detect(self, pixels: Pixels) -> list[Detection]:
        """Strongest first, in pixels of the picture, (height, width, 3) BGR.

        Faint ones are to be believed only where `Reader.read` finds a text.
        """
        if self._wide and suits(self._wide._card, self._card, pixels):
            return self._wide.detect(pixels)
        fitted = letterbox(pixels, self._card.input.width, self._card.input.height)
        outputs = self._network.run(fitted.pixels)
        height, width = pixels.shape[:2]
        kept: list[Detection] = []
        faint = 0
        for row, column, confidence in self._peaks(outputs["heat"]):
            place = self._box(outputs["box"], row, column)
            box = fitted.box_back(place).clipped(width, height)
            if min(box.width, box.height) < SMALLEST_SIDE_PX or any(
                box.overlap(other.box) > self._card.nms_overlap for other in kept
            ):
                continue
            is_faint = confidence < self._faint_below
            faint += is_faint
            if faint > MOST_FAINT:
                break
            corners = None
            if "corners" in outputs:
                corners = _corners(outputs["corners"], row, column, place, fitted)
            kept.append(Detection(box, confidence, corners, is_faint))
        return kept

    def _peaks(self, heat: Output) -> list[tuple[int, int, float]]:
        """Row, column and confidence of the strongest cells, strongest first."""
        scores = heat.numbers(heat.values[..., 0])
        # Quantised, most of a quiet map is one plain of "maxima".
        rows, columns = np.nonzero(local_maxima(scores) & (scores >= self._least_score))
        confidences = 1 / (1 + np.exp(-scores[rows, columns]))
        order = np.argsort(-confidences, kind="stable")[:MOST_CANDIDATES]
        return [
            (int(rows[i]), int(columns[i]), float(confidences[i]))
            for i in order
            if confidences[i] >= self._threshold
        ]

    def _box(self, output: Output, row: int, column: int) -> Box:
        """The box that one cell stands for, in pixels of the input."""
        stride = self._card.stride
        dx, dy, log_width, log_height = output.numbers(
            output.values[row, column]
        ).tolist()
        x, y = (column + 0.5 + dx) * stride, (row + 0.5 + dy) * stride
        half_width = stride * math.exp(log_width) / 2
        half_height = stride * math.exp(log_height) / 2
        return Box(x - half_width, y - half_height, x + half_width, y + half_height)


def suits(wide: DetectorCard, usual: DetectorCard, pixels: Pixels) -> bool:
    """Whether a picture is shown as large by a wide input as by the usual one."""
    there, here = (
        fitting_scale(pixels, card.input.width, card.input.height)
        for card in (wide, usual)
    )
    return there >= here


def _corners(
    output: Output, row: int, column: int, box: Box, fitted: Letterboxed
) -> Quad | None:
    """Corners in the picture; None where they make no shape a plate could have."""
    offsets = output.numbers(output.values[row, column]).reshape(4, 2).tolist()
    x, y = (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2
    quad = Quad(
        *(
            fitted.point_back(Point(x + dx * box.width, y + dy * box.height))
            for dx, dy in offsets
        )
    )
    return quad if quad.is_convex() else None
