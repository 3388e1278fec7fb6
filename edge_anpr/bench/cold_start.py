"""How long a fresh `edge-anpr read` takes to its first line, and how much memory."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from edge_anpr.bench.program import command, environment
from edge_anpr.errors import BenchFailed

STARTS = 3


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Of several starts one after the other."""

    wall_ms: tuple[float, ...]
    peak_mb: float  # resident, the most of any


@dataclass(frozen=True, slots=True)
class _Run:
    first_line_ms: float
    peak_mb: float


def time_cold_start(picture: Path, models: Path | None) -> ColdStart:
    """Raise BenchFailed.

    To be called while this process is small: Linux counts what a process holds when
    it starts another as memory of that other too.
    """
    options = [f"--models={models}"] if models else []
    runs = [_run(["read", *options, str(picture)]) for _ in range(STARTS)]
    return ColdStart(
        tuple(run.first_line_ms for run in runs), max(run.peak_mb for run in runs)
    )


def draw_sample(picture: Path, seed: int = 1) -> None:
    """In a process of its own, because drawing takes more memory than reading."""
    _run(["sample", "--plates=1", f"--seed={seed}", str(picture)])


def _run(arguments: Sequence[str]) -> _Run:
    started_s = perf_counter()
    with subprocess.Popen(  # noqa: S603 (our own program)
        command(*arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(),
    ) as process:
        assert process.stdout  # noqa: S101 (mypy cannot know that it is a pipe)
        said = process.stdout.readline()
        first_line_ms = 1000 * (perf_counter() - started_s)
        said += process.stdout.read()
        # Unlike wait(), this tells what that very process used.
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise BenchFailed(" ".join(said.split()))
    return _Run(first_line_ms, used.ru_maxrss * 1024 / 1e6)
