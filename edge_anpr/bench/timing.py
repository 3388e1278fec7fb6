"""Time several steps by turns, so that whatever slows the machine slows them all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from typing import TypeVar

FEWEST_TURNS = 3  # however little time there is

Name = TypeVar("Name")


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one step took, turn by turn."""

    wall_ms: tuple[float, ...]
    # Of all threads together. Linux learns of the other threads' share only at its next
    # tick, so of one turn it may be milliseconds off; the median is sound.
    cpu_ms: tuple[float, ...]

    def ratio(self, other: "Timing") -> "Ratio":
        """This step over another that was timed in the same turns."""
        return Ratio(
            least_wall=min(self.wall_ms) / min(other.wall_ms),
            median_wall=_median_ratio(self.wall_ms, other.wall_ms),
            median_cpu=_median_ratio(self.cpu_ms, other.cpu_ms),
        )


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as long as another step one takes."""

    least_wall: float  # the least of each: what an idle machine would show
    median_wall: float  # of the turns' ratios
    median_cpu: float  # of the turns' ratios


def time_by_turns(
    steps: Mapping[Name, Callable[[], object]], seconds: float
) -> dict[Name, Timing]:
    """Run every step once a turn, forth and back, for about this long.

    Neighbours in `steps` are run right after each other.
    """
    order = list(steps)
    wall_ms: dict[Name, list[float]] = {name: [] for name in order}
    cpu_ms: dict[Name, list[float]] = {name: [] for name in order}
    for name in order:
        steps[name]()  # the first run of a network prepares the next ones
    until_s = perf_counter() + seconds
    turns = 0
    while turns < FEWEST_TURNS or perf_counter() < until_s:
        for name in order:
            wall_s, cpu_s = perf_counter(), process_time()
            steps[name]()
            cpu_ms[name].append(1000 * (process_time() - cpu_s))
            wall_ms[name].append(1000 * (perf_counter() - wall_s))
        order.reverse()
        turns += 1
    return {name: Timing(tuple(wall_ms[name]), tuple(cpu_ms[name])) for name in steps}


def _median_ratio(ours: tuple[float, ...], others: tuple[float, ...]) -> float:
    return median(
        our / other for our, other in zip(ours, others, strict=True) if other > 0
    )
