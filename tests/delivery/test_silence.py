"""A device that dies without anybody taking its `online` back falls silent."""

from collections.abc import Iterator

import pytest

from edge_anpr.delivery.fleet import (
    SILENT,
    DeviceProblems,
    DeviceStatus,
    News,
    parse,
    turned,
)
from edge_anpr.delivery.messages import health_message
from edge_anpr.delivery.silence import Silence
from edge_anpr.delivery.topics import Topics
from edge_anpr.records import ClockQuality
from edge_anpr.runtime.health import Health
from tests.delivery.owed import NOON

EVERY_S = 60.0
ONLINE, OFFLINE = (DeviceStatus("pole-7", each) for each in ("online", "offline"))
FALLEN = DeviceStatus("pole-7", SILENT)


class Fleet:
    """Who listens to one device, and what it is told."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.silence = Silence(lambda: self.now_s)

    def tell(self, *news: News | None) -> Iterator[DeviceStatus]:
        for each in news:
            yield from turned(self.silence, each)

    def after(self, seconds: float) -> list[DeviceStatus]:
        self.now_s += seconds
        return list(self.tell(None))


def _health(every_s: float = EVERY_S) -> News | None:
    health = Health("0.1.0", 1.0, ClockQuality.SYNCED)
    message = health_message(Topics("pole-7"), health, NOON, every_s)
    return parse(message.topic, message.payload)


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


def test_a_device_that_says_nothing_more_is_told_of_once(fleet: Fleet) -> None:
    assert not list(fleet.tell(_health(), ONLINE))
    assert fleet.after(3 * EVERY_S - 1) == []
    assert fleet.after(1) == [FALLEN]
    assert fleet.after(1000) == []


def test_a_device_that_speaks_on_is_not_silent(fleet: Fleet) -> None:
    list(fleet.tell(ONLINE))
    for _ in range(9):
        assert not list(fleet.tell(_health()))
        assert fleet.after(2 * EVERY_S) == []


def test_it_is_back_when_it_speaks_again(fleet: Fleet) -> None:
    list(fleet.tell(ONLINE, _health()))
    assert fleet.after(3 * EVERY_S) == [FALLEN]
    assert list(fleet.tell(_health())) == [ONLINE]
    assert fleet.after(3 * EVERY_S) == [FALLEN]
    assert not list(fleet.tell(ONLINE, _health()))  # which is shown anyway


def test_a_device_that_is_known_to_be_gone_is_not_silent(fleet: Fleet) -> None:
    list(fleet.tell(ONLINE, _health(), OFFLINE))
    assert fleet.after(1000) == []


def test_while_nobody_listened_nobody_was_silent(fleet: Fleet) -> None:
    list(fleet.tell(ONLINE, _health()))
    fleet.silence.begin()
    assert fleet.after(1000) == []
    list(fleet.tell(_health(), ONLINE))
    assert fleet.after(3 * EVERY_S) == [FALLEN]


def test_a_device_of_an_earlier_version_is_never_silent(fleet: Fleet) -> None:
    list(fleet.tell(ONLINE, DeviceProblems("pole-7", ())))
    assert fleet.after(10**6) == []


@pytest.mark.parametrize("every_s", [0, -1, float("inf"), float("nan")])
def test_a_time_that_makes_no_sense_is_not_understood(every_s: float) -> None:
    assert not isinstance(_health(every_s), DeviceProblems)
