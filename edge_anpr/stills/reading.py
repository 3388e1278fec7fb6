"""Find and read the plates of one stored picture."""

from collections.abc import Callable, Sequence
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
from edge_anpr.recognition.rim import is_whole, quarters
from edge_anpr.records import ILLEGIBLE, Box, Detection, Pixels, Plate

SURE = 0.9  # of every plate of a picture: there is no need to look again
SAME = 0.3  # overlap of two looks at one plate
QUARTERED_FROM_PX = 1280  # longer side beyond which plates vanish in the large size
CUT_OUT_PX, FLAT = 320, 2.0  # longer side up to which, and width for height from which,
# a picture may be no scene but a plate cut out of one
UNDECIDED, LIKELY = 0.5, 0.5  # that it is, before it is looked at, and after


@dataclass(frozen=True, slots=True, eq=False)
class StillReading:
    """What one stored picture holds, and how long it took to find out."""

    path: str  # as given
    pixels: Pixels  # (height, width, 3), BGR, upright
    plates: tuple[Plate, ...]  # best first: by confidence of the read, then detection
    decode_ms: float
    detect_ms: float
    read_ms: float


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found at one size."""

    plates: Sequence[Plate]
    detect_s: float
    read_s: float


class StillReader:
    """Reads stored pictures one at a time.

    A picture is not followed by another of the same vehicle, so where the choice of the
    detector's size is left to us and the first look leaves a doubt, there is a second:
    in the large size, or, where that was the first, at each quarter of a large picture.
    A small or flat picture may be a plate already; if the reader says so, nothing is
    looked for in it.
    """

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
        region = self._region_of(pixels)
        if self._is_plate:
            looks = [self._judged(pixels, [Detection(region, 1.0)], 0.0)]
        else:
            looks = self._looks(pixels, region)
        plates = looks[0].plates
        for look in looks[1:]:
            plates = surest(plates, look.plates)
        least = self._config.min_confidence
        ranked = sorted(plates, key=_sureness, reverse=True)
        return StillReading(
            path,
            pixels,
            tuple(plate for plate in ranked if plate.read.confidence >= least),
            decode_ms=1000 * (decoded - started),
            detect_ms=1000 * sum(look.detect_s for look in looks),
            read_ms=1000 * sum(look.read_s for look in looks),
        )

    def _looks(self, pixels: Pixels, region: Box) -> list[_Look]:
        if _may_be_a_plate(region):
            cut_out = Detection(region, UNDECIDED, is_faint=True)
            look = self._judged(pixels, [cut_out], 0.0)
            if any(plate.read.confidence >= LIKELY for plate in look.plates):
                return [look]
        asked = self._config.detector_size
        size = detector_size_for(_part(pixels, region), asked)
        looks = [self._look(pixels, region, size)]
        if asked is not DetectorSize.AUTO or _is_sure(looks[0].plates):
            return looks
        if size is not DetectorSize.LARGE:
            looks.append(self._look(pixels, region, DetectorSize.LARGE))
        elif max(region.width, region.height) > QUARTERED_FROM_PX:
            looks += [self._look(pixels, region, size, q) for q in quarters(region)]
        return looks

    def _look(
        self, pixels: Pixels, region: Box, size: DetectorSize, part: Box | None = None
    ) -> _Look:
        """Only at the region, so that its plates get all of the resolution.

        part: of the region, where it is looked at in parts.
        """
        part = part or region
        detector, started = self._detector_of(size), perf_counter()
        found = detector.detect(_part(pixels, part))
        detect_s = perf_counter() - started
        shifted = (each.shifted(int(part.x1), int(part.y1)) for each in found)
        whole = [each for each in shifted if is_whole(each.box, part, region)]
        return self._judged(pixels, whole, detect_s)

    def _judged(
        self, pixels: Pixels, found: Sequence[Detection], detect_s: float
    ) -> _Look:
        started = perf_counter()
        verdicts = [self._reader.judge(pixels, each) for each in found]
        plates = [
            Plate(verdict.detection, verdict.read or ILLEGIBLE)
            for verdict in verdicts
            if verdict.is_plate
        ]
        return _Look(plates, detect_s, perf_counter() - started)

    def _region_of(self, pixels: Pixels) -> Box:
        height, width = pixels.shape[:2]
        return self._region.within(pixels) if self._region else Box(0, 0, width, height)


def _may_be_a_plate(region: Box) -> bool:
    is_small = max(region.width, region.height) <= CUT_OUT_PX
    return is_small or region.width >= FLAT * region.height


def _part(pixels: Pixels, region: Box) -> Pixels:
    columns = slice(int(region.x1), int(region.x2))
    return pixels[int(region.y1) : int(region.y2), columns]


def surest(plates: Sequence[Plate], others: Sequence[Plate]) -> list[Plate]:
    """Those of two looks at one picture; where both found one, it is the surer read.

    What the other look alone found, and faintly, is none: who looks twice errs twice.
    """
    kept = list(plates)
    for other in others:
        same = [plate for plate in kept if _is_same(plate, other)]
        if not same and other.detection.is_faint:
            continue
        if all(other.read.confidence > plate.read.confidence for plate in same):
            kept = [plate for plate in kept if plate not in same]
            kept.append(other)
    return kept


def _is_same(plate: Plate, other: Plate) -> bool:
    return plate.detection.box.overlap(other.detection.box) > SAME


def _is_sure(plates: Sequence[Plate]) -> bool:
    return bool(plates) and all(plate.read.confidence >= SURE for plate in plates)


def _sureness(plate: Plate) -> tuple[float, float]:
    return plate.read.confidence, plate.detection.confidence


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
