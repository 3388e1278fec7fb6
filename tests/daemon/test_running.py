"""The whole service on a recording, with real storage and no broker."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest

from edge_anpr.config import Config, RecognitionConfig
from edge_anpr.config.camera import CameraConfig, CameraKind, ReplayConfig
from edge_anpr.config.delivery import MqttConfig
from edge_anpr.config.storage import StorageConfig
from edge_anpr.daemon.running import Daemon
from edge_anpr.errors import ConfigError, StorageFailed
from edge_anpr.runtime.health import Pulse
from edge_anpr.runtime.signals import ending_signals_held
from tests import drive_by
from tests.broker import wait_until
from tests.daemon import traffic
from tests.daemon.service import Service
from tests.programs import ROOT
from tests.review.settings import review_config

NOBODY_LISTENS = MqttConfig(host="127.0.0.1", port=1, tls=False)
STOPS_WITHIN_S = 5.0
STAGES = "select stage from sighting"
WITHIN_S = 30.0  # for what takes a moment, on a busy machine


def _config(folder: Path, clip: Path, models: Path) -> Config:
    replay = ReplayConfig(path=clip, interval_s=0.1)
    return Config(
        camera=CameraConfig(kind=CameraKind.REPLAY, replay=replay),
        recognition=RecognitionConfig(models=models),
        storage=StorageConfig(folder=folder),
        mqtt=NOBODY_LISTENS,
    )


def _rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    file = folder / "sightings.db"
    if not file.exists():
        return []
    with closing(sqlite3.connect(file)) as connection:
        try:
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError:  # it is only just being made
            return []


def test_a_passing_vehicle_is_stored_and_owed(tmp_path: Path, models: Path) -> None:
    clip = drive_by.write(tmp_path / "clip", "MKL4821")
    daemon = Daemon(_config(tmp_path, clip, models))
    assert daemon.run()
    assert (daemon.funnel.reported, daemon.funnel.sent) == (1, 0)
    last = _rows(tmp_path, "select plate, stage from sighting order by revision desc")
    assert last[0] == ("MKL4821", "final")
    owed = "select destination, kind, revision from owed order by kind"
    assert _rows(tmp_path, owed) == [("mqtt", 1, len(last)), ("mqtt", 2, len(last))]


def test_what_was_refused_is_owed_again_after_a_start(
    tmp_path: Path, models: Path
) -> None:
    clip = drive_by.write(tmp_path / "clip", "MKL4821")
    config = _config(tmp_path, clip, models)
    assert Daemon(config).run()
    with closing(sqlite3.connect(tmp_path / "sightings.db")) as connection, connection:
        connection.execute("update owed set refused = 'too large'")
    refused = "select count(*) from owed where refused is not null"
    assert _rows(tmp_path, refused) == [(2,)]
    assert Daemon(config).run()
    assert _rows(tmp_path, refused) == [(0,)]


def test_what_is_owed_to_a_broker_that_is_no_longer_set_ages_like_the_rest(
    tmp_path: Path, models: Path
) -> None:
    """Nobody would ever deliver it, and so it would be kept for ever."""
    clip = drive_by.write(tmp_path / "clip", "MKL4821")
    config = _config(tmp_path, clip, models)
    assert Daemon(config).run()
    alone = config.model_copy(update={"mqtt": MqttConfig()})
    assert Daemon(alone).run()
    reasons = "select distinct refused from owed where destination = 'mqtt'"
    assert _rows(tmp_path, reasons) == [("mqtt.host is not set",)]
    assert Daemon(config).run()
    assert _rows(tmp_path, reasons) == [(None,)]


def test_a_doubtful_vehicle_is_owed_a_review(tmp_path: Path, models: Path) -> None:
    clip = drive_by.write(tmp_path / "clip", "MKL4821")
    review = review_config(tmp_path, "http://127.0.0.1:9")
    config = _config(tmp_path, clip, models).model_copy(
        update={"review": review.model_copy(update={"below_confidence": 1.0})}
    )
    assert Daemon(config).run()
    owed = _rows(tmp_path, "select destination, kind from owed order by destination")
    assert ("review", 2) in owed
    assert Daemon(_config(tmp_path, clip, models)).run()  # without reviews
    owed = _rows(tmp_path, "select destination from owed")
    assert ("review",) not in owed


def test_a_recording_that_is_missing_is_named(tmp_path: Path, models: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone"):
        Daemon(_config(tmp_path, tmp_path / "gone", models)).run()


def test_a_missing_folder_is_named(tmp_path: Path, models: Path) -> None:
    with pytest.raises(StorageFailed, match=r"create it or change storage\.folder"):
        Daemon(_config(tmp_path / "nowhere", tmp_path, models)).run()


def test_a_second_service_on_the_folder_ends_and_leaves_the_first_alone(
    tmp_path: Path, models: Path
) -> None:
    settings = traffic.settings(models, traffic.busy(tmp_path / "busy", rounds=20))
    settings["tracking"] = {"rejoin_s": 120.0}  # whoever has passed may come back
    settings["storage"] = {"folder": str(tmp_path)}
    other = tmp_path / "other"
    other.mkdir()
    with Service(tmp_path, settings) as first, Service(other, settings) as second:
        first.start()
        _wait_for_a_row(tmp_path)
        second.start()
        assert second.process.wait(WITHIN_S) == 2
        assert {stage for (stage,) in _rows(tmp_path, STAGES)} == {"provisional"}
        assert first.stop() == 0
    said = second.log.read_text()
    assert f"{tmp_path}: another edge-anpr (process {first.process.pid})" in said
    assert "Traceback" not in said


def test_sigterm_makes_what_is_in_view_final(tmp_path: Path, models: Path) -> None:
    clip = drive_by.write(tmp_path / "clip", "MKL4821")
    file = tmp_path / "config.yaml"
    file.write_text(
        f"""
        camera:
          kind: replay
          replay: {{path: {clip}, interval_s: 0.5}}
        recognition: {{models: {models}}}
        storage: {{folder: {tmp_path}}}
        mqtt: {{host: 127.0.0.1, port: 1, tls: false}}
        """
    )
    command = [sys.executable, "-m", "edge_anpr", "run", "-c", str(file)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        _wait_for_a_row(tmp_path)
        told_s = monotonic()
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=WITHIN_S)
        assert monotonic() - told_s < STOPS_WITHIN_S
    assert process.returncode == 0, said
    stages = _rows(tmp_path, "select stage from sighting order by revision")
    assert stages == [("provisional",), ("final",)]
    assert "MKL4821" not in said


def test_a_camera_that_hangs_does_not_hold_up_the_end(
    tmp_path: Path, models: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"rtsp://127.0.0.1:{silent.getsockname()[1]}/street"
        camera = {"kind": "rtsp", "timeout_s": 60.0, "rtsp": {"url": url}}
        settings = {"camera": camera, "recognition": {"models": str(models)}}
        with Service(tmp_path, settings) as service:
            service.start()
            silent.settimeout(WITHIN_S)
            connection, _ = silent.accept()
            told_s = monotonic()
            status = service.stop()
            took_s = monotonic() - told_s
            connection.close()
    said = service.log.read_text()
    assert (status, took_s < STOPS_WITHIN_S) == (0, True), said
    assert "Thread watch does not end" in said  # it did hang
    assert "ERROR" not in said


def test_a_recording_that_waits_for_its_next_picture_ends_in_time(
    tmp_path: Path, models: Path
) -> None:
    clip = drive_by.write(tmp_path / "clip", "MKL4821")
    replay = {"path": str(clip), "interval_s": 10.0}
    settings: dict[str, object] = {
        "camera": {"kind": "replay", "replay": replay},
        "recognition": {"models": str(models)},
    }
    with Service(tmp_path, settings) as service:
        service.start()
        wait_until(lambda: "Watching" in service.log.read_text())
        assert service.stop() == 0
    assert "does not end" not in service.log.read_text()


def test_only_threads_that_get_on_keep_the_watchdog_quiet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(address)
        ear.setblocking(False)
        assert _heard(ear, [Pulse(), Pulse()]) == b"WATCHDOG=1"
        assert _heard(ear, [Pulse(), _LongAgo()]) is None


def test_systemd_hears_of_the_start_and_of_the_end(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    clip = drive_by.write(tmp_path / "clip", "MKL4821")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(address)
        ear.settimeout(WITHIN_S)
        assert Daemon(_config(tmp_path, clip, models)).run()
        said = [b""]
        while said[-1] != b"STOPPING":
            said.append(ear.recv(99).partition(b"=")[0])
    told = [each for each in said if each not in {b"", b"STATUS", b"WATCHDOG"}]
    assert told == [b"EXTEND_TIMEOUT_USEC", b"READY", b"STOPPING"]


class _LongAgo(Pulse):
    age_s = 1e6


def _heard(ear: socket.socket, pulses: list[Pulse]) -> bytes | None:
    daemon = Daemon(Config())
    with ending_signals_held():
        daemon._wait_for_the_end([daemon._stop.set], pulses)
    try:
        return ear.recv(99)
    except BlockingIOError:
        return None


def _wait_for_a_row(folder: Path) -> None:
    pause, end_s = Event(), monotonic() + WITHIN_S
    while not _rows(folder, "select id from sighting"):
        assert monotonic() < end_s, "nothing was stored in time"
        pause.wait(0.1)
