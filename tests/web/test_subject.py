"""The person behind a plate gets what is kept, and then nothing is."""

import json
from base64 import b64decode

import pytest
from flask.testing import FlaskClient

from edge_anpr.storage.access import Action
from tests.web.shown import Shown, csrf_of, log_in, sighting

PLATE = "AB12CDE"


@pytest.fixture
def known(shown: Shown) -> FlaskClient:
    shown.set_password()
    shown.save(sighting(0, PLATE), sighting(1, "KL77MNO"), sighting(2, PLATE))
    client = shown.client()
    log_in(client)
    return client


def _post(client: FlaskClient, path: str, **form: str) -> tuple[int, str]:
    token = csrf_of(client.get("/subject").text)
    answer = client.post(path, data={"csrf": token, **form})
    return answer.status_code, answer.text


def test_all_that_is_kept_is_shown_and_given_out(
    known: FlaskClient, shown: Shown
) -> None:
    assert "2 sightings of AB12CDE" in _post(known, "/subject", plate="ab12 cde")[1]
    assert "1 sighting of KL77MNO" in _post(known, "/subject", plate="KL77MNO")[1]
    exported = json.loads(_post(known, "/subject/export", plate=PLATE)[1])
    assert [each["plate"] for each in exported["sightings"]] == [PLATE, PLATE]
    stored = shown.store.latest("gate-000002")
    crop = b64decode(exported["sightings"][0]["crop_jpeg"])
    assert stored
    assert crop == stored.crop_jpeg


def test_it_is_erased_with_proof(known: FlaskClient, shown: Shown) -> None:
    code, page = _post(known, "/subject/erase", plate=PLATE, again="ab-12-cde")
    assert (code, "the plate stands in none of them" in page) == (200, True)
    assert PLATE.encode() not in shown.db.path.read_bytes()
    assert [each.plate for each in shown.store.recent(9)] == ["KL77MNO"]
    erasure = next(
        each for each in shown.access.recent(9) if each.action is Action.ERASE
    )
    assert (erasure.who, erasure.detail) == ("anna", "2 sightings")
    assert PLATE not in known.get("/access").text


def test_a_slip_of_the_hand_erases_nothing(known: FlaskClient, shown: Shown) -> None:
    assert _post(known, "/subject/erase", plate=PLATE, again="AB12CDF")[0] == 400
    assert len(shown.store.recent(9)) == 3


def test_programs_can_do_it_as_well(known: FlaskClient) -> None:
    token = {"X-CSRF-Token": csrf_of(known.get("/").text)}
    asked = {"json": {"plate": PLATE}, "headers": token}
    exported = known.post("/api/v1/subject/export", **asked).get_json()
    assert len(exported["sightings"]) == 2
    erased = known.post("/api/v1/subject/erase", **asked).get_json()
    assert (erased["sightings"], erased["left"]) == (2, 0)
