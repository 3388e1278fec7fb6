"""Take a look at every plate of a frame: read it, and keep the crop."""

from collections.abc import Sequence

from edge_anpr.config import RecognitionConfig
from edge_anpr.pipeline.funnel import Funnel
from edge_anpr.recognition.area import Area
from edge_anpr.recognition.evidence import crop_jpeg, evidence
from edge_anpr.recognition.reader import Reader
from edge_anpr.records import Detection, Frame
from edge_anpr.runtime.histogram import Histogram
from edge_anpr.tracking.look import Look


class Looking:
    """Reads what is large enough and inside the region."""

    def __init__(self, config: RecognitionConfig, reader: Reader, area: Area) -> None:
        self._config = config
        self._reader = reader
        self._area = area
        self.seconds = Histogram()  # of the reader

    def looks(
        self, frame: Frame, plates: Sequence[Detection]
    ) -> tuple[list[Look], Funnel]:
        """What was seen, and how many came how far.

        Small and illegible plates are looks too, for they tell where a vehicle is;
        plates outside the region are nobody's business. What the reader takes for no
        plate is none; where it is not asked, a faint detection is none.
        """
        looks: list[Look] = []
        counts: list[Funnel] = []
        for plate in plates:
            is_large = self._is_large(plate)
            if not self._is_inside(frame, plate):
                if not plate.is_faint:
                    counts.append(Funnel(found=1, large_enough=int(is_large)))
            elif look := self._look(frame, plate, is_large=is_large):
                looks.append(look)
                large, read = int(is_large), int(look.read is not None)
                counts.append(
                    Funnel(found=1, large_enough=large, inside=large, read=read)
                )
        return looks, sum(counts, Funnel())

    def _look(self, frame: Frame, plate: Detection, *, is_large: bool) -> Look | None:
        if not is_large:
            if plate.is_faint:
                return None
            crop = crop_jpeg(frame.pixels, plate.box, plate.corners)
            return Look(plate, None, 0.0, crop, is_large=False)
        with self.seconds.timed():
            verdict = self._reader.judge(frame.pixels, plate)
        if not verdict.is_plate:
            return None
        plate, read = verdict.detection, verdict.read
        if read and read.confidence < self._config.min_confidence:
            read = None
        shown = evidence(frame.pixels, plate.box, plate.corners)
        return Look(plate, read, shown.sharpness, shown.jpeg)

    def _is_large(self, plate: Detection) -> bool:
        return plate.box.width >= self._config.min_plate_width_px

    def _is_inside(self, frame: Frame, plate: Detection) -> bool:
        height, width = frame.pixels.shape[:2]
        return self._area.holds(plate.box, width, height)
