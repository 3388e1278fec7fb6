"""Run this checkout in a process of its own, whether it is installed or not."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LONGEST_S = 240  # on a busy machine


def run_python(
    *arguments: str, to: str | None = None
) -> subprocess.CompletedProcess[str]:
    """to: a shell command that takes the output."""
    command = [sys.executable, *arguments]
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
