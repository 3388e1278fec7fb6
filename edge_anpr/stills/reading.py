"""Find and read the plates of one stored picture."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import perf_counter

from edge_anpr.config import DetectorSize, RecognitionConfig
from edge_anpr.recognition.detector import (
    Detector,
    detector_size_for,
    load_detector,
)
from edge_anpr.recognition.picture_file import load_picture
from edge_anpr.recognition.reader import Reader, load_reader
from edge_anpr.recognition.region import RegionOfInterest
from edge_anpr.records import Box, Detection, Pixels, Plate, PlateRead

ILLEGIBLE = PlateRead("", 0.0, ())  # a plate was found, and that is worth saying


@dataclass(frozen=True, slots=True, eq=False)
class StillReading:
    """What one stored picture holds, and how long it took to find out."""

    path: str  # as given
    pixels: Pixels  # (height, width, 3), BGR, upright
    plates: tuple[Plate, ...]  # best first: by confidence of the read, then detection
    decode_ms: float
    detect_ms: float
    read_ms: float


class StillReader:
    """Reads stored pictures one at a time."""

    def __init__(
        self,
        config: RecognitionConfig,
        detector_of: Callable[[DetectorSize], Detector],
        reader: Reader,
        region: RegionOfInterest | None = None,
        *,
        is_plate: bool = False,
    ) -> None:
        """is_plate: the picture (or its region) is one plate; none is looked for."""
        self._config = config
        self._detector_of = detector_of
        self._reader = reader
        self._region = region
        self._is_plate = is_plate

    def read(self, path: str) -> StillReading:
        """Raise PictureUnreadable, ModelMismatch."""
        started = perf_counter()
        pixels = load_picture(Path(path))
        decoded = perf_counter()
        detections = self._detect(pixels)
        detected = perf_counter()
        verdicts = [self._reader.judge(pixels, each) for each in detections]
        plates = [
            Plate(verdict.detection, verdict.read or ILLEGIBLE)
            for verdict in verdicts
            if verdict.is_plate
        ]
        least = self._config.min_confidence
        plates = [plate for plate in plates if plate.read.confidence >= least]
        plates.sort(
            key=lambda plate: (plate.read.confidence, plate.detection.confidence),
            reverse=True,
        )
        finished = perf_counter()
        return StillReading(
            path,
            pixels,
            tuple(plates),
            decode_ms=1000 * (decoded - started),
            detect_ms=1000 * (detected - decoded),
            read_ms=1000 * (finished - detected),
        )

    def _detect(self, pixels: Pixels) -> list[Detection]:
        """Look only at the region, so that its plates get all of the resolution."""
        height, width = pixels.shape[:2]
        region = Box(0, 0, width, height)
        if self._region:
            region = self._region.within(pixels)
        if self._is_plate:
            return [Detection(region, 1.0)]
        x1, y1 = int(region.x1), int(region.y1)
        part = pixels[y1 : int(region.y2), x1 : int(region.x2)]
        size = detector_size_for(part, self._config.detector_size)
        detections = self._detector_of(size).detect(part)
        return [detection.shifted(x1, y1) for detection in detections]


def open_still_reader(
    config: RecognitionConfig,
    region: RegionOfInterest | None = None,
    *,
    is_plate: bool = False,
) -> StillReader:
    """Raise ModelMismatch when the reader's model cannot be used."""

    @cache  # load a detector when it is first needed
    def detector_of(size: DetectorSize) -> Detector:
        return load_detector(config, size)

    return StillReader(
        config, detector_of, load_reader(config), region, is_plate=is_plate
    )
