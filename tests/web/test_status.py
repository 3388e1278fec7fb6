"""One look says whether the device sees, reads and delivers, and what to do."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from edge_anpr.errors import StorageFailed
from edge_anpr.records import Problem
from edge_anpr.runtime.health import Health
from edge_anpr.web.device import State, Stretch
from edge_anpr.web.facts import groups
from edge_anpr.web.verdicts import Level, overall, verdicts
from tests.web.making import BLIND, CUT_OFF, HEALTH, NO_TIME, REVIEWING, WELL
from tests.web.shown import Shown

NO_BROKER = replace(WELL, broker=None)
UNREAD = replace(WELL, problems=(Problem("reading", "It fails.", is_grave=True),))
BLURRED = replace(WELL, problems=(Problem("view", "It is fogged.", "Wipe it."),))
NEVER_SEEN = replace(WELL, camera=replace(WELL.camera, frame_age_s=None))
FROZEN = replace(WELL, camera=replace(WELL.camera, frame_age_s=60.0))
HALF_READ = replace(WELL, hour=Stretch({"passages": 20, "reported": 8}, 3600.0))
REFUSED = replace(WELL, health=replace(HEALTH, refused=2))
LONG_CUT_OFF = replace(CUT_OFF, health=replace(CUT_OFF.health, oldest_owed_s=9000.0))


def test_all_is_well(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "<h1>All is well</h1>" in page
    assert "30 frames/s, last frame just now" in page
    assert "47 of 52 vehicles in the last hour" in page
    assert "To do" not in page


@pytest.mark.parametrize(
    ("state", "levels", "says"),
    [
        (WELL, "good good good", "All is well"),
        (NO_BROKER, "good good off", "All is well"),
        (BLIND, "bad good good", "Not seeing"),
        (FROZEN, "bad good good", "Not seeing"),
        (NEVER_SEEN, "poor good good", "Working"),
        (BLURRED, "poor good good", "Working, with 1 thing to do"),
        (UNREAD, "good bad good", "Not reading"),
        (CUT_OFF, "good good poor", "Working, with 1 thing to do"),
        (LONG_CUT_OFF, "good good bad", "Not delivering"),
        (HALF_READ, "good poor good", "Working"),
        (REFUSED, "good good poor", "Working"),
        (replace(WELL, storage=None), "good good bad", "Not delivering"),
        (replace(WELL, problems=(NO_TIME,)), "good good good", "Working, with 1"),
    ],
)
def test_every_trouble_shows(state: State, levels: str, says: str) -> None:
    assert " ".join(each.level.css for each in verdicts(state)) == levels
    assert overall(state).says.startswith(says)
    assert (overall(state).level is Level.GOOD) == (says == "All is well")


def test_a_problem_comes_with_its_fix(shown: Shown) -> None:
    shown.state = lambda: BLIND
    page = shown.client().get("/").text
    assert "The camera is lost" in page
    assert "Check its cable and its power" in page


def test_what_is_unchanged_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.get("/").headers["ETag"]
    again = client.get("/", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


def test_storage_that_is_not_ready_is_no_bug(shown: Shown) -> None:
    def fail() -> State:
        raise StorageFailed("the disk hums")

    shown.state = fail
    client = shown.client()
    answer = client.get("/")
    assert (answer.status_code, "the disk hums" in answer.text) == (503, True)
    assert client.get("/api/v1/status").json == {
        "error": "Storage is not ready",
        "message": "the disk hums",
    }


def test_second_opinions_show_what_they_cost_and_came_to(shown: Shown) -> None:
    assert "Second opinions" not in shown.client().get("/").text
    shown.state = lambda: REVIEWING
    page = shown.client().get("/").text
    assert "412 of 900" in page
    assert "This day&#39;s units are spent." in page


@pytest.mark.parametrize(
    ("health", "speed", "power"),
    [
        (HEALTH, "full", "good"),
        (replace(HEALTH, throttled=True), "held back", "good"),
        (replace(HEALTH, throttled=True, weak_power=True), "held back", "too weak"),
        (replace(HEALTH, throttled=None, weak_power=None), None, None),
    ],
    ids=["well", "hot", "weak", "no Raspberry Pi"],
)
def test_heat_and_weak_power_are_told_apart(
    health: Health, speed: str | None, power: str | None
) -> None:
    (computer,) = (
        group
        for group in groups(replace(WELL, health=health))
        if group.title == "Computer"
    )
    said = {fact.name: fact.value for fact in computer.facts}
    assert (said.get("Processor speed"), said.get("Power supply")) == (speed, power)
