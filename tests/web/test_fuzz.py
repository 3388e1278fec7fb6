"""Whatever a program sends, the API answers as it is described, and never with 5xx."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from edge_anpr.records import Pixels
from edge_anpr.sample import render_scene
from edge_anpr.web.app import COOKIE
from tests.web.shown import Shown, filming, log_in
from tests.web.test_api import OPENAPI

EXAMPLES = 25  # of each operation
OPERATIONS = [
    (path, method)
    for path, methods in OPENAPI["paths"].items()
    for method in methods
    if method != "parameters"
]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@dataclass(frozen=True)
class Api:
    """The API as somebody who is logged in and holds the token has it."""

    schema: BaseSchema
    cookies: dict[str, str]
    headers: dict[str, str]

    def operation(self, path: str, method: str) -> Any:  # Any: as schemathesis has it
        return self.schema[path][method]


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    shown = Shown(tmp_path)
    shown.set_password()
    shown.fill()
    client = shown.client()
    token = log_in(client)
    cookie = client.get_cookie(COOKIE)
    assert cookie
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", client.application)
    with filming(shown, _street()):
        yield Api(schema, {COOKIE: cookie.value}, {"X-CSRF-Token": token})
    shown.db.close()


@cache
def _street() -> Pixels:
    return render_scene(11, plates=1, plate_width_px=150.0).pixels


def test_the_fuzzing_is_done_by_somebody_who_is_logged_in(api: Api) -> None:
    erase = api.operation("/api/v1/subject/erase", "POST").Case(
        body={"plate": "AB12CDE"}, media_type="application/json"
    )
    answer = erase.call(headers=api.headers, cookies=api.cookies)
    assert answer.json()["sightings"] == 1


@pytest.mark.parametrize(
    ("path", "method"), OPERATIONS, ids=lambda part: str(part).replace("/", " ")
)
def test_every_answer_is_as_described(path: str, method: str, api: Api) -> None:
    @given(api.operation(path, method).as_strategy())
    @settings(
        max_examples=EXAMPLES, suppress_health_check=[*HealthCheck], derandomize=True
    )
    def ask(case: Any) -> None:  # Any: as schemathesis has it
        case.call_and_validate(checks=CHECKS, headers=api.headers, cookies=api.cookies)

    ask()
