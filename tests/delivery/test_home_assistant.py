import json
import re
from typing import Any

import pytest

from edge_anpr.config.delivery import DeviceConfig, HomeAssistantConfig
from edge_anpr.delivery.home_assistant import introduction
from edge_anpr.delivery.messages import (
    alert_message,
    health_message,
    sighting_message,
)
from edge_anpr.delivery.topics import Topics
from edge_anpr.records import ClockQuality, ListKind, Sighting, WatchMatch
from edge_anpr.runtime.health import Health
from tests.delivery.owed import NOON, WATCHED, sighting

TOPICS = Topics("pole-7")
ALLOWED = WatchMatch(ListKind.ALLOW, "staff", "AB12CDE", "", "exact")


def _discovery() -> dict[str, Any]:  # JSON, of many shapes
    message = introduction(
        HomeAssistantConfig(link="https://pole-7.local:8443/"),
        DeviceConfig(id="pole-7", name="Pole 7", area="North gate"),
        TOPICS,
        60.5,
    )
    assert message.retain
    assert message.topic == "homeassistant/device/pole-7/config"
    loaded: dict[str, Any] = json.loads(message.payload)
    return loaded


def _render(component: str, payload: bytes, state: str = "unknown") -> str:
    """As Home Assistant renders it, with the filter and the variables it adds."""
    jinja2 = pytest.importorskip("jinja2.sandbox")
    environment = jinja2.ImmutableSandboxedEnvironment()
    environment.filters["to_json"] = json.dumps
    template = _discovery()["components"][component]["value_template"]
    values = {"value_json": json.loads(payload), "this": {"state": state}}
    rendered: str = environment.from_string(template).render(values)
    return rendered


def _sent(
    match: WatchMatch | None = None, *, buffered: bool = False
) -> tuple[Sighting, bytes]:
    one = sighting(match=match)
    return one, sighting_message(TOPICS, one, buffered=buffered).payload


def test_the_introduction_has_what_home_assistant_requires() -> None:
    discovery = _discovery()
    assert discovery["device"]["identifiers"] == ["edge-anpr-pole-7"]
    assert discovery["origin"]["name"] == "edge-anpr"
    components = discovery["components"].values()
    assert all(re.fullmatch("[a-z_]+", each["platform"]) for each in components)
    ids = {each["unique_id"] for each in components}
    assert len(ids) == len(discovery["components"])


def test_home_assistant_subscribes_so_that_nothing_is_dropped_on_the_way() -> None:
    # It takes no qos from the device as a whole.
    components = _discovery()["components"].values()
    assert {each["qos"] for each in components} == {1}


def test_what_a_dead_device_has_said_of_itself_expires() -> None:
    components = _discovery()["components"]
    expiring = {key for key, each in components.items() if "expire_after" in each}
    assert expiring == {"problem", "cpu", "frames", "owed", "free"}
    assert {components[key]["expire_after"] for key in expiring} == {182}  # seconds


def test_a_stopped_device_counts_as_gone() -> None:
    jinja2 = pytest.importorskip("jinja2")
    (availability,) = _discovery()["availability"]
    template = jinja2.Template(availability["value_template"])
    states = [template.render(value=each) for each in ("online", "offline", "stopped")]
    assert states == ["online", "offline", "offline"]


def test_an_event_carries_every_field_and_its_stage_as_the_type() -> None:
    _, payload = _sent()
    event = json.loads(_render("sighting", payload))
    assert event.pop("event_type") == "final"
    assert event == json.loads(payload)


def test_what_is_sent_late_is_an_event_of_its_own_kind() -> None:
    _, payload = _sent(buffered=True)
    assert json.loads(_render("sighting", payload))["event_type"] == "buffered"


def test_every_type_of_event_is_announced() -> None:
    announced = _discovery()["components"]["alert"]["event_types"]
    assert announced == ["provisional", "final", "reviewed", "corrected", "buffered"]


@pytest.mark.parametrize(
    ("match", "buffered", "state"),
    [(ALLOWED, False, "ON"), (ALLOWED, True, ""), (WATCHED, False, ""), (None, 0, "")],
    ids=["allowed", "allowed but late", "watched", "unknown"],
)
def test_only_an_allowed_vehicle_that_is_there_now_counts(
    match: WatchMatch | None, buffered: bool, state: str
) -> None:
    _, payload = _sent(match, buffered=buffered)
    assert _render("allowed", payload) == state


def test_the_last_plate_stays_while_old_ones_arrive() -> None:
    assert _render("plate", _sent()[1]) == "AB12CDE"
    assert _render("plate", _sent(buffered=True)[1], "XY99ZZZ") == "XY99ZZZ"


@pytest.mark.parametrize(("buffered", "state"), [(False, "ON"), (True, "")])
def test_an_alert_that_comes_late_rings_no_bell(buffered: bool, state: str) -> None:
    alert = alert_message(TOPICS, sighting(match=WATCHED), buffered=buffered)
    assert _render("alerted", alert.payload) == state


def test_what_is_not_known_is_none_to_home_assistant() -> None:
    health = Health("0.1.0", 1.0, ClockQuality.SYNCED, cpu_celsius=51.5)
    payload = health_message(TOPICS, health, NOON, 60).payload
    assert _render("cpu", payload) == "51.5"
    assert _render("owed", payload) == "None"
    assert _render("problem", payload) == "OFF"


@pytest.mark.parametrize(("free", "state"), [(76_492_427_264, "76.5"), (None, "None")])
def test_free_storage_is_told_as_people_speak_of_it(
    free: int | None, state: str
) -> None:
    payload = json.dumps({"storage_free_bytes": free}).encode()
    assert _render("free", payload) == state
    assert _discovery()["components"]["free"]["unit_of_measurement"] == "GB"
