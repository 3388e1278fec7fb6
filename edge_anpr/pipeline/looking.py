"""Take a look at every plate of a frame: read it, and keep the crop."""

from collections.abc import Sequence

from edge_anpr.config import RecognitionConfig
from edge_anpr.pipeline.funnel import Funnel
from edge_anpr.recognition.area import Area
from edge_anpr.recognition.evidence import crop_jpeg, evidence
from edge_anpr.recognition.reader import Reader
from edge_anpr.records import Detection, Frame, PlateRead
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
        plates outside the region are nobody's business. A faint detection is a plate
        only when it is read.
        """
        faint = [
            look
            for each in plates
            if each.is_faint and self._is_large(each) and self._is_inside(frame, each)
            if (look := self._look(frame, each, is_large=True)).read
        ]
        plates = [each for each in plates if not each.is_faint]
        large = [each for each in plates if self._is_large(each)]
        inside = [each for each in plates if self._is_inside(frame, each)]
        looks = faint + [
            self._look(frame, each, is_large=each in large) for each in inside
        ]
        return looks, Funnel(
            found=len(plates) + len(faint),
            large_enough=len(large) + len(faint),
            inside=sum(each in inside for each in large) + len(faint),
            read=sum(look.read is not None for look in looks),
        )

    def _look(self, frame: Frame, plate: Detection, *, is_large: bool) -> Look:
        if not is_large:
            crop = crop_jpeg(frame.pixels, plate.box, plate.corners)
            return Look(plate, None, 0.0, crop, is_large=False)
        shown = evidence(frame.pixels, plate.box, plate.corners)
        return Look(plate, self._read(frame, plate), shown.sharpness, shown.jpeg)

    def _read(self, frame: Frame, plate: Detection) -> PlateRead | None:
        with self.seconds.timed():
            read = self._reader.read(frame.pixels, plate)
        if read and read.confidence >= self._config.min_confidence:
            return read
        return None

    def _is_large(self, plate: Detection) -> bool:
        return plate.box.width >= self._config.min_plate_width_px

    def _is_inside(self, frame: Frame, plate: Detection) -> bool:
        height, width = frame.pixels.shape[:2]
        return self._area.holds(plate.box, width, height)
