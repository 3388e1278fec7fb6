"""Show that plates can still be read, on a drawn one whose text is known."""

from collections.abc import Sequence

from edge_anpr.recognition.detector import Detector
from edge_anpr.recognition.reader import Reader
from edge_anpr.sample import render_scene

SEED, WIDTH_PX, HEIGHT_PX = 1, 320, 240  # a small picture, for it stays in memory
PLATE_PX = 100.0


class Canary:
    """One picture with one plate, for the models of the thread that asks."""

    def __init__(self, detectors: Sequence[Detector], reader: Reader) -> None:
        scene = render_scene(SEED, WIDTH_PX, HEIGHT_PX, 1, plate_width_px=PLATE_PX)
        self._pixels = scene.pixels
        self._text = scene.plates[0].text
        self._detectors = detectors
        self._reader = reader

    def is_read(self) -> bool:
        """Whether each of the detectors finds the plate, and the reader reads it."""
        return all(self._reads(detector) for detector in self._detectors)

    def _reads(self, detector: Detector) -> bool:
        found = detector.detect(self._pixels)
        read = self._reader.read(self._pixels, found[0]) if found else None
        return read is not None and read.text == self._text
