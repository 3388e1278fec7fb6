"""What the tests of commands share."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.broker import mosquitto

__all__ = ["mosquitto"]

POWERS = "-dac_override,-dac_read_search"


@pytest.fixture
def by_rights(tmp_path: Path) -> Sequence[str]:
    """A command that starts another which may only do what the files' modes allow."""
    closed = tmp_path / "closed"
    closed.touch(mode=0)
    for command in (
        ["env"],  # whoever is not root
        ["setpriv", "--bounding-set", POWERS, "--inh-caps", POWERS],
    ):
        try:
            done = subprocess.run(
                [*command, "cat", closed], check=False, capture_output=True
            )
        except FileNotFoundError:
            continue
        if b"Permission denied" in done.stderr:
            closed.unlink()
            return command
    return pytest.skip("here every file may be read, and setpriv cannot change that")
