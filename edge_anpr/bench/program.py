"""Run our own program in a process of its own, installed or not."""

import os
import sys
from pathlib import Path

import edge_anpr

PARENT = Path(edge_anpr.__file__).parent.parent  # installed or a checkout


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "edge_anpr", *arguments]


def environment() -> dict[str, str]:
    search = os.pathsep.join(filter(None, (str(PARENT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": search}
