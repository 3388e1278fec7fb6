"""edge-anpr watch, as it is called."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge_anpr.delivery.fleet import HEADER
from edge_anpr.delivery.mqtt_destination import MqttDestination
from edge_anpr.records import Kind
from tests.broker import WITHIN_S, Mosquitto, wait_until
from tests.delivery.owed import WATCHED, OwedItem, sighting
from tests.delivery.pole import POLE, config, destination
from tests.programs import ROOT, run_python


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://fleet", "expected mqtts://host:port"),
        ("mqtt://me:secret@fleet", "use --credentials-file"),
        ("mqtt://me:se/cret@fleet", "use --credentials-file"),
        ("mqtt://127.0.0.1:1", "Connection refused"),
        ("mqtts://broker..lan", "there can be no host broker..lan"),
    ],
)
def test_what_cannot_be_watched_is_named(url: str, said: str) -> None:
    done = run_python("-m", "edge_anpr", "watch", f"--broker={url}", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


@contextmanager
def _watching(
    broker: Mosquitto, *options: str, log: Path = Path(os.devnull)
) -> Iterator[Iterator[str]]:
    """What it prints, line by line, until Ctrl-C; log: for what it says beside."""
    command = [
        *(sys.executable, "-m", "edge_anpr", "watch"),
        f"--broker=mqtts://{broker.host}:{broker.port}",
        f"--ca-file={broker.ca_file}",
        f"--credentials-file={broker.add('watch')}",
        *options,
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    with (
        log.open("ab") as errors,
        subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
        ) as process,
    ):
        try:
            assert process.stdout
            yield (line.rstrip("\n") for line in process.stdout)
            process.send_signal(signal.SIGINT)
            assert process.wait(WITHIN_S) == 0
        finally:
            process.kill()


def _deliver_an_alert(pole: MqttDestination) -> None:
    seen = sighting(match=WATCHED)
    pole.deliver(OwedItem(Kind.ALERT, seen))
    pole.deliver(OwedItem(Kind.SIGHTING, seen))


@pytest.mark.broker
def test_what_a_fleet_sees_is_a_table(mosquitto: Mosquitto) -> None:
    with destination(config(mosquitto)) as pole:
        pole.prepare()
        with _watching(mosquitto) as lines:
            assert next(lines) == HEADER
            assert next(lines).split() == [POLE, "is", "online"]
            _deliver_an_alert(pole)
            row = "2026-03-01 11:59:58  pole-7            AB12CDE      88%  final  "
            rows = next(lines), next(lines)
            assert all(each.startswith(row) for each in rows)
            assert "  ALERT, watch list wanted (Röver), sent late" in rows[0]
            assert "  watch list wanted (Röver), sent late" in rows[1]


@pytest.mark.broker
def test_what_a_fleet_sees_is_a_line_of_json_each(mosquitto: Mosquitto) -> None:
    with destination(config(mosquitto)) as pole:
        pole.prepare()
        with _watching(mosquitto, "--json") as lines:
            assert json.loads(next(lines)) == {"device": POLE, "status": "online"}
            _deliver_an_alert(pole)
            for _ in range(2):
                news = json.loads(next(lines))
                assert (news["plate"], news["match"]["name"]) == ("AB12CDE", "Röver")


@pytest.mark.broker
def test_when_nothing_more_can_be_shown_it_ends_in_a_sentence(
    mosquitto: Mosquitto,
) -> None:
    done = run_python(
        *("-m", "edge_anpr", "watch"),
        f"--broker=mqtts://{mosquitto.host}:{mosquitto.port}",
        f"--ca-file={mosquitto.ca_file}",
        f"--credentials-file={mosquitto.add('watch')}",
        through=("/bin/sh", "-c", '"$@" >/dev/full', "sh"),
    )
    assert done.returncode == 2
    assert done.stderr.startswith("The output cannot be written (no space left")
    assert done.stderr.count("\n") == 1


@pytest.mark.broker
def test_a_broker_that_goes_away_is_told_of_once(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with _watching(mosquitto, log=log) as lines:
        assert next(lines) == HEADER
        with destination(config(mosquitto)) as pole:
            pole.prepare()
            assert next(lines).split() == [POLE, "is", "online"]
        mosquitto.stop()
        wait_until(lambda: "lost" in log.read_text())
        mosquitto.start()
        wait_until(lambda: log.read_text().count("\n") > 1)
    lost, back = log.read_text().splitlines()
    assert lost == "The broker is lost; trying again until it is back"
    assert back == "The broker is back"
