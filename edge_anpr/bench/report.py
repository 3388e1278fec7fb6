"""Say how fast the board is: a table for people, an object for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from statistics import median

from edge_anpr import __version__
from edge_anpr.bench.measuring import Benchmark, Round
from edge_anpr.bench.steps import Step
from edge_anpr.bench.timing import Ratio
from edge_anpr.bench.yardstick import NAME, PI4_MS, PI4_SOURCE

LABELS = {
    Step.DECODE: "decode a frame",
    Step.DETECT_SMALL: "detect, small",
    Step.DETECT_NORMAL: "detect, normal",
    Step.DETECT_LARGE: "detect, large",
    Step.READ: "read a plate",
    Step.DETECT_AND_READ: "normal detector + one plate",
    Step.NETWORKS: "their networks alone",
    Step.WHOLE: "whole: with decoding",
    Step.YARDSTICK: f"int8 {NAME} 1.0 224",
}
BUSY = 1.3  # median over least time beyond which other programs must be at work
LEAST_GAIN = 1.1  # of more threads over one; with less, they had no core of their own


def as_json(benchmark: Benchmark) -> str:
    """One line of JSON; times in ms, memory in MB (10^6 bytes)."""
    return json.dumps(
        {
            "version": __version__,
            "machine": asdict(benchmark.machine),
            "runtime": benchmark.runtime,
            "picture": asdict(benchmark.picture),
            "cold_start_ms": _spread(benchmark.cold_start.wall_ms),
            "peak_mb": {
                "read": round(benchmark.cold_start.peak_mb, 1),
                "bench": round(benchmark.peak_mb, 1),
            },
            "yardstick": {"pi4_ms": PI4_MS, "source": PI4_SOURCE},
            "rounds": [_round(each) for each in benchmark.rounds],
        }
    )


def as_lines(benchmark: Benchmark) -> list[str]:
    """A table for each number of threads, and below it what it comes to."""
    machine, picture = benchmark.machine, benchmark.picture
    cold_start = benchmark.cold_start
    lines = [
        f"edge-anpr {__version__}, {benchmark.runtime}",
        f"{machine.name}, {_counted(machine.cores, 'core')}, {machine.system}",
        f"picture: {picture.name}, {picture.width} x {picture.height}",
    ]
    for each in benchmark.rounds:
        lines += ["", *_table(each), "", _verdict(each)]
    return [
        *lines,
        "",
        f"cold start to the first read: {median(cold_start.wall_ms):.0f} ms "
        f"(least {min(cold_start.wall_ms):.0f} ms of {len(cold_start.wall_ms)})",
        f"peak memory: edge-anpr read {cold_start.peak_mb:.0f} MB, "
        f"this benchmark {benchmark.peak_mb:.0f} MB",
        "",
        f"A projection is the ratio times {PI4_MS:.0f} ms, from",
        f"{PI4_SOURCE}.",
        "Ratio and projection are of the least wall times; CPU is of all threads.",
        *_doubts(benchmark.rounds),
    ]


def _table(each: Round) -> list[str]:
    turns = len(each.timings[Step.YARDSTICK].wall_ms)
    title = f"{_counted(each.threads, 'thread')}, {turns} turns"
    head = f"{title:<30}{'wall ms':>16}{'CPU ms':>9}"
    columns = f"{'':<30}{'least':>8}{'median':>8}{'median':>9}"
    rows = []
    for step, label in LABELS.items():
        timing = each.timings[step]
        rows.append(
            f"{label:<30}{min(timing.wall_ms):8.1f}{median(timing.wall_ms):8.1f}"
            f"{median(timing.cpu_ms):9.1f}"
        )
    return [head, columns, *rows]


def _verdict(each: Round) -> str:
    ours = min(each.timings[Step.DETECT_AND_READ].wall_ms)
    yardstick = min(each.timings[Step.YARDSTICK].wall_ms)
    return (
        f"{LABELS[Step.DETECT_AND_READ]}: {ours:.1f} ms, "
        f"{each.ratio.least_wall:.2f} x {NAME} ({yardstick:.1f} ms; "
        f"{LABELS[Step.NETWORKS]} {each.networks_alone.least_wall:.2f} x); "
        f"projected Raspberry Pi 4: {each.projected_pi4_ms:.0f} ms (a projection)"
    )


def _doubts(rounds: Sequence[Round]) -> list[str]:
    """Why these figures may be worse than what the machine can do."""
    times = [each.timings[Step.YARDSTICK].wall_ms for each in rounds]
    doubts = []
    if median(times[-1]) > BUSY * min(times[-1]):
        doubts.append(
            "This machine is busy with other work (the yardstick's median is "
            f"{median(times[-1]) / min(times[-1]):.1f} x its least time): "
            "measure again alone."
        )
    if len(times) > 1 and min(times[0]) < LEAST_GAIN * min(times[-1]):
        doubts.append(
            f"{len(times)} threads are no quicker than 1: other work has the cores, "
            "or there are fewer of them; trust the figures of 1 thread."
        )
    return doubts


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _round(each: Round) -> dict[str, object]:
    return {
        "threads": each.threads,
        "turns": len(each.timings[Step.YARDSTICK].wall_ms),
        "ms": {
            step.value: {
                "wall": _spread(timing.wall_ms),
                "cpu": _spread(timing.cpu_ms),
            }
            for step, timing in each.timings.items()
        },
        "ratio": _rounded(each.ratio),
        "networks_alone_ratio": _rounded(each.networks_alone),
        "projected_pi4_ms": round(each.projected_pi4_ms, 1),
    }


def _rounded(ratio: Ratio) -> dict[str, float]:
    return {key: round(value, 3) for key, value in asdict(ratio).items()}


def _spread(times_ms: Sequence[float]) -> dict[str, float]:
    return {"least": round(min(times_ms), 2), "median": round(median(times_ms), 2)}
