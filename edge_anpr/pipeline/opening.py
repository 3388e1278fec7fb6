"""Build the pipeline from the settings."""

from functools import cache

from edge_anpr.config import Config, DetectorSize, RecognitionConfig
from edge_anpr.pipeline.canary import Canary
from edge_anpr.pipeline.looking import Looking
from edge_anpr.pipeline.pipeline import Pipeline
from edge_anpr.pipeline.searching import Search
from edge_anpr.recognition.area import Area
from edge_anpr.recognition.card import load_card, models_folder
from edge_anpr.recognition.detector import CARD_FILES, Detector, load_detector
from edge_anpr.recognition.reader import CARD_FILE, load_reader
from edge_anpr.tracking.ids import time_ordered_id
from edge_anpr.tracking.sightings import Origin, SightingMaker
from edge_anpr.tracking.watch_lists import WatchLists


def open_pipeline(config: Config, watch_lists: WatchLists) -> Pipeline:
    """Loads every model it may need; raise ModelMismatch or ConfigError."""
    recognition = config.recognition

    @cache
    def detector_of(size: DetectorSize) -> Detector:
        return load_detector(recognition, size)

    # A fault must show before the first car.
    detectors = [detector_of(size) for size in detector_sizes(recognition)]
    reader = load_reader(recognition)
    origin = Origin(model_names(recognition), time_ordered_id)
    return Pipeline(
        Search(recognition, detector_of),
        Looking(recognition, reader, Area(config.motion)),
        SightingMaker(config.tracking, config.formats, watch_lists, origin),
        cache(lambda: Canary(detectors, reader)),  # drawn only where it is asked for
    )


def detector_sizes(config: RecognitionConfig) -> tuple[DetectorSize, ...]:
    """The detectors that may be used."""
    if config.detector_size is DetectorSize.AUTO:
        return DetectorSize.NORMAL, DetectorSize.LARGE
    return (config.detector_size,)


def model_names(config: RecognitionConfig) -> tuple[str, ...]:
    """Name and version of the detectors and the reader; raise ModelMismatch."""
    folder = models_folder(config.models)
    files = [*(CARD_FILES[size] for size in detector_sizes(config)), CARD_FILE]
    cards = [load_card(folder / file) for file in files]
    return tuple(f"{card.name} {card.version}" for card in cards)
