"""Against a real Mosquitto, with the configuration and the ACL that ship."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Timer
from time import monotonic

import pytest

from edge_anpr import checks
from edge_anpr.checks import Verdict, check_all
from edge_anpr.config import Config
from edge_anpr.config.delivery import (
    MqttProtocol,
)
from edge_anpr.delivery.courier import Courier, Pace
from edge_anpr.delivery.messages import Message
from edge_anpr.delivery.mqtt import MqttLine
from edge_anpr.delivery.mqtt_destination import MqttDestination
from edge_anpr.delivery.rivalry import HUNG_UP_TIMES
from edge_anpr.delivery.suspicion import OTHER_TRIES, STEADY_S
from edge_anpr.errors import DeliveryFailed, DeliveryRefused
from edge_anpr.records import Kind
from tests.broker import (
    UNACCEPTABLE_VERSION,
    WITHIN_S,
    Mosquitto,
    Received,
    Receiver,
    Wire,
    free_port,
    wait_until,
)
from tests.delivery.owed import (
    JPEG,
    NOON,
    WATCHED,
    MemoryOutbox,
    OwedItem,
    owed,
    sighting,
)
from tests.delivery.pole import PACE, POLE
from tests.delivery.pole import config as _config
from tests.delivery.pole import destination as _destination
from tests.delivery.schemas import validate

pytestmark = pytest.mark.broker

LARGE = f"edge-anpr/{POLE}/crop"


def _deliver(outbox: MemoryOutbox, destination: MqttDestination) -> None:
    """Step until nothing is owed, without waiting."""
    courier: Courier[OwedItem] = Courier(outbox, destination, PACE)

    def is_empty() -> bool:
        courier.step()
        return not outbox.items

    wait_until(is_empty)


def _limit(mosquitto: Mosquitto, packet_bytes: int) -> None:
    mosquitto.stop()
    mosquitto.extra = f"max_packet_size {packet_bytes}"
    mosquitto.start()


def _forbid(mosquitto: Mosquitto, kind: str) -> None:
    """Devices may no longer write what is of this kind."""
    mosquitto.stop()
    rights = mosquitto.folder / "edge-anpr.acl"
    line = f"pattern write edge-anpr/%u/{kind}\n"
    assert line in rights.read_text()
    rights.write_text(rights.read_text().replace(line, ""))
    mosquitto.start()


def _keys(messages: list[Received]) -> list[tuple[str, int]]:
    fields = [json.loads(message.payload) for message in messages]
    return [(each["id"], each["revision"]) for each in fields]


def _many(number: int) -> list[str]:
    return [f"s{i}" for i in range(number)]


def test_a_sighting_arrives_as_documented(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    with _destination(_config(mosquitto)) as destination:
        _deliver(owed(sighting(match=WATCHED)), destination)
    receiver.wait_for(6)
    assert [each.payload for each in receiver.of("status")] == [b"online", b"stopped"]
    for kind in ("sighting", "alert", "health"):
        (message,) = receiver.of(kind)
        validate(kind, message.payload)
        assert message.content_type == "application/json"
        assert message.labels == (("schema", "1"),)
    (crop,) = receiver.of("crop")
    assert crop.payload == JPEG
    assert {("id", "s1"), ("revision", "1")} <= set(crop.labels)


def test_nothing_is_lost_while_the_broker_is_away(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    outbox = owed(*map(sighting, _many(30)), kinds=[Kind.SIGHTING])
    with _destination(_config(mosquitto)) as destination:
        mosquitto.stop()
        courier: Courier[OwedItem] = Courier(outbox, destination, PACE)
        for _ in range(50):
            courier.step()
        assert len(outbox.items) == 30
        mosquitto.start()
        receiver.wait_for_subscription(2)
        _deliver(outbox, destination)
    wait_until(lambda: len(receiver.of("sighting")) == 30)
    assert [key[0] for key in _keys(receiver.of("sighting"))] == _many(30)


def test_nothing_is_lost_on_a_line_that_breaks_again_and_again(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    wire = Wire(mosquitto)
    outbox = owed(*map(sighting, _many(20)), kinds=[Kind.SIGHTING])
    config = _config(mosquitto, port=wire.port)
    with _destination(config, introduces=False) as destination:
        courier: Courier[OwedItem] = Courier(outbox, destination, PACE)
        for sent_bytes in range(500, 6000, 250):
            wire.cut_after(sent_bytes)
            for _ in range(4):
                courier.step()
        _deliver(outbox, destination)
    wire.close()
    assert wire.calls > 5
    wait_until(lambda: len(set(_keys(receiver.of("sighting")))) == 20)
    times = Counter(each.payload for each in receiver.of("sighting"))
    assert len(times) == 20  # what came twice is the same to the last byte


def test_what_is_under_way_when_the_broker_is_killed_comes_again(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    outbox = owed(*map(sighting, _many(3)), kinds=[Kind.SIGHTING])
    with _destination(_config(mosquitto)) as destination:
        courier: Courier[OwedItem] = Courier(outbox, destination, PACE)
        courier.step()
        mosquitto.freeze()
        courier.step()
        assert len(outbox.items) == 2
        mosquitto.kill()
        mosquitto.start()
        receiver.wait_for_subscription(2)
        _deliver(outbox, destination)
    wait_until(lambda: set(_keys(receiver.of("sighting"))) >= {("s1", 1), ("s2", 1)})
    assert set(_keys(receiver.of("sighting"))) == {("s0", 1), ("s1", 1), ("s2", 1)}


def test_a_wrong_password_keeps_everything_until_it_is_corrected(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    config = _config(mosquitto)
    assert config.credentials_file
    right = config.credentials_file.read_text()
    config.credentials_file.write_text(f"{POLE}\nwrong\n")
    outbox = owed(sighting())
    with _destination(config) as destination:
        with pytest.raises(DeliveryFailed, match="check user name and password"):
            destination.prepare()
        config.credentials_file.write_text(right)
        _deliver(outbox, destination)
    wait_until(lambda: len(receiver.of("crop")) == 1)


def test_a_broker_that_forbids_the_health_gets_all_the_rest(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    _forbid(mosquitto, "health")
    receiver.wait_for_subscription(2)
    with _destination(_config(mosquitto)) as destination:
        _deliver(owed(sighting(match=WATCHED)), destination)
        (problem,) = destination.problems()
    assert "edge-anpr/pole-7/health: Not authorized" in problem.reason
    wait_until(lambda: len(receiver.of("crop")) == 1)
    assert [len(receiver.of(kind)) for kind in ("alert", "sighting")] == [1, 1]
    assert receiver.of("health") == []


def test_where_crops_are_forbidden_an_alert_leaves_at_once(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    _forbid(mosquitto, "crop")
    receiver.wait_for_subscription(2)
    outbox = owed(sighting("a"), kinds=[Kind.CROP])
    with _destination(_config(mosquitto)) as destination:
        courier: Courier[OwedItem] = Courier(outbox, destination, Pace(), lambda: 1.0)
        for _ in range(60):  # it is forbidden four times in these 15 s
            assert courier.step() <= Pace().idle_s
        outbox.items += owed(sighting("b", match=WATCHED), kinds=[Kind.ALERT]).items
        courier.step()
    wait_until(lambda: [key[0] for key in _keys(receiver.of("alert"))] == ["b"])
    assert [each.kind for each in outbox.items] == [Kind.CROP]
    assert outbox.reasons == {}
    assert "crop: Not authorized (only crops wait)" in (courier.trouble or "")


@pytest.mark.parametrize("kind", [Kind.ALERT, Kind.SIGHTING])
def test_what_is_forbidden_waits_and_is_named_and_the_rest_arrives(
    mosquitto: Mosquitto, receiver: Receiver, kind: Kind
) -> None:
    name = kind.name.lower()
    before = (mosquitto.folder / "edge-anpr.acl").read_text()
    _forbid(mosquitto, name)
    receiver.wait_for_subscription(2)
    outbox = owed(sighting("a", match=WATCHED), sighting("b", match=WATCHED))
    with _destination(_config(mosquitto)) as destination:
        courier: Courier[OwedItem] = Courier(outbox, destination, PACE)
        wait_until(lambda: courier.step() > 0 and len(outbox.items) == 2)
        assert {each.kind for each in outbox.items} == {kind}
        says = f"edge-anpr/pole-7/{name}: Not authorized (only {name}s wait)"
        assert says in (courier.trouble or "")
        mosquitto.stop()
        (mosquitto.folder / "edge-anpr.acl").write_text(before)
        mosquitto.start()
        receiver.wait_for_subscription(3)
        _deliver(outbox, destination)
    wait_until(lambda: len(set(_keys(receiver.of(name)))) == 2)
    assert outbox.reasons == {}


def test_what_mqtt_3_1_1_cannot_forbid_holds_nothing_up(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    """The broker says that it has the alert, and drops it."""
    _forbid(mosquitto, "alert")
    receiver.wait_for_subscription(2)
    with _destination(_config(mosquitto, protocol=MqttProtocol.V311)) as destination:
        _deliver(owed(sighting(match=WATCHED)), destination)
    wait_until(lambda: len(receiver.of("crop")) == 1)
    assert [len(receiver.of(kind)) for kind in ("alert", "sighting")] == [0, 1]


@pytest.mark.parametrize("text", ["", "pole-7\n", "\n\n"])
def test_a_credentials_file_that_says_too_little_is_named(
    mosquitto: Mosquitto, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "half"
    file.write_text(text)
    line = MqttLine(_config(mosquitto, credentials_file=file), POLE)
    with pytest.raises(DeliveryFailed, match=r"half: expected the user name"):
        line.connect()


def test_an_expired_certificate_is_not_accepted_but_its_successor_is(
    mosquitto: Mosquitto,
) -> None:
    line = MqttLine(_config(mosquitto), POLE)
    mosquitto.stop()
    mosquitto.certify(days=-1)
    mosquitto.start()
    with pytest.raises(DeliveryFailed, match="certificate has expired"):
        line.connect()
    mosquitto.stop()
    mosquitto.certify()
    mosquitto.start()
    line.connect()
    line.disconnect()


def test_when_the_broker_s_certificate_ends_is_known_and_check_says_it(
    mosquitto: Mosquitto,
) -> None:
    line = MqttLine(_config(mosquitto), POLE)
    mosquitto.stop()
    mosquitto.certify(days=10)
    mosquitto.start()
    line.connect()
    until = line.trusted_until
    line.disconnect()
    assert until
    assert timedelta(days=9) < until - datetime.now(UTC) < timedelta(days=11)
    (found,) = check_all(Config(mqtt=_config(mosquitto)), ["broker"])
    assert found.verdict is Verdict.POOR
    assert f"The broker's certificate ends on {until:%Y-%m-%d}" in found.says


@pytest.mark.parametrize("is_right", [True, False], ids=["set", "unset"])
def test_check_names_a_device_s_certificate_that_has_ended_if_the_clock_is_right(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch, is_right: bool
) -> None:
    mosquitto.stop()
    mosquitto.extra = "require_certificate true"
    mosquitto.start()
    certificate, key = mosquitto.certify_device(POLE, days=-1)
    files = _config(mosquitto, certificate_file=certificate, key_file=key)
    monkeypatch.setattr(checks, "is_right", lambda **_: is_right)
    (found,) = check_all(Config(mqtt=files), ["broker"])
    assert found.verdict is Verdict.POOR
    assert found.says.startswith(f"{files.host}:{files.port}: ")
    assert (f"{certificate}, has ended on" in found.says) is is_right


def test_a_device_with_both_authorities_follows_the_broker_from_one_to_the_other(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    old, both = mosquitto.ca_file.read_text(), tmp_path / "both.crt"
    both.write_text(old)
    line = MqttLine(_config(mosquitto, ca_file=both), POLE)
    mosquitto.stop()
    mosquitto.replace_authority()
    mosquitto.start()
    with pytest.raises(DeliveryFailed, match=r"correct mqtt\.ca_file"):
        line.connect()
    both.write_text(old + mosquitto.ca_file.read_text())
    line.connect()  # it reads the file anew
    line.disconnect()


def test_a_broker_nobody_vouches_for_is_not_trusted(mosquitto: Mosquitto) -> None:
    line = MqttLine(_config(mosquitto, ca_file=None), POLE)
    with pytest.raises(DeliveryFailed, match="certificate is not accepted"):
        line.connect()


def test_a_missing_certificate_file_is_named(mosquitto: Mosquitto) -> None:
    line = MqttLine(_config(mosquitto, ca_file=Path("/nowhere/ca.crt")), POLE)
    with pytest.raises(DeliveryFailed, match=r"/nowhere/ca\.crt: cannot be read"):
        line.connect()


def test_a_broker_may_ask_for_a_certificate(mosquitto: Mosquitto) -> None:
    config = _config(mosquitto)
    mosquitto.stop()
    mosquitto.extra = "require_certificate true"
    mosquitto.start()
    with pytest.raises(DeliveryFailed):
        MqttLine(config, POLE).connect()
    certificate, key = mosquitto.certify_device(POLE)
    line = MqttLine(
        _config(mosquitto, certificate_file=certificate, key_file=key), POLE
    )
    line.connect()
    line.disconnect()


@pytest.mark.parametrize("protocol", [MqttProtocol.V5, MqttProtocol.V311])
def test_a_stolen_device_can_neither_write_nor_read_what_is_of_another(
    mosquitto: Mosquitto, receiver: Receiver, protocol: MqttProtocol
) -> None:
    heard: list[str] = []
    thief = MqttLine(
        _config(mosquitto, credentials_file=mosquitto.add("pole-8"), protocol=protocol),
        POLE,  # it claims to be another client, too
        on_message=lambda topic, _payload: heard.append(topic),
    )
    with _destination(_config(mosquitto)) as destination:
        destination.prepare()
        thief.connect()
        for topic in (
            "edge-anpr/#",
            f"edge-anpr/{POLE}/sighting",
            "#",
            "+/+/+",
            "homeassistant/#",
            "$SYS/#",
            "$share/all/edge-anpr/+/alert",
            "$share/all/#",
        ):
            _try_to_subscribe(thief, topic)
        for kind in ("status", "sighting", "alert", "crop", "health"):
            _try_to_publish(thief, f"edge-anpr/{POLE}/{kind}")
        _try_to_publish(thief, f"homeassistant/device/{POLE}/config")
        thief.publish(Message("edge-anpr/pole-8/health", b"own", retain=False))
        _deliver(owed(sighting(match=WATCHED)), destination)
        wait_until(lambda: len(receiver.of("crop")) == 1)
        thief.publish(Message("edge-anpr/pole-8/health", b"own", retain=False))
        assert [each.payload for each in receiver.of("status")] == [b"online"]
    thief.disconnect()
    assert heard == []
    assert not [each for each in receiver.messages if each.payload == b"forged"]


def _try_to_subscribe(line: MqttLine, topic: str) -> None:
    try:
        line.subscribe([topic])
    except DeliveryRefused:
        return


def _try_to_publish(line: MqttLine, topic: str) -> None:
    """MQTT 5 says that it is not allowed, 3.1.1 cannot."""
    try:
        line.publish(Message(topic, b"forged", retain=True))
    except DeliveryFailed as error:
        assert "Not authorized" in str(error)  # noqa: PT017 - 3.1.1 raises nothing


@pytest.mark.parametrize("protocol", [MqttProtocol.V5, MqttProtocol.V311])
def test_two_devices_of_one_id_give_way_to_each_other_and_say_so(
    mosquitto: Mosquitto, receiver: Receiver, protocol: MqttProtocol
) -> None:
    config = _config(mosquitto, protocol=protocol, max_retry_s=0.5)
    copies = [f"{card}{n}" for card in "ab" for n in range(10)]
    with _destination(config) as first, _destination(config) as second:
        boxes = [owed(*map(sighting, copies[at : at + 10])) for at in (0, 10)]
        couriers: list[Courier[OwedItem]] = [
            Courier(box, each, Pace(idle_s=0.01, max_retry_s=0.5))
            for box, each in zip(boxes, (first, second), strict=True)
        ]

        def both_know() -> bool:
            for courier in couriers:
                courier.step()
            return first.is_contested and second.is_contested

        wait_until(both_know)
        for destination in (first, second):
            (problem,) = destination.problems()
            assert f"perhaps another device uses the same device.id, {POLE}" in (
                problem.reason
            )
        wait_until(lambda: both_know() and not any(box.items for box in boxes))
        second.close()

        def is_over() -> bool:
            couriers[0].step()
            return not first.is_contested

        wait_until(is_over)
        assert list(first.problems()) == []
    wait_until(lambda: {key[0] for key in _keys(receiver.of("sighting"))} == {*copies})


def test_a_broker_that_comes_and_goes_is_no_rival(mosquitto: Mosquitto) -> None:
    with _destination(_config(mosquitto)) as destination:
        for _ in range(2 * HUNG_UP_TIMES):
            wait_until(lambda: _prepares(destination))
            mosquitto.kill()
            wait_until(lambda: not _prepares(destination))
            mosquitto.start()
        assert not destination.is_contested


def test_a_revoked_device_is_thrown_out_and_stays_out(mosquitto: Mosquitto) -> None:
    line = MqttLine(_config(mosquitto), POLE)
    line.connect()
    mosquitto.fleet("revoke", POLE)
    wait_until(lambda: not line.is_connected)
    with pytest.raises(DeliveryFailed, match="refuses the connection"):
        line.connect()
    assert mosquitto.fleet("list").split() == ["home-assistant"]


def test_a_broker_outlives_devices_that_are_revoked_and_added_again(
    mosquitto: Mosquitto,
) -> None:
    for _ in range(3):
        with _destination(_config(mosquitto)) as destination:
            _deliver(owed(sighting()), destination)
            mosquitto.fleet("revoke", POLE)
            for _ in range(3):
                _prepares(destination)
        (mosquitto.folder / f"{POLE}.credentials").unlink()
    mosquitto.stop()


def test_a_device_that_is_gone_is_reported_and_one_that_was_stopped_is_not(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    def told() -> list[bytes]:
        return [each.payload for each in receiver.of("status")]

    wire = Wire(mosquitto)
    with _destination(_config(mosquitto, port=wire.port)) as destination:
        destination.prepare()
        wire.cut()
        wait_until(lambda: told() == [b"online", b"offline"])
        # A busy machine may need more than one try.
        wait_until(lambda: _prepares(destination) and told()[-1] == b"online")
    wire.close()
    wait_until(lambda: told()[-1] == b"stopped")
    assert told()[-2:] == [b"online", b"stopped"]


def test_a_device_that_is_back_at_once_was_never_offline(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    wire = Wire(mosquitto)
    config = _config(mosquitto, port=wire.port, will_delay_s=60)
    with _destination(config) as destination:
        destination.prepare()
        for _ in range(3):
            wire.cut()
            wait_until(lambda: _prepares(destination))
        _deliver(owed(sighting()), destination)
    wire.close()
    wait_until(lambda: receiver.of("status")[-1].payload == b"stopped")
    assert b"offline" not in [each.payload for each in receiver.of("status")]


def _prepares(destination: MqttDestination) -> bool:
    try:
        destination.prepare()
    except DeliveryFailed:
        return False
    return True


def test_how_late_it_is_sent_is_told_by_the_clock_that_dates_sightings(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    """Which the computer's own need not be, where no time server vouches for that."""
    with _destination(
        _config(mosquitto), now=lambda: NOON + timedelta(seconds=1)
    ) as destination:
        _deliver(owed(sighting(last_seen=NOON), kinds=[Kind.SIGHTING]), destination)
    wait_until(lambda: len(receiver.of("sighting")) == 1)
    assert not json.loads(receiver.of("sighting")[0].payload)["buffered"]


def test_a_broker_that_knows_only_3_1_1_is_spoken_to_in_it(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    config = _config(mosquitto)
    mosquitto.stop()
    tls_port, plain_port = mosquitto.port, free_port()
    mosquitto.extra = f"listener {plain_port} 127.0.0.1"
    mosquitto.start()
    receiver.wait_for_subscription(2)
    mosquitto.port = plain_port
    wire = Wire(mosquitto, UNACCEPTABLE_VERSION)
    old = config.model_copy(update={"port": wire.port, "tls": False})
    with _destination(old) as destination:
        _deliver(owed(sighting()), destination)
    wire.close()
    mosquitto.port = tls_port
    wait_until(lambda: len(receiver.of("crop")) == 1)
    assert receiver.of("crop")[0].labels == ()


def test_asked_for_mqtt_5_it_does_not_fall_back(mosquitto: Mosquitto) -> None:
    wire = Wire(mosquitto, UNACCEPTABLE_VERSION)
    config = _config(mosquitto, port=wire.port, tls=False, protocol=MqttProtocol.V5)
    with pytest.raises(DeliveryFailed, match="Unsupported protocol version"):
        MqttLine(config, POLE).connect()
    wire.close()


def test_what_is_too_large_is_refused_and_the_next_goes(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    large = sighting("large", crop_jpeg=bytes(5000))
    outbox = owed(large, sighting("small"), kinds=[Kind.CROP])
    config = _config(mosquitto, max_message_bytes=4096)
    with _destination(config) as destination:
        _deliver(outbox, destination)
    assert list(outbox.reasons.values()) == [
        "it has 5000 bytes, and at most 4096 are sent"
    ]
    wait_until(lambda: [each.payload for each in receiver.of("crop")] == [JPEG])


def test_the_broker_s_own_limit_holds_too(mosquitto: Mosquitto) -> None:
    config = _config(mosquitto, max_message_bytes=1_000_000)
    outbox = owed(sighting(crop_jpeg=bytes(300_000)), kinds=[Kind.CROP])
    with _destination(config) as destination:
        _deliver(outbox, destination)
    assert "the broker takes at most 262144" in next(iter(outbox.reasons.values()))


def test_two_bytes_more_and_the_broker_would_hang_up(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    _limit(mosquitto, 2000)
    line = MqttLine(_config(mosquitto), POLE)
    line.connect()
    large = next(
        message
        for message in (Message(LARGE, bytes(size)) for size in range(1850, 2000))
        if _is_refused(line, message)
    )
    monkeypatch.setattr(line, "_max_packet_bytes", None)
    with pytest.raises(DeliveryFailed):
        # Mosquitto leaves the two digits of the length out of its count.
        line.publish(replace(large, payload=large.payload + bytes(2)))


def _is_refused(line: MqttLine, message: Message) -> bool:
    try:
        line.publish(message)
    except DeliveryRefused:
        return True
    return False


def test_a_broker_that_takes_little_gets_what_it_takes(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    _limit(mosquitto, 500)
    receiver.wait_for_subscription(2)
    outbox = owed(sighting())
    with _destination(_config(mosquitto)) as destination:
        _deliver(outbox, destination)
    assert [each.kind for each in outbox.reasons] == [Kind.SIGHTING]
    wait_until(lambda: [each.payload for each in receiver.of("crop")] == [JPEG])
    said = [b"online", b"stopped"]
    wait_until(lambda: [each.payload for each in receiver.of("status")] == said)


@pytest.mark.slow
def test_a_crop_the_line_is_too_slow_for_does_not_block_the_rest(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    wire = Wire(mosquitto)
    large = sighting("large", crop_jpeg=bytes(60_000))
    small = [sighting(name) for name in _many(5)]
    outbox = owed(large, *small, kinds=[Kind.CROP])
    config = _config(mosquitto, port=wire.port, timeout_s=1.0)
    with _destination(config, introduces=False) as destination:
        wire.bytes_per_s = 20_000
        courier: Courier[OwedItem] = Courier(outbox, destination, PACE)

        def is_empty() -> bool:
            courier.step()
            return not outbox.items

        wait_until(is_empty, within_s=90)
    wire.close()
    ((item, reason),) = outbox.reasons.items()
    assert item.sighting is large
    assert "more than the line carries in mqtt.timeout_s" in reason
    wait_until(lambda: [each.payload for each in receiver.of("crop")] == [JPEG] * 5)


def _is_silent(courier: Courier[OwedItem]) -> bool:
    courier.step()
    return "no answer in time" in (courier.trouble or "")


@pytest.mark.slow
def test_a_broker_silent_on_everything_costs_nothing(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    outbox = owed(sighting(), kinds=[Kind.CROP])
    with _destination(_config(mosquitto, timeout_s=0.5)) as destination:
        courier: Courier[OwedItem] = Courier(outbox, destination, PACE)
        for _ in range(2 + OTHER_TRIES):
            wait_until(lambda: _prepares(destination))
            Event().wait(STEADY_S)  # long enough for a trial
            mosquitto.freeze()
            wait_until(lambda: _is_silent(courier))
            mosquitto.thaw()
        assert outbox.reasons == {}
        _deliver(outbox, destination)
    wait_until(lambda: receiver.of("crop") != [])


@pytest.mark.parametrize("introduces", [False, True])
def test_what_makes_a_broker_of_3_1_1_hang_up_does_not_block_the_rest(
    mosquitto: Mosquitto, receiver: Receiver, *, introduces: bool
) -> None:
    _limit(mosquitto, 500)
    receiver.wait_for_subscription(2)
    large = sighting("large", crop_jpeg=bytes(4000))
    outbox = owed(large, sighting("small"), kinds=[Kind.CROP])
    config = _config(mosquitto, protocol=MqttProtocol.V311)
    with _destination(config, introduces=introduces) as destination:
        _deliver(outbox, destination)
    ((item, reason),) = outbox.reasons.items()
    assert item.sighting is large
    assert "its 4000 bytes may be more than the broker takes" in reason
    wait_until(lambda: [each.payload for each in receiver.of("crop")] == [JPEG])


def test_a_broker_that_does_not_answer_is_given_up(mosquitto: Mosquitto) -> None:
    line = MqttLine(_config(mosquitto, timeout_s=0.5), POLE)
    line.connect()
    mosquitto.freeze()
    with pytest.raises(DeliveryFailed, match="no answer in time"):
        line.publish(Message(f"edge-anpr/{POLE}/health", b"{}"))
    mosquitto.kill()
    assert not line.is_connected


def test_what_waits_for_an_answer_ends_when_told_to_hurry(
    mosquitto: Mosquitto,
) -> None:
    line = MqttLine(_config(mosquitto, timeout_s=60), POLE)
    line.connect()
    mosquitto.freeze()
    began_s = monotonic()
    hurry = Timer(0.2, line.hurry, [0.2])
    hurry.start()
    with pytest.raises(DeliveryFailed, match="no answer in time"):
        line.publish(Message(f"edge-anpr/{POLE}/health", b"{}"))
    assert monotonic() - began_s < WITHIN_S
    mosquitto.kill()
    hurry.join()


def test_without_a_place_in_home_assistant_sightings_still_go(
    mosquitto: Mosquitto, receiver: Receiver
) -> None:
    acl = mosquitto.folder / "edge-anpr.acl"
    acl.write_text(
        "".join(
            line
            for line in acl.read_text().splitlines(keepends=True)
            if not line.startswith("pattern") or "homeassistant" not in line
        )
    )
    mosquitto.stop()
    mosquitto.start()
    receiver.wait_for_subscription(2)
    with _destination(_config(mosquitto)) as destination:
        _deliver(owed(sighting()), destination)
    wait_until(lambda: len(receiver.of("crop")) == 1)
