"""Watch a film as the device does, and compare what it reports with the truth."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial, reduce
from multiprocessing import get_context
from operator import add

from edge_anpr.config import Config, DetectorSize
from edge_anpr.config.watchlist import WatchlistConfig
from edge_anpr.pipeline.funnel import Funnel
from edge_anpr.pipeline.looking import Looking
from edge_anpr.pipeline.opening import model_names
from edge_anpr.pipeline.pipeline import Pipeline
from edge_anpr.pipeline.replaying import replay
from edge_anpr.pipeline.searching import Search
from edge_anpr.recognition.area import Area
from edge_anpr.recognition.detector import Detector, load_detector
from edge_anpr.recognition.reader import Reader, load_reader
from edge_anpr.records import Box, Detection, Frame, Sighting, Stage
from edge_anpr.tracking.ids import time_ordered_id
from edge_anpr.tracking.look import Look
from edge_anpr.tracking.sightings import Origin, SightingMaker
from edge_anpr.tracking.watch_lists import WatchLists
from tests.passages.filming import BEGIN_S, Film, Passage

SAME_PLACE = 0.2  # overlap of a box with the truth
ALIKE = str.maketrans("OI", "01")  # on many plates they look the same


def is_same(plate: str, text: str) -> bool:
    return plate.translate(ALIKE) == text.translate(ALIKE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one passage."""

    passage: Passage
    stills_right: int  # frames in which the reader alone reads it right
    finals: tuple[Sighting, ...]
    is_night: bool

    @property
    def is_legible(self) -> bool:
        return self.stills_right > 0

    @property
    def is_split(self) -> bool:
        return len(self.finals) > 1

    @property
    def is_right(self) -> bool:
        """Exactly one final sighting, with the right text."""
        return len(self.finals) == 1 and not self.wrong

    @property
    def wrong(self) -> list[Sighting]:
        text = self.passage.photograph.text
        return [each for each in self.finals if not is_same(each.plate, text)]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of all passages of a film."""

    verdicts: tuple[Verdict, ...]
    unknown: tuple[Sighting, ...]  # finals of plates in a photograph without a label
    imagined: tuple[Sighting, ...]  # finals of the street itself
    funnel: Funnel = field(default_factory=Funnel)

    @property
    def legible(self) -> list[Verdict]:
        """Of the vehicles that are read right in any still."""
        return [each for each in self.verdicts if each.is_legible]

    @property
    def wrong(self) -> list[Sighting]:
        """Of the finals."""
        wrong = [final for verdict in self.verdicts for final in verdict.wrong]
        return [*wrong, *self.imagined]

    @property
    def finals(self) -> list[Sighting]:
        """Those of which it is known what they should say."""
        return [
            *(final for verdict in self.verdicts for final in verdict.finals),
            *self.imagined,
        ]

    def __add__(self, other: "Judgement") -> "Judgement":
        return Judgement(
            self.verdicts + other.verdicts,
            self.unknown + other.unknown,
            self.imagined + other.imagined,
            self.funnel + other.funnel,
        )


@dataclass(frozen=True, slots=True)
class _Seen:
    """Where the crop of a look was cut from."""

    box: Box
    at_s: float


class _Noting(Looking):
    """Remembers of every crop where it comes from."""

    def __init__(self, config: Config, reader: Reader) -> None:
        super().__init__(config.recognition, reader, Area(config.motion))
        self.seen: dict[bytes, _Seen] = {}

    def looks(
        self, frame: Frame, plates: Sequence[Detection]
    ) -> tuple[list[Look], Funnel]:
        looks, funnel = super().looks(frame, plates)
        for look in looks:
            if look.crop_jpeg:
                self.seen[look.crop_jpeg] = _Seen(look.box, frame.taken_s - BEGIN_S)
        return looks, funnel


class Judge:
    """Holds the models."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._reader = load_reader(config.recognition)

        @cache
        def detector_of(size: DetectorSize) -> Detector:
            return load_detector(config.recognition, size)

        self._detector_of = detector_of

    def judge(self, film: Film) -> Judgement:
        noting = _Noting(self._config, self._reader)
        pipeline = self._pipeline(noting)
        right = [0] * len(film.passages)
        frames = self._tried(film, right)
        sightings = replay(frames, self._config.motion, pipeline)
        of: dict[int, list[Sighting]] = {}
        unknown, imagined = [], []
        for final in (each for each in sightings if each.stage is Stage.FINAL):
            assert final.crop_jpeg
            seen = noting.seen[final.crop_jpeg]
            number = _passage_at(film.passages, seen)
            if number is not None:
                of.setdefault(number, []).append(final)
            elif any(each.pose(seen.at_s) for each in film.passages):
                unknown.append(final)
            else:
                imagined.append(final)
        verdicts = tuple(
            Verdict(passage, right[number], tuple(of.get(number, ())), film.is_night)
            for number, passage in enumerate(film.passages)
        )
        return Judgement(verdicts, tuple(unknown), tuple(imagined), pipeline.funnel)

    def _pipeline(self, noting: _Noting) -> Pipeline:
        config = self._config
        lists = WatchLists(WatchlistConfig())
        origin = Origin(model_names(config.recognition), time_ordered_id)
        return Pipeline(
            Search(config.recognition, self._detector_of),
            noting,
            SightingMaker(config.tracking, config.formats, lists, origin),
            None,  # type: ignore[arg-type]
        )

    def _tried(self, film: Film, right: list[int]) -> Iterator[Frame]:
        """The frames, each tried as a still before it is handed on.

        right: gets how often detector and reader alone read each plate right.
        """
        detector = self._detector_of(DetectorSize.NORMAL)
        for frame in film.frames():
            at_s = frame.taken_s - BEGIN_S
            there = {
                number: plate
                for number, passage in enumerate(film.passages)
                if (plate := passage.plate(at_s))
            }
            for found in detector.detect(frame.pixels) if there else ():
                for number, plate in there.items():
                    if plate.overlap(found.box) >= SAME_PLACE:
                        read = self._reader.read(frame.pixels, found)
                        text = film.passages[number].photograph.text
                        right[number] += bool(read and is_same(read.text, text))
            yield frame


def _passage_at(passages: Sequence[Passage], seen: _Seen) -> int | None:
    overlaps = {
        number: plate.overlap(seen.box)
        for number, passage in enumerate(passages)
        if (plate := passage.plate(seen.at_s))
    }
    best = max(overlaps, key=lambda number: overlaps[number], default=None)
    return best if best is not None and overlaps[best] >= SAME_PLACE else None


def judge_all(films: Sequence[Film], config: Config, workers: int) -> Judgement:
    """All films together, in so many processes."""
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        return reduce(add, pool.map(partial(_judge_one, config), films))


def _judge_one(config: Config, film: Film) -> Judgement:
    return Judge(config).judge(film)
