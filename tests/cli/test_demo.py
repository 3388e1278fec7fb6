"""The first command that anybody tries."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from edge_anpr.demo.staging import PLATES, WANTED
from tests.programs import ROOT, run_python

WITHIN_S = 240


def _is_in(folder: Path) -> list[Path]:
    return list(folder.glob("edge-anpr-demo-*"))


def _brokers_of(folder: Path) -> list[Path]:
    """Programs that were begun with a file in this folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has just ended
            if f"\0{folder}/".encode() in file.read_bytes():
                found.append(file)
    return found


@contextmanager
def _showing(folder: Path, models: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "edge_anpr", "demo", f"--models={models}"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        yield process


def test_it_shows_every_vehicle_as_the_central_side_gets_it(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    done = run_python(
        "-m", "edge_anpr", "demo", "--json", "--embedded-broker", f"--models={models}"
    )
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert (said[0]["status"], said[-1]["status"]) == ("online", "stopped")
    finals = [each for each in said if each.get("stage") == "final"]
    plates = [each["plate"] for each in finals]
    assert sorted(plates) == sorted((*PLATES, WANTED))  # the alert comes beside it
    assert "sent                3" in done.stderr
    assert _is_in(tmp_path) == []


def test_ctrl_c_ends_it_cleanly(tmp_path: Path, models: Path) -> None:
    with _showing(tmp_path, models) as process:
        assert process.stdout
        while "is online" not in process.stdout.readline():
            assert process.poll() is None
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _, said = process.communicate(timeout=WITHIN_S)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert _is_in(tmp_path) == []


@pytest.mark.broker
@pytest.mark.parametrize(
    ("to", "code", "last"),
    [
        ('"$@" >/dev/full', 2, "The output cannot be written (no space left on"),
        ('"$@" | head -n 1', 1, "What a receiver gets from"),
    ],
    ids=["full disk", "closed pipe"],
)
def test_when_nothing_more_can_be_shown_it_ends(
    to: str, code: int, last: str, tmp_path: Path, models: Path
) -> None:
    done = run_python(
        *("-m", "edge_anpr", "demo", "--json", "--rounds=20", f"--models={models}"),
        through=("env", f"TMPDIR={tmp_path}", "bash", "-o", "pipefail", "-c", to, "sh"),
    )
    said = done.stderr
    assert done.returncode == code, said
    assert said.splitlines()[-1].startswith(last)
    assert "Traceback" not in said
    assert (_is_in(tmp_path), _brokers_of(tmp_path)) == ([], [])


@pytest.mark.broker
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_nothing_is_left_when_it_ends_while_it_draws(
    asked: signal.Signals, tmp_path: Path, models: Path
) -> None:
    with _showing(tmp_path, models) as process:
        assert process.stderr
        assert "Drawing" in process.stderr.readline()
        assert len(_brokers_of(tmp_path)) == 1
        process.send_signal(asked)
        _, said = process.communicate(timeout=WITHIN_S)
    assert (process.returncode, said) == (0, "")
    assert (_is_in(tmp_path), _brokers_of(tmp_path)) == ([], [])
