"""Run this checkout in a process of its own, whether it is installed or not."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
LONGEST_S = 240  # on a busy machine


def run_python(
    *arguments: str, to: str | None = None, through: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """to: a shell command that takes the output; through: a command that starts it."""
    command = [*through, sys.executable, *arguments]
    if to:
        command = ["/bin/sh", "-c", f'"$@" | {to}', "sh", *command]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_S,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
