"""A broker that hangs up or is silent, over a line that may break by itself."""

from collections.abc import Callable, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_anpr.config.delivery import MqttConfig
from edge_anpr.delivery.courier import Courier, Pace
from edge_anpr.delivery.messages import Message
from edge_anpr.delivery.mqtt_destination import MqttDestination
from edge_anpr.delivery.suspicion import (
    AT_ONCE,
    CROP_TRIES,
    OTHER_TRIES,
    REPEATED_TRIES,
)
from edge_anpr.delivery.topics import Topics
from edge_anpr.errors import DeliveryFailed, HungUp, TimedOut
from edge_anpr.records import Kind
from tests.delivery.owed import NOON, WATCHED, MemoryOutbox, OwedItem, owed, sighting

TURN_S = 0.6  # two of them, and a connection has held


class BrittleLine:
    """Breaks when it is told, and counts what it broke on."""

    def __init__(
        self, breaks: Callable[[Message], bool], fault: type[DeliveryFailed] = HungUp
    ) -> None:
        self.breaks = breaks
        self.fault = fault
        self.is_connected = False
        self.held_s = 0.0
        self.ending = self.trusted_until = None
        self.taken: list[str] = []
        self.breaches = 0

    def connect(self) -> None:
        self.is_connected = True
        self.held_s = 0.0

    def publish(self, message: Message) -> None:
        if self.breaks(message):
            self.is_connected = False
            self.breaches += 1
            raise self.fault("the connection was lost")
        self.taken.append(message.topic.rpartition("/")[2])

    def subscribe(self, filters: Sequence[str]) -> None: ...

    def hurry(self, limit_s: float) -> None: ...

    def disconnect(self) -> None: ...


def _turns(line: BrittleLine, outbox: MemoryOutbox, number: int) -> None:
    destination = MqttDestination(
        line, Topics("pole-7"), MqttConfig(), now=lambda: NOON
    )
    courier: Courier[OwedItem] = Courier(outbox, destination, Pace(idle_s=60.0))
    for _ in range(number):
        courier.step()
        line.held_s += TURN_S


def test_a_crop_the_broker_always_hangs_up_on_is_refused_and_the_next_goes() -> None:
    large = sighting("large", crop_jpeg=bytes(3000))
    outbox = owed(large, sighting("small"), kinds=[Kind.CROP])
    line = BrittleLine(lambda message: len(message.payload) > 2000)
    _turns(line, outbox, 20)
    assert line.breaches == 1 + CROP_TRIES
    assert line.taken.count("crop") == 1
    (reason,) = outbox.reasons.values()
    assert "its 3000 bytes may be more than the broker takes" in reason


def test_a_crop_the_line_is_too_slow_for_is_refused_and_the_next_goes() -> None:
    large = sighting("large", crop_jpeg=bytes(3000))
    outbox = owed(large, sighting("small"), kinds=[Kind.CROP])
    line = BrittleLine(lambda message: len(message.payload) > 2000, TimedOut)
    _turns(line, outbox, 60)
    assert line.breaches == 1 + OTHER_TRIES
    assert line.taken.count("crop") == 1
    (reason,) = outbox.reasons.values()
    assert (
        "its 3000 bytes may be more than the line carries in mqtt.timeout_s" in reason
    )


@pytest.mark.parametrize("fault", [HungUp, TimedOut])
def test_a_crop_no_larger_than_others_blocks_them_for_an_hour_at_most(
    fault: type[DeliveryFailed],
) -> None:
    seen = [sighting(name, crop_jpeg=name.encode()) for name in ("aa", "bb", "cc")]
    outbox = owed(*seen, kinds=[Kind.CROP])
    line = BrittleLine(lambda message: message.payload == b"bb", fault)
    _turns(line, outbox, REPEATED_TRIES)
    assert outbox.reasons == {}
    _turns(line, outbox, 2 * REPEATED_TRIES)
    assert line.taken.count("crop") == 2
    assert len(outbox.reasons) == 1


@pytest.mark.parametrize("kind", ["alert", "sighting"])
def test_what_a_broker_hangs_up_on_each_time_holds_up_nothing_else(kind: str) -> None:
    """As some do, in MQTT 3.1.1, where a topic is forbidden."""
    outbox = owed(sighting("a", WATCHED), sighting("b", WATCHED))
    line = BrittleLine(lambda message: message.topic.endswith(kind))
    _turns(line, outbox, 500)
    assert {each.kind.name.lower() for each in outbox.items} == {kind}
    assert len(outbox.items) == 2
    assert outbox.reasons == {}


@pytest.mark.parametrize("kind", [Kind.ALERT, Kind.SIGHTING])
def test_silence_is_no_reason_to_give_up_what_matters_most(kind: Kind) -> None:
    outbox = owed(sighting(match=WATCHED), kinds=[kind])
    line = BrittleLine(lambda message: len(message.payload) > 500, TimedOut)
    _turns(line, outbox, 500)
    assert line.breaches > 2 * REPEATED_TRIES
    assert outbox.reasons == {}


@pytest.mark.parametrize("after_s", [0.0, TURN_S, 2.0])
@pytest.mark.parametrize("fault", [HungUp, TimedOut])
def test_a_line_too_slow_for_everything_costs_nothing(
    fault: type[DeliveryFailed], after_s: float
) -> None:
    """A new connection answers so long at most, and then to nothing."""
    outbox = owed(*(sighting(f"s{n}", match=WATCHED) for n in range(3)))
    line = BrittleLine(lambda _: line.held_s >= after_s, fault)
    _turns(line, outbox, 500)
    assert outbox.reasons == {}
    line.breaks = lambda _: False
    _turns(line, outbox, 30)
    assert (outbox.items, outbox.reasons) == ([], {})


@pytest.mark.parametrize("kind", [Kind.ALERT, Kind.SIGHTING])
def test_what_matters_most_is_given_up_last(kind: Kind) -> None:
    outbox = owed(sighting(match=WATCHED), kinds=[kind])
    line = BrittleLine(lambda message: len(message.payload) > 500)
    _turns(line, outbox, 60)
    assert line.breaches >= AT_ONCE + OTHER_TRIES
    assert len(outbox.reasons) == 1


def test_no_larger_than_what_went_before_it_is_never_given_up() -> None:
    first, second = sighting("a"), sighting("b")
    outbox = owed(first, second, kinds=[Kind.SIGHTING])
    line = BrittleLine(lambda message: b'"id":"b"' in message.payload)
    _turns(line, outbox, 200)
    assert line.breaches > OTHER_TRIES
    assert [each.sighting for each in outbox.items] == [second]
    assert outbox.reasons == {}


@pytest.mark.parametrize("fault", [HungUp, TimedOut])
@given(st.floats(0.3, 0.6), st.integers())
@settings(max_examples=20)
def test_a_line_that_breaks_by_itself_costs_nothing(
    fault: type[DeliveryFailed], chance: float, seed: int
) -> None:
    outbox = owed(*(sighting(f"s{n}", match=WATCHED) for n in range(3)))
    random = Random(seed)
    line = BrittleLine(lambda _: random.random() < chance, fault)
    _turns(line, outbox, 300)
    assert (outbox.items, outbox.reasons) == ([], {})


def test_a_line_that_never_holds_still_carries_what_goes_at_once() -> None:
    outbox = owed(sighting(), kinds=[Kind.SIGHTING])

    def breaks(message: Message) -> bool:
        is_early = line.breaches <= AT_ONCE and message.topic.endswith("/sighting")
        return is_early or line.held_s > 0

    line = BrittleLine(breaks)
    _turns(line, outbox, 100)
    assert (outbox.items, outbox.reasons) == ([], {})
