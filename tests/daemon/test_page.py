"""The page of the running service, and that the service does without it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage

import pytest

from edge_anpr.web.passwords import set_password
from tests import drive_by
from tests.broker import free_port, wait_until
from tests.programs import ROOT
from tests.web.making import PASSWORD

STOPS_WITHIN_S = 30.0


@contextmanager
def _running(folder: Path, models: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """On a clip that lasts for longer than any test."""
    clip = drive_by.write(folder / "clip", "MKL4821")
    file = folder / "config.yaml"
    file.write_text(
        f"""
        camera: {{kind: replay, replay: {{path: {clip}, interval_s: 2.0}}}}
        recognition: {{models: {models}}}
        storage: {{folder: {folder}}}
        web: {{port: {port}, address: 127.0.0.1}}
        """
    )
    with subprocess.Popen(
        [sys.executable, "-m", "edge_anpr", "run", "-c", str(file)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.communicate(timeout=STOPS_WITHIN_S)
    assert process.returncode == 0


def _ask(
    port: int, path: str, cookie: str = "", body: str = ""
) -> tuple[int, str, str]:
    """The code, the cookie and the answer; code 0 while nobody listens."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Cookie": cookie, "Content-Type": "application/json"}
    try:
        line.request("POST" if body else "GET", path, body or None, headers)
        answer = line.getresponse()
        given = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        return answer.status, given, answer.read().decode(errors="replace")
    except OSError:
        return 0, "", ""
    finally:
        line.close()


def test_it_answers_while_the_service_runs(tmp_path: Path, models: Path) -> None:
    set_password(tmp_path / "page-passwords", "anna", PASSWORD)
    port = free_port()
    with _running(tmp_path, models, port):
        wait_until(lambda: _ask(port, "/health")[0] == 200)
        wait_until(lambda: '"frames": 0' not in _ask(port, "/api/v1/status")[2])
        name = json.dumps({"name": "anna", "password": PASSWORD})
        code, cookie, _ = _ask(port, "/api/v1/login", body=name)
        assert code == 200
        wait_until(lambda: _ask(port, "/api/v1/aim", cookie)[0] == 200)
        seen = json.loads(_ask(port, "/api/v1/aim", cookie)[2])
        assert (seen["width"], seen["height"]) == (1280, 720)
        assert "edge_anpr_frames_total" in _ask(port, "/metrics")[2]
        assert _ask(port, "/why")[0] == 200
        health = json.loads(_ask(port, "/api/v1/status")[2])["health"]
        free = disk_usage(tmp_path).free
        assert health["storage_free_bytes"] == pytest.approx(free, rel=0.2)


def test_a_port_that_is_taken_stops_nothing(tmp_path: Path, models: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with _running(tmp_path, models, port) as process:
            assert process.stderr
            assert any(f"listen on port {port}" in line for line in process.stderr)
            assert process.poll() is None
