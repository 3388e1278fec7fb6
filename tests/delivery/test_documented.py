"""The commands for receivers, as the documents have them, at the broker of a fleet."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge_anpr.delivery.mqtt_destination import MqttDestination
from edge_anpr.records import Kind
from tests.broker import Mosquitto, wait_until
from tests.delivery.owed import JPEG, WATCHED, OwedItem, sighting
from tests.delivery.pole import config, destination
from tests.programs import ROOT

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif(
        not shutil.which("mosquitto_sub"),
        reason="mosquitto_sub is not installed (apt install mosquitto-clients)",
    ),
]

DOCUMENTS = (ROOT / "docs" / "mqtt.md", ROOT / "deploy" / "broker" / "README.md")
BLOCK = re.compile(r"^```sh\n(mosquitto_sub .*?)^```", re.DOTALL | re.MULTILINE)
COMMANDS = [each for file in DOCUMENTS for each in BLOCK.findall(file.read_text())]
ALERTS = [each for each in COMMANDS if "/alert" in each]
CROPS = [each for each in COMMANDS if "/crop" in each]


def test_there_are_commands_to_try() -> None:
    assert (len(ALERTS), len(CROPS)) == (2, 1)
    assert len(COMMANDS) == 3


@contextmanager
def _running(broker: Mosquitto, command: str) -> Iterator[Path]:
    """As documented, but for the broker's address; the file with what it prints."""
    (name,) = re.findall(r" -u (\S+)", command)
    password = broker.add(name).read_text().splitlines()[1]
    shutil.copy(broker.ca_file, broker.folder)
    here = command.replace("broker.example", broker.host)
    here = here.replace("-p 8883", f"-p {broker.port}")
    printed = broker.folder / "printed"
    with (
        printed.open("wb") as file,
        subprocess.Popen(
            ["/bin/sh", "-c", here],
            cwd=broker.folder,
            env={**os.environ, "PASSWORD": password},
            stdout=file,
            start_new_session=True,
        ) as shell,
    ):
        try:
            yield printed
        finally:
            os.killpg(shell.pid, signal.SIGTERM)


def _shown(pole: MqttDestination, kind: Kind, file: Path) -> bytes:
    """Send until the receiver is there; what comes first is shown."""

    def is_shown() -> bool:
        pole.deliver(OwedItem(kind, sighting(match=WATCHED)))
        return file.exists() and bool(file.read_bytes())

    wait_until(is_shown)
    return file.read_bytes()


@pytest.mark.parametrize("command", ALERTS, ids=["mqtt.md", "README.md"])
def test_an_alert_is_shown(mosquitto: Mosquitto, command: str) -> None:
    with destination(config(mosquitto)) as pole, _running(mosquitto, command) as file:
        pole.prepare()
        topic, payload = _shown(pole, Kind.ALERT, file).decode().split(" ", 1)
    assert topic == "edge-anpr/pole-7/alert"
    assert '"plate":"AB12CDE"' in payload


@pytest.mark.parametrize("command", CROPS)
def test_a_crop_becomes_a_file(mosquitto: Mosquitto, command: str) -> None:
    with destination(config(mosquitto)) as pole, _running(mosquitto, command):
        pole.prepare()
        assert _shown(pole, Kind.CROP, mosquitto.folder / "crop.jpg") == JPEG
