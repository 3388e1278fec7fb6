"""Read the text of a plate."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from edge_anpr.config import RecognitionConfig
from edge_anpr.errors import ModelMismatch
from edge_anpr.recognition.card import (
    BESIDE_TEXT,
    EDGES_OUTPUT,
    PLATE_OUTPUT,
    ReaderCard,
    load_card,
    models_folder,
)
from edge_anpr.recognition.ctc import (
    BLANK,
    Hypothesis,
    Steps,
    Symbols,
    beam_search,
    peaks,
    shortened,
)
from edge_anpr.recognition.image import cut_box, cut_quad
from edge_anpr.recognition.runtime import Network, Output, load_network
from edge_anpr.records import Alternative, Detection, Pixels, PlateRead

CARD_FILE = "plate_reader.yaml"
FEWEST_CHARACTERS, MOST_CHARACTERS = 2, 10  # of a plate
CONVINCING, CONVINCING_CHARACTERS = 0.8, 4  # that a faint detection is a plate
MOST_ALTERNATIVES = 5
BEAM_WIDTH = 8
LEAST_PROBABILITY = 1e-3  # of a symbol worth following
FITS = 0.92  # of a look's size, and more: narrowing it to its text is not worth while
NARROWEST = 0.2  # a text in less than this of a look is an accident
MOST_FITS = 2  # of a box to a plate's edges, each but the first after another look
HEEDED = 0.7  # of the way from a box's edges to those that the reader sees
ELSEWHERE = 0.2  # overlap of a box and the plate below which it is another plate
FITTING = 0.8  # overlap of a box and the plate from which a look at the box will do


def load_reader(config: RecognitionConfig) -> "Reader":
    """Load the reader; raise ModelMismatch."""
    folder = models_folder(config.models)
    path = folder / CARD_FILE
    card = load_card(path)
    if not isinstance(card, ReaderCard):
        raise ModelMismatch(f"{path}: this is the card of a {card.kind}.")
    return Reader(load_network(card, folder, config.threads, config.delegate), card)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What one cut of a plate may say."""

    steps: Steps
    hypotheses: tuple[Hypothesis, ...]
    """Likeliest first; at least one."""
    lines: Steps
    """As the steps, but not joined nor shortened: (lines, steps, classes)."""

    def chance(self, symbols: Symbols) -> float:
        """Of one text, 0 where it is not among the hypotheses."""
        said = (h.probability for h in self.hypotheses if h.symbols == symbols)
        return next(said, 0.0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the reader makes of a detection."""

    is_plate: bool
    read: PlateRead | None  # None when there is no text a plate could have
    detection: Detection  # with its box where the reader saw the plate


class Reader:
    """A plate reader: rows of steps, each naming a character or none."""

    def __init__(self, network: Network, card: ReaderCard) -> None:
        self._network = network
        self._card = card

    def read(self, pixels: Pixels, detection: Detection) -> PlateRead | None:
        """What `judge` reads."""
        return self.judge(pixels, detection).read

    def judge(self, pixels: Pixels, detection: Detection) -> Verdict:
        """Whether a detection in a picture, (height, width, 3) BGR, is a plate, and
        what it says."""
        outputs = self._network.run(self.crop(pixels, detection))
        look = self._look(outputs)
        believed = self._card.believed
        if PLATE_OUTPUT not in outputs or believed is None:
            return self._by_text(pixels, detection, look)
        vouched = _chance(_numbers(outputs[PLATE_OUTPUT])[0])
        if detection.confidence < 1 and vouched < self._card.refused:
            return Verdict(is_plate=False, read=None, detection=detection)
        if not _is_believed(detection.confidence, vouched, believed):
            return Verdict(is_plate=False, read=None, detection=detection)
        for _ in range(MOST_FITS if EDGES_OUTPUT in outputs else 0):
            found, edges = detection, _numbers(outputs[EDGES_OUTPUT])
            detection = self._fitted(pixels, found, edges)
            if found.box.overlap(detection.box) >= FITTING:
                break
            outputs = self._network.run(self.crop(pixels, detection))
            look = self._look(outputs)
        read = self._read(pixels, detection, look)
        return Verdict(is_plate=True, read=read, detection=detection)

    def _by_text(self, pixels: Pixels, detection: Detection, look: Look) -> Verdict:
        """For a model that cannot tell: a text makes a faint detection a plate."""
        if not detection.is_faint:
            read = self._read(pixels, detection, look)
            return Verdict(is_plate=True, read=read, detection=detection)
        read = read_looks([look], self._card)
        if not read or not _is_convincing(read):
            return Verdict(is_plate=False, read=None, detection=detection)
        return Verdict(is_plate=True, read=read, detection=detection)

    def _read(
        self, pixels: Pixels, detection: Detection, look: Look
    ) -> PlateRead | None:
        """None when there are too few or too many characters for a plate."""
        looks = [look]
        again = self._card.second_looks
        if again and looks[0].hypotheses[0].probability < again.below:
            if again.text_share:
                detection = self._narrowed(detection, looks[0], again.text_share)
            looks += [
                self._look(self._network.run(self._cut(pixels, detection, margin)))
                for margin in again.margins
            ]
        return read_looks(looks, self._card)

    def crop(self, pixels: Pixels, detection: Detection) -> Pixels:
        """The plate as the model first sees it: (height, width, 1) grey."""
        return self._cut(pixels, detection, self._card.margin)

    def _look(self, outputs: Mapping[str, Output]) -> Look:
        (text,) = (each for name, each in outputs.items() if name not in BESIDE_TEXT)
        return look_at(text, self._card)

    def _fitted(
        self, pixels: Pixels, detection: Detection, edges: Sequence[float]
    ) -> Detection:
        """The detection with its edges moved towards those that a look at it showed."""
        height, width = pixels.shape[:2]
        across, along = self._card.margin
        left, top = across / (1 + 2 * across), along / (1 + 2 * along)
        own = left, top, 1 - left, 1 - top
        met = (a + HEEDED * (b - a) for a, b in zip(own, edges, strict=True))
        fitted = self._part(detection, *met)
        fitted = replace(fitted, box=fitted.box.clipped(width, height))
        if fitted.box.overlap(detection.box) < ELSEWHERE:
            return detection
        return fitted

    def _part(
        self, detection: Detection, left: float, top: float, right: float, bottom: float
    ) -> Detection:
        """What lies between these shares of a look at the detection."""
        across, along = self._card.margin
        part = (
            _unmargined(left, across),
            _unmargined(top, along),
            _unmargined(right, across),
            _unmargined(bottom, along),
        )
        corners = detection.corners.part(*part) if detection.corners else None
        return replace(detection, box=detection.box.part(*part), corners=corners)

    def _narrowed(
        self, detection: Detection, look: Look, text_share: float
    ) -> Detection:
        """The detection cut down to a look's text, where it was found too large."""
        extent = _extent(look.lines)
        if extent is None:
            return detection
        left, right = extent
        size = (right - left) / text_share
        if not NARROWEST < size < FITS:
            return detection
        # The look's text says nothing of its height: both shrink alike.
        middle, top = (left + right) / 2, (1 - size) / 2
        return self._part(
            detection, middle - size / 2, top, middle + size / 2, top + size
        )

    def _cut(
        self, pixels: Pixels, detection: Detection, margin: tuple[float, float]
    ) -> Pixels:
        width, height = self._card.input.width, self._card.input.height
        if detection.corners:
            return cut_quad(pixels, detection.corners, margin, width, height)
        return cut_box(pixels, detection.box.grown(*margin), width, height)


def look_at(output: Output, card: ReaderCard) -> Look:
    """From the model's logits, (rows, steps, classes), to what they may say."""
    lines = _probabilities(output, card.calibration.temperature)
    steps = shortened(_joined(lines))
    hypotheses = beam_search(steps, BEAM_WIDTH, LEAST_PROBABILITY)
    return Look(steps, tuple(hypotheses), lines)


def read_looks(looks: Sequence[Look], card: ReaderCard) -> PlateRead | None:
    """One read of one or more looks at a plate: a text's chance is its mean chance."""
    best, *others = _mixed(looks)
    if not _could_be_a_plate(best):
        return None
    raw, calibrated = zip(*card.calibration.confidence, strict=True)
    confidence = float(np.interp(best.probability, raw, calibrated))
    left = 1 - best.probability  # to be shared among the alternatives
    share = (1 - confidence) / left if left > 0 else 0.0
    clearest = max(looks, key=lambda look: look.chance(best.symbols))
    return PlateRead(
        _text(best, card.alphabet),
        confidence,
        peaks(clearest.steps, best.symbols),
        tuple(
            Alternative(_text(other, card.alphabet), other.probability * share)
            for other in others
            if _could_be_a_plate(other)
        )[:MOST_ALTERNATIVES],
    )


def _mixed(looks: Sequence[Look]) -> list[Hypothesis]:
    """The hypotheses of all looks, likeliest first."""
    if len(looks) == 1:
        return list(looks[0].hypotheses)
    chances: dict[Symbols, float] = {}
    for look in looks:
        for each in look.hypotheses:
            chance = chances.get(each.symbols, 0.0)
            chances[each.symbols] = chance + each.probability / len(looks)
    ranked = sorted(chances.items(), key=lambda item: (-item[1], item[0]))
    return [Hypothesis(symbols, chance) for symbols, chance in ranked]


def _probabilities(output: Output, temperature: float) -> Steps:
    """Of every class, (lines, steps, classes)."""
    logits = output.numbers(output.values).astype(np.float64) / temperature
    logits -= logits.max(axis=-1, keepdims=True)
    odds = np.exp(logits)
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))


def _joined(lines: Steps) -> Steps:
    """The lines' steps one after the other, (steps, classes)."""
    # A blank ends each line, or AB over BC would become ABC.
    line_end = np.zeros((len(lines), 1, lines.shape[-1]))
    line_end[..., BLANK] = 1
    ended = np.concatenate((lines, line_end), axis=1)
    return ended.reshape(-1, lines.shape[-1])


def _extent(lines: Steps) -> tuple[float, float] | None:
    """Where the text begins and ends, as shares of the width; None if it says less than
    two characters a line.

    A character is said near its middle, so half of the way to its neighbour is added.
    """
    ends: list[tuple[float, float]] = []
    for said in lines[..., BLANK] < 0.5:
        at = np.flatnonzero(said)
        characters = np.count_nonzero(np.diff(at) > 1) + 1
        if len(at) and characters > 1:
            half = (at[-1] - at[0]) / (characters - 1) / 2
            ends.append((float(at[0] + 0.5 - half), float(at[-1] + 0.5 + half)))
    if not ends:
        return None
    steps = lines.shape[1]
    return min(end[0] for end in ends) / steps, max(end[1] for end in ends) / steps


def _unmargined(share: float, margin: float) -> float:
    """From a share of a look to one of the plate, which has a margin there."""
    return share * (1 + 2 * margin) - margin


def _is_believed(confidence: float, vouched: float, least: float) -> bool:
    """Whether a detector and a reader are: the odds of two witnesses multiply."""
    if not 0 < confidence < 1:  # known for sure
        return confidence > 0
    return _odds(confidence) * _odds(vouched) >= _odds(least)


def _numbers(output: Output) -> list[float]:
    """Of an output that is one row of them."""
    return output.numbers(output.values).reshape(-1).tolist()


def _odds(chance: float) -> float:
    return chance / max(1 - chance, 1e-9)


def _chance(logit: float) -> float:
    return 1 / (1 + math.exp(-min(max(logit, -40.0), 40.0)))


def _could_be_a_plate(hypothesis: Hypothesis) -> bool:
    return FEWEST_CHARACTERS <= len(hypothesis.symbols) <= MOST_CHARACTERS


def _is_convincing(read: PlateRead) -> bool:
    return read.confidence >= CONVINCING and len(read.text) >= CONVINCING_CHARACTERS


def _text(hypothesis: Hypothesis, alphabet: str) -> str:
    return "".join(alphabet[symbol - 1] for symbol in hypothesis.symbols)
