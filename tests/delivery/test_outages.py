"""A device with its real store, and a real Mosquitto that is in trouble."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

import pytest

from edge_anpr.config.delivery import MqttConfig
from edge_anpr.delivery.courier import Courier
from edge_anpr.storage.outbox import Owed
from tests.broker import Mosquitto, Receiver, wait_until
from tests.delivery.pole import PACE, config, destination
from tests.storage.making import CROP, SIGHTING, Storage, sighting

pytestmark = pytest.mark.broker

EACH = 5  # sightings before, during and after


class Device:
    """Store, outbox, courier and destination, as the daemon puts them together."""

    def __init__(self, folder: Path, mqtt: MqttConfig) -> None:
        self.saved = 0
        self._folder = folder
        folder.mkdir()
        self._mqtt = mqtt
        self.start()

    def start(self) -> None:
        self._open = ExitStack()
        self._storage = Storage(self._folder)
        self._open.callback(self._storage.db.close)
        mqtt = self._open.enter_context(destination(self._mqtt))
        self._courier: Courier[Owed] = Courier(self._storage.outbox, mqtt, PACE)

    def stop(self) -> None:
        self._open.close()

    def see(self) -> None:
        """So many vehicles more."""
        for _ in range(EACH):
            seen = sighting(self.saved, crop=b"crop %d" % self.saved)
            self._storage.sightings.save(seen, [SIGHTING, CROP])
            self.saved += 1

    def turns(self, number: int) -> None:
        for _ in range(number):
            self._courier.step()

    def is_idle(self) -> bool:
        self.turns(1)
        return self._storage.outbox.next_owed() is None

    @property
    def trouble(self) -> str:
        return self._courier.trouble or ""


Trouble: TypeAlias = Callable[[Mosquitto, Receiver, Device], None]


def _start(broker: Mosquitto, receiver: Receiver) -> None:
    before = receiver.subscriptions
    broker.start()
    receiver.wait_for_subscription(before + 1)


def _is_down_for_long(broker: Mosquitto, receiver: Receiver, device: Device) -> None:
    broker.stop()
    device.turns(50)
    device.stop()  # and comes back with what it stored
    device.start()
    device.turns(50)
    assert "Connection refused" in device.trouble
    _start(broker, receiver)


def _comes_and_goes(broker: Mosquitto, receiver: Receiver, device: Device) -> None:
    for turns in (1, 2, 3):
        broker.stop()
        device.turns(turns)
        _start(broker, receiver)
        device.turns(turns)


def _is_killed(broker: Mosquitto, receiver: Receiver, device: Device) -> None:
    broker.freeze()
    device.turns(1)
    assert "no answer in time" in device.trouble
    broker.kill()
    _start(broker, receiver)


def _has_another_password(broker: Mosquitto, _: Receiver, device: Device) -> None:
    broker.fleet("revoke", "pole-7")
    wait_until(lambda: not device.is_idle() and "credentials_file" in device.trouble)
    broker.add("pole-7")


def _has_an_expired_certificate(
    broker: Mosquitto, receiver: Receiver, device: Device
) -> None:
    broker.stop()
    broker.certify(days=-1)
    broker.start()
    device.turns(5)
    assert "certificate has expired" in device.trouble
    broker.stop()
    broker.certify()
    _start(broker, receiver)


@pytest.mark.parametrize(
    "trouble",
    [
        _is_down_for_long,
        _comes_and_goes,
        _is_killed,
        _has_another_password,
        _has_an_expired_certificate,
    ],
    ids=lambda trouble: trouble.__name__.strip("_"),
)
def test_every_sighting_arrives_though_the_broker(
    trouble: Trouble, mosquitto: Mosquitto, receiver: Receiver, tmp_path: Path
) -> None:
    device = Device(tmp_path / "device", config(mosquitto, timeout_s=1.0))
    device.see()
    wait_until(device.is_idle)
    wait_until(lambda: len(receiver.of("crop")) == EACH)
    device.see()
    trouble(mosquitto, receiver, device)
    device.see()
    wait_until(device.is_idle)
    device.stop()
    wait_until(lambda: len({each.payload for each in receiver.of("crop")}) == 3 * EACH)
    sightings = {each.payload for each in receiver.of("sighting")}
    keys = [(fields["id"], fields["revision"]) for fields in map(json.loads, sightings)]
    # What came twice is the same to the last byte.
    assert sorted(keys) == [(sighting(n).id, 1) for n in range(3 * EACH)]
