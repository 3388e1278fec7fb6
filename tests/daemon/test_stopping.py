"""The service ends in time, whatever its broker does."""

from pathlib import Path
from time import monotonic

import pytest

from edge_anpr.config import Config, RecognitionConfig
from edge_anpr.config.camera import CameraConfig, CameraKind, ReplayConfig
from edge_anpr.config.delivery import DeviceConfig, MqttConfig
from edge_anpr.config.storage import StorageConfig
from edge_anpr.config.web import WebConfig
from edge_anpr.daemon.running import Daemon
from edge_anpr.daemon.upkeep import Upkeep
from edge_anpr.errors import DatabaseDamaged
from edge_anpr.pipeline.pipeline import Pipeline
from tests import drive_by
from tests.broker import Mosquitto, Receiver, wait_until
from tests.daemon.service import Service

pytestmark = pytest.mark.broker

STOPS_WITHIN_S = 5.0  # what systemd is told, and more than a broker's timeout_s


def test_a_broker_that_hangs_does_not_hold_up_the_end(
    tmp_path: Path, models: Path, mosquitto: Mosquitto, receiver: Receiver
) -> None:
    clip = drive_by.write(tmp_path / "clip", "MKL4821")
    replay = {"path": str(clip), "interval_s": 0.5}
    settings: dict[str, object] = {
        "camera": {"kind": "replay", "replay": replay},
        "recognition": {"models": str(models)},
    }
    with Service(tmp_path, settings, mosquitto) as service:
        service.start()
        wait_until(lambda: len(receiver.of("health")) > 0)
        mosquitto.freeze()
        wait_until(lambda: len(service.rows("select number from owed")) > 0)
        told_s = monotonic()
        status = service.stop()
        took_s = monotonic() - told_s
    mosquitto.kill()
    said = service.log.read_text()
    assert (status, took_s < STOPS_WITHIN_S) == (0, True), said
    assert "does not end" not in said
    assert "final" in {stage for (stage,) in service.rows("select stage from sighting")}
    assert service.rows("select number from owed")


@pytest.fixture
def config(tmp_path: Path, models: Path, mosquitto: Mosquitto) -> Config:
    """Of a service that ends with its recording."""
    replay = ReplayConfig(path=drive_by.write(tmp_path / "clip", "MKL4821"))
    return Config(
        camera=CameraConfig(kind=CameraKind.REPLAY, replay=replay),
        recognition=RecognitionConfig(models=models),
        storage=StorageConfig(folder=tmp_path),
        web=WebConfig(enabled=False),
        device=DeviceConfig(id="pole-7"),
        mqtt=MqttConfig(
            host=mosquitto.host,
            port=mosquitto.port,
            ca_file=mosquitto.ca_file,
            credentials_file=mosquitto.add("pole-7"),
        ),
    )


def _statuses(receiver: Receiver) -> list[bytes]:
    wait_until(lambda: len(receiver.of("status")) > 1)
    return [each.payload for each in receiver.of("status")]


def test_a_device_that_a_fault_ends_is_said_to_be_offline(
    config: Config, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        wait_until(lambda: len(receiver.of("status")) > 0)
        raise RuntimeError("a bug")

    monkeypatch.setattr(Pipeline, "look", fails)
    assert not Daemon(config).run()
    assert _statuses(receiver) == [b"online", b"offline"]


@pytest.mark.parametrize("fault", [RuntimeError, DatabaseDamaged])
def test_so_is_one_that_a_fault_of_the_main_thread_ends(
    config: Config,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    fault: type[Exception],
) -> None:
    def fails(*_: object) -> None:
        wait_until(lambda: len(receiver.of("status")) > 0)
        raise fault("it cannot go on")

    monkeypatch.setattr(Upkeep, "turn", fails)
    with pytest.raises(fault):
        Daemon(config).run()
    assert _statuses(receiver) == [b"online", b"offline"]


def test_a_device_whose_recording_ends_is_said_to_be_stopped(
    config: Config, receiver: Receiver
) -> None:
    assert Daemon(config).run()
    assert _statuses(receiver) == [b"online", b"stopped"]
