"""`edge-anpr run` in a process of its own, on a recording."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, Self

import yaml

from tests.broker import WITHIN_S, Mosquitto
from tests.programs import ROOT

DEVICE = "pole-7"


class Service:
    """Keeps its settings and its state in one folder; may be started again."""

    def __init__(
        self, folder: Path, settings: dict[str, object], broker: Mosquitto | None = None
    ) -> None:
        """settings: sections of config.yaml, beside those that every service has"""
        self.folder = folder
        self.log = folder / "service.log"
        self._config = folder / "config.yaml"
        self._usual: dict[str, object] = {
            "storage": {"folder": str(folder)},
            "device": {"id": DEVICE},
            "web": {"enabled": False},
            **({"mqtt": _to(broker)} if broker else {}),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.configure(settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process and self._process.poll() is None:  # a test has failed
            self.kill()

    def configure(self, settings: dict[str, object]) -> None:
        """Counts from the next start."""
        self._config.write_text(yaml.safe_dump({**self._usual, **settings}))

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process, "it has not been started"
        return self._process

    def start(self) -> None:
        command = [sys.executable, "-m", "edge_anpr", "run", "-c", str(self._config)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stderr=log, env={**os.environ, "PYTHONPATH": str(ROOT)}
            )

    def stop(self) -> int:
        """As systemd does; return the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(WITHIN_S)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(WITHIN_S)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """None where there is no such table yet."""
        file = self.folder / "sightings.db"
        if not file.exists():
            return []
        with closing(sqlite3.connect(file, timeout=WITHIN_S)) as connection:
            try:
                return connection.execute(query).fetchall()
            except sqlite3.OperationalError:  # it is only just being made
                return []


def _to(broker: Mosquitto) -> dict[str, object]:
    return {
        "host": broker.host,
        "port": broker.port,
        "ca_file": str(broker.ca_file),
        "credentials_file": str(broker.add(DEVICE)),
    }
