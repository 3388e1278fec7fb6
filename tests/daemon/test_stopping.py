"""The service ends in time, whatever its broker does."""

from pathlib import Path
from time import monotonic

import pytest

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
