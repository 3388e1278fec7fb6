"""What programs ask, held against the description that ships."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from prometheus_client.parser import text_string_to_metric_families

from edge_anpr.web.app import create_app
from edge_anpr.web.device import State
from tests.web.making import BLIND, CUT_OFF, REVIEWING, WELL
from tests.web.shown import Shown

OPENAPI = json.loads(
    (Path(__file__).parent.parent.parent / "edge_anpr/web/openapi.json").read_text()
)
NOT_FOR_PROGRAMS = {"static"}


def test_the_description_is_openapi() -> None:
    validate(OPENAPI)


def test_every_path_is_described_and_exists(shown: Shown) -> None:
    described = {
        (path, method.upper())
        for path, methods in OPENAPI["paths"].items()
        for method in methods
        if method != "parameters"
    }
    assert described == _programs_paths(create_app(shown.device))


def _programs_paths(app: Flask) -> set[tuple[str, str]]:
    return {
        (re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(("/api/", "/health", "/metrics"))
    }


@pytest.mark.parametrize("state", [WELL, BLIND, CUT_OFF], ids=["well", "blind", "cut"])
@pytest.mark.parametrize("path", ["/health", "/api/v1/status"])
def test_answers_are_as_described(path: str, state: State, shown: Shown) -> None:
    shown.state = lambda: state
    answer = shown.client().get(path)
    responses = OPENAPI["paths"][path]["get"]["responses"]
    schema = responses[str(answer.status_code)]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, **_components()}).validate(answer.json)


def _components() -> dict[str, object]:
    return {"components": OPENAPI["components"]}


@pytest.mark.parametrize(
    ("state", "code", "status"),
    [(WELL, 200, "well"), (CUT_OFF, 200, "degraded"), (BLIND, 503, "failing")],
)
def test_probes_see_whether_it_works(
    state: State, code: int, status: str, shown: Shown
) -> None:
    shown.state = lambda: state
    answer = shown.client().get("/health")
    assert (answer.status_code, answer.get_json()["status"]) == (code, status)


def test_the_description_can_be_fetched(client: FlaskClient) -> None:
    assert client.get("/api/v1/openapi.json").json == OPENAPI


def test_prometheus_understands_the_metrics(shown: Shown) -> None:
    shown.state = lambda: CUT_OFF
    client = shown.client()
    families = text_string_to_metric_families(client.get("/metrics").text)
    figures = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }
    assert figures["edge_anpr_frames_total", "dropped"] == 12
    assert figures["edge_anpr_outbox_messages", "sighting"] == 41
    assert figures["edge_anpr_outbox_oldest_seconds",] == 1260
    assert figures["edge_anpr_cpu_celsius",] == 61.5
    assert figures["edge_anpr_passages_total", "read"] == 47
    assert figures["edge_anpr_passages_total", "unread"] == 4
    assert figures["edge_anpr_passages_total", "ignored"] == 1
    assert figures["edge_anpr_plate_candidates_total", "unread", "read"] == 70
    assert figures["edge_anpr_alerts_total", "stolen"] == 3
    assert figures["edge_anpr_canary_ok",] == 1
    assert figures["edge_anpr_build_info", "plate_reader 1.0.0", "0.1.0"] == 1


def test_the_metrics_tell_of_second_opinions(shown: Shown) -> None:
    shown.state = lambda: REVIEWING
    text = shown.client().get("/metrics").text
    families = text_string_to_metric_families(text)
    figures = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }
    assert figures["edge_anpr_cloud_units", "month"] == 412
    assert figures["edge_anpr_cloud_units_allowed", "day"] == 90
    assert figures["edge_anpr_reviews", "nothing_read"] == 4
    assert figures["edge_anpr_reviews", "corrected"] == 1
    assert figures["edge_anpr_reviews_owed",] == 7
    assert figures["edge_anpr_review_state", "spent"] == 1
    assert figures["edge_anpr_review_state", "ready"] == 0


def test_a_path_that_does_not_exist_says_so_as_json(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer.get_json()["error"]) == (404, "Not Found")
