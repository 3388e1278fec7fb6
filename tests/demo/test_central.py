from collections.abc import Iterator
from dataclasses import replace

import pytest

from edge_anpr.config.delivery import MqttConfig
from edge_anpr.delivery.fleet import DeviceProblems, DeviceStatus, News, parse
from edge_anpr.delivery.messages import sighting_message
from edge_anpr.delivery.topics import Topics
from edge_anpr.demo import central
from edge_anpr.records import ClockQuality
from tests.delivery.owed import sighting


def test_what_the_computer_of_the_show_lacks_is_not_what_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    early = replace(sighting(), clock=ClockQuality.UNSYNCED)
    message = sighting_message(Topics("pole-7"), early, buffered=False)
    stopped = DeviceStatus("pole-7", "stopped")
    passage = parse(message.topic, message.payload)
    assert passage

    def follow(*_: object) -> Iterator[News]:
        yield from (DeviceProblems("pole-7", ("No time server.",)), passage, stopped)

    monkeypatch.setattr(central, "follow", follow)
    shown: list[News] = []
    central.Central(MqttConfig(), shown.append).run()
    assert len(shown) == 2
    assert "AB12CDE" in shown[0].line
    assert "clock" not in shown[0].line
    assert shown[1] == stopped
