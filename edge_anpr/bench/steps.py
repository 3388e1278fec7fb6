"""The steps from a picture file to a read, each by itself and together."""

from collections.abc import Callable
from enum import StrEnum

from edge_anpr.config import DetectorSize, RecognitionConfig
from edge_anpr.recognition.card import load_card, models_folder
from edge_anpr.recognition.detector import (
    CARD_FILES,
    detector_card,
    load_detector,
    suits,
)
from edge_anpr.recognition.image import letterbox
from edge_anpr.recognition.picture_file import decode_picture
from edge_anpr.recognition.reader import CARD_FILE, load_reader
from edge_anpr.recognition.runtime import load_network
from edge_anpr.records import Box, Detection, Pixels, PlateRead


class Step(StrEnum):
    """What is timed; neighbours are timed right after each other."""

    YARDSTICK = "yardstick"
    NETWORKS = "networks"
    DETECT_AND_READ = "detect_and_read"
    DECODE = "decode"
    DETECT_SMALL = "detect_small"
    DETECT_NORMAL = "detect_normal"
    DETECT_LARGE = "detect_large"
    READ = "read"
    WHOLE = "whole"


def our_steps(
    config: RecognitionConfig, picture: bytes
) -> dict[Step, Callable[[], object]]:
    """Every step but the yardstick, on one picture file and its strongest plate.

    Raises ModelMismatch, PictureUnreadable.
    """
    small = load_detector(config, DetectorSize.SMALL)
    normal = load_detector(config, DetectorSize.NORMAL)
    large = load_detector(config, DetectorSize.LARGE)
    reader = load_reader(config)
    pixels = decode_picture(picture)
    height, width = pixels.shape[:2]
    # Where nothing is found the middle will do: a read takes its time all the same.
    middle = Detection(Box(0.4 * width, 0.4 * height, 0.6 * width, 0.6 * height), 0.0)
    plate = next(iter(normal.detect(pixels)), middle)

    def detect_and_read() -> PlateRead | None:
        normal.detect(pixels)
        return reader.read(pixels, plate)

    def whole() -> PlateRead | None:
        decoded = decode_picture(picture)
        normal.detect(decoded)
        return reader.read(decoded, plate)

    return {
        Step.NETWORKS: _networks(config, pixels, reader.crop(pixels, plate)),
        Step.DETECT_AND_READ: detect_and_read,
        Step.DECODE: lambda: decode_picture(picture),
        Step.DETECT_SMALL: lambda: small.detect(pixels),
        Step.DETECT_NORMAL: lambda: normal.detect(pixels),
        Step.DETECT_LARGE: lambda: large.detect(pixels),
        Step.READ: lambda: reader.read(pixels, plate),
        Step.WHOLE: whole,
    }


def _networks(
    config: RecognitionConfig, pixels: Pixels, crop: Pixels
) -> Callable[[], object]:
    """What of a detection and a read is neither pixels' work nor text's."""
    folder = models_folder(config.models)
    usual = detector_card(folder / CARD_FILES[DetectorSize.NORMAL])
    wide = detector_card(folder / usual.wide) if usual.wide else usual
    cards = wide if suits(wide, usual, pixels) else usual, load_card(folder / CARD_FILE)
    finding, reading = (
        load_network(card, folder, config.threads, config.delegate) for card in cards
    )
    shown = cards[0].input
    frame = letterbox(pixels, shown.width, shown.height).pixels
    return lambda: (finding.run(frame), reading.run(crop))
