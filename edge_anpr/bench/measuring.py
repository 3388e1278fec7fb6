"""Measure everything there is to know about the speed of this board."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from edge_anpr.bench.cold_start import ColdStart, draw_sample, time_cold_start
from edge_anpr.bench.machine import Machine, peak_mb, this_machine
from edge_anpr.bench.steps import Step, our_steps
from edge_anpr.bench.timing import Ratio, Timing, time_by_turns
from edge_anpr.bench.yardstick import PI4_MS, load_yardstick
from edge_anpr.config import RecognitionConfig
from edge_anpr.recognition.picture_file import load_picture

RENDERED = "the rendered sample"


@dataclass(frozen=True, slots=True)
class Round:
    """All steps with one number of threads."""

    threads: int
    timings: dict[Step, Timing]

    @property
    def ratio(self) -> Ratio:
        """The normal detector and one plate over the yardstick."""
        ours, yardstick = Step.DETECT_AND_READ, Step.YARDSTICK
        return self.timings[ours].ratio(self.timings[yardstick])

    @property
    def networks_alone(self) -> Ratio:
        """The same without what is done to pixels before and to numbers after."""
        return self.timings[Step.NETWORKS].ratio(self.timings[Step.YARDSTICK])

    @property
    def projected_pi4_ms(self) -> float:
        """A projection: the yardstick's time on a Raspberry Pi 4, times the ratio."""
        return self.ratio.least_wall * PI4_MS


@dataclass(frozen=True, slots=True)
class Picture:
    """What is read."""

    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Everything that was measured."""

    machine: Machine
    runtime: str
    picture: Picture
    cold_start: ColdStart
    rounds: tuple[Round, ...]  # 1 thread, 2 threads, ...
    peak_mb: float  # of the process that measured: all models, one after the other


def measure(
    config: RecognitionConfig, picture: Path | None, threads: int, seconds: float
) -> Benchmark:
    """Take about this many seconds; without a picture, draw one.

    Raises BenchFailed, ModelMismatch, PictureUnreadable.
    """
    with TemporaryDirectory(prefix="edge-anpr-") as folder:
        path = picture or Path(folder) / "sample.jpg"
        started_s = perf_counter()
        if not picture:
            draw_sample(path)
        cold_start = time_cold_start(path, config.models)
        height, width = load_picture(path).shape[:2]
        content = path.read_bytes()
    left_s = max(seconds - (perf_counter() - started_s), 0)
    rounds = tuple(
        _round(config, content, count, left_s / threads)
        for count in range(1, threads + 1)
    )
    return Benchmark(
        this_machine(),
        load_yardstick(1).runtime,
        Picture(str(picture) if picture else RENDERED, width, height),
        cold_start,
        rounds,
        peak_mb(),
    )


def _round(
    config: RecognitionConfig, picture: bytes, threads: int, seconds: float
) -> Round:
    config = config.model_copy(update={"threads": threads})
    yardstick = load_yardstick(threads)
    steps = {Step.YARDSTICK: yardstick.run, **our_steps(config, picture)}
    return Round(threads, time_by_turns(steps, seconds))
