"""Find and read plates for the page, with models of its own.

Those of the pipeline belong to its thread. These are loaded when they are first wanted,
and used by one request at a time, so that they never take more than one processor.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from threading import Lock

from edge_anpr.config import Config, DetectorSize
from edge_anpr.recognition.area import Area
from edge_anpr.recognition.assessing import PlateView, assess
from edge_anpr.recognition.detector import (
    Detector,
    detector_size_for,
    load_detector,
)
from edge_anpr.recognition.reader import Reader, load_reader
from edge_anpr.records import Detection, Pixels, PlateRead
from edge_anpr.tracking.finding import Finder
from edge_anpr.tracking.formats.settling import Settled


class Busy(Exception):
    """Someone else's picture is looked at; try again in a moment."""


@dataclass(frozen=True, slots=True)
class SeenPlate:
    """One plate of a picture, and what became of it at every stage."""

    detection: Detection
    view: PlateView
    is_inside: bool  # the region, and no mask
    is_large: bool  # enough to be read
    read: PlateRead | None
    settled: Settled | None  # the read, with its national format


class Eyes:
    """For any thread."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._area = Area(config.motion)
        self._finder = Finder(config.formats)
        self._lock = Lock()
        self._detector_of = cache(self._load_detector)

    def look(self, pixels: Pixels, wait_s: float) -> list[SeenPlate]:
        """Every plate of a BGR picture, best first; raise Busy, ModelMismatch."""
        with self._alone(wait_s):
            size = detector_size_for(pixels, self._config.recognition.detector_size)
            found = self._detector_of(size).detect(pixels)
            seen = [each for plate in found if (each := self._seen(pixels, plate))]
        return sorted(seen, key=_sureness, reverse=True)

    @contextmanager
    def _alone(self, wait_s: float) -> Iterator[None]:
        if not self._lock.acquire(timeout=wait_s):
            raise Busy("The device looks at another picture; try again in a moment.")
        try:
            yield
        finally:
            self._lock.release()

    def _seen(self, pixels: Pixels, plate: Detection) -> SeenPlate | None:
        height, width = pixels.shape[:2]
        verdict = self._reader.judge(pixels, plate)
        if not verdict.is_plate:
            return None
        plate, read = verdict.detection, verdict.read
        settled = self._finder.settled(read) if read else None
        return SeenPlate(
            detection=plate,
            view=assess(pixels, plate),
            is_inside=self._area.holds(plate.box, width, height),
            is_large=plate.box.width >= self._config.recognition.min_plate_width_px,
            read=read,
            settled=settled,
        )

    @cached_property
    def _reader(self) -> Reader:
        return load_reader(self._config.recognition)

    def _load_detector(self, size: DetectorSize) -> Detector:
        return load_detector(self._config.recognition, size)


def _sureness(seen: SeenPlate) -> float:
    return seen.read.confidence if seen.read else 0.0
