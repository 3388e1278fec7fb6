"""What we run on."""

import os
import platform
import resource
from dataclasses import dataclass
from pathlib import Path

BOARD = Path("/proc/device-tree/model")  # on boards, and there only
PROCESSOR = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine, as far as it tells."""

    name: str
    system: str
    cores: int  # that this process may use


def this_machine() -> Machine:
    return Machine(_name(), platform.platform(), len(os.sched_getaffinity(0)))


def peak_mb() -> float:
    """The most memory this process has held, resident."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def _name() -> str:
    if BOARD.exists():
        return BOARD.read_text().rstrip("\0\n")
    lines = PROCESSOR.read_text().splitlines() if PROCESSOR.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return named[0] if named else platform.machine()
