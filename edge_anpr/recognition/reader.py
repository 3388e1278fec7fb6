"""Read the text of a plate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge_anpr.config import RecognitionConfig
from edge_anpr.errors import ModelMismatch
from edge_anpr.recognition.card import ReaderCard, load_card, models_folder
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

    def chance(self, symbols: Symbols) -> float:
        """Of one text, 0 where it is not among the hypotheses."""
        said = (h.probability for h in self.hypotheses if h.symbols == symbols)
        return next(said, 0.0)


class Reader:
    """A plate reader: rows of steps, each naming a character or none."""

    def __init__(self, network: Network, card: ReaderCard) -> None:
        self._network = network
        self._card = card

    def read(self, pixels: Pixels, detection: Detection) -> PlateRead | None:
        """Read one plate of a picture, (height, width, 3) BGR.

        None when what is there has too few or too many characters for a plate, or when
        the detection is faint and the read does not settle that it is one.
        """
        looks = [self._look(self.crop(pixels, detection))]
        if detection.is_faint:
            read = read_looks(looks, self._card)
            return read if read and _is_convincing(read) else None
        again = self._card.second_looks
        if again and looks[0].hypotheses[0].probability < again.below:
            looks += [
                self._look(self._cut(pixels, detection, margin))
                for margin in again.margins
            ]
        return read_looks(looks, self._card)

    def crop(self, pixels: Pixels, detection: Detection) -> Pixels:
        """The plate as the model first sees it: (height, width, 1) grey."""
        return self._cut(pixels, detection, self._card.margin)

    def _look(self, crop: Pixels) -> Look:
        (output,) = self._network.run(crop).values()
        return look_at(output, self._card)

    def _cut(
        self, pixels: Pixels, detection: Detection, margin: tuple[float, float]
    ) -> Pixels:
        width, height = self._card.input.width, self._card.input.height
        if detection.corners:
            return cut_quad(pixels, detection.corners, margin, width, height)
        return cut_box(pixels, detection.box.grown(*margin), width, height)


def look_at(output: Output, card: ReaderCard) -> Look:
    """From the model's logits, (rows, steps, classes), to what they may say."""
    steps = shortened(_probabilities(output, card.calibration.temperature))
    return Look(steps, tuple(beam_search(steps, BEAM_WIDTH, LEAST_PROBABILITY)))


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
    """The rows' steps one after the other, (steps, classes)."""
    logits = output.numbers(output.values).astype(np.float64) / temperature
    logits -= logits.max(axis=-1, keepdims=True)
    odds = np.exp(logits)
    rows = odds / odds.sum(axis=-1, keepdims=True)
    # A blank ends each line, or AB over BC would become ABC.
    line_end = np.zeros((len(rows), 1, rows.shape[-1]))
    line_end[..., BLANK] = 1
    ended = np.concatenate((rows, line_end), axis=1)
    return ended.reshape(-1, rows.shape[-1])


def _could_be_a_plate(hypothesis: Hypothesis) -> bool:
    return FEWEST_CHARACTERS <= len(hypothesis.symbols) <= MOST_CHARACTERS


def _is_convincing(read: PlateRead) -> bool:
    return read.confidence >= CONVINCING and len(read.text) >= CONVINCING_CHARACTERS


def _text(hypothesis: Hypothesis, alphabet: str) -> str:
    return "".join(alphabet[symbol - 1] for symbol in hypothesis.symbols)
