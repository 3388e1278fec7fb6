"""Sightings are masked until login; then they are shown, and corrected."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from edge_anpr.config.delivery import MqttConfig
from edge_anpr.records import Alternative, Kind, Outcome, Review, Stage
from edge_anpr.storage.access import Action, forget_access
from edge_anpr.storage.browsing import look_up
from edge_anpr.storage.database import Safety
from edge_anpr.storage.review_queue import REVIEW_DUE
from tests.web.making import NOON
from tests.web.shown import WANTED, Shown, csrf_of, log_in, sighting

PLATES = ("AB12CDE", "WX43TRE", "KL77MNO")


@pytest.fixture
def filled(shown: Shown) -> Shown:
    shown.set_password()
    first, second, third = (sighting(i, plate) for i, plate in enumerate(PLATES))
    shown.save(first, replace(second, match=WANTED), third)
    return shown


@pytest.fixture
def known(filled: Shown) -> FlaskClient:
    """A browser that is logged in."""
    client = filled.client()
    log_in(client)
    return client


def test_the_name_of_a_list_turns_no_other_text_round(shown: Shown) -> None:
    shown.set_password()
    listed = replace(WANTED, list_name="\u202eevil")
    shown.save(replace(sighting(0, "WX43TRE"), match=listed))
    client = shown.client()
    log_in(client)
    page = client.get("/sightings/gate-000000").text
    assert "<bdi>\u202eevil</bdi>: WX43TRE (exact)" in page


@pytest.mark.parametrize(
    "plate", ["' or '1'='1", "A%2", "A_1", "'; drop table sighting; --", "AB12CDE\x00"]
)
def test_what_is_searched_for_is_never_a_command(
    plate: str, known: FlaskClient, filled: Shown
) -> None:
    answer = known.get("/api/v1/sightings", query_string={"plate": plate})
    assert answer.status_code in {200, 400}
    assert not (answer.json or {}).get("sightings")
    assert filled.store.latest("gate-000000")


def test_only_runners_up_that_may_be_right_are_named(filled: Shown) -> None:
    others = (Alternative("KL77MN0", 0.04), Alternative("KL77MND", 0.001))
    filled.save(replace(sighting(3, "KL77MNO"), alternatives=others))
    client = filled.client()
    log_in(client)
    page = client.get("/sightings/gate-000003").text
    assert "<dd>KL77MN0 4 %</dd>" in page
    assert "<dd>KL77MND" not in page


def test_before_login_no_plate_is_in_the_page(filled: Shown) -> None:
    page = filled.client().get("/sightings").text
    assert "AB•••DE" in page
    assert not any(plate in page for plate in PLATES)
    assert WANTED.name not in page
    assert "crop.jpg" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/sightings/gate-000001",
        "/sightings/gate-000001/crop.jpg",
        "/sightings/download.csv",
        "/sightings/download.json",
        "/subject",
        "/access",
        "/api/v1/sightings/gate-000001",
        "/api/v1/sightings/gate-000001/crop",
    ],
)
def test_the_rest_wants_a_login(path: str, filled: Shown) -> None:
    answer = filled.client().get(path)
    assert answer.status_code in {302, 401}
    assert not any(plate in answer.text for plate in PLATES)


def test_programs_get_masked_plates_before_login(filled: Shown) -> None:
    found = filled.client().get("/api/v1/sightings").get_json()["sightings"]
    assert [each["plate"] for each in found] == ["AB•••DE", "WX•••RE", "KL•••NO"]
    assert not found[0].keys() & {"raw_text", "alternatives", "match"}


def test_after_login_they_are_shown_newest_first(known: FlaskClient) -> None:
    page = known.get("/sightings").text
    places = [page.index(f'aria-label="{plate}"') for plate in PLATES]
    assert places == sorted(places)
    assert "deny: red van" in page


@pytest.mark.parametrize(
    ("asked", "plates"),
    [
        ("?plate=x4", ["WX43TRE"]),
        ("?plate=ab 12", ["AB12CDE"]),
        ("?plate=ZZ", []),
        ("?since=2026-05-04T11:57:00Z", ["AB12CDE"]),
        ("?until=2026-05-04T11:57", ["WX43TRE", "KL77MNO"]),
        ("?since=2026-05-04T13:55:00%2B02:00&until=2026-05-04T11:57Z", ["WX43TRE"]),
        ("?most=1", ["AB12CDE"]),
    ],
)
def test_search(asked: str, plates: list[str], known: FlaskClient) -> None:
    found = known.get(f"/api/v1/sightings{asked}").get_json()["sightings"]
    assert [each["plate"] for each in found] == plates


@pytest.mark.parametrize(
    "asked",
    ["plate=%25", "plate='--", "since=yesterday", "before=x", "most=-1", "most=0"],
)
def test_nonsense_is_refused_in_a_sentence(asked: str, known: FlaskClient) -> None:
    answer = known.get(f"/api/v1/sightings?{asked}")
    assert (answer.status_code, answer.get_json()["error"]) == (400, "Bad Request")


def test_pages_follow_each_other_without_a_gap(known: FlaskClient) -> None:
    seen, place = [], ""
    for _ in PLATES:
        answer = known.get(f"/api/v1/sightings?most=1&before={place}").get_json()
        seen += [each["plate"] for each in answer["sightings"]]
        place = answer["next"]
    assert seen == [*PLATES]


def test_the_crop_is_the_very_one(known: FlaskClient, filled: Shown) -> None:
    stored = filled.store.latest("gate-000001")
    answer = known.get("/sightings/gate-000001/crop.jpg")
    assert stored
    assert answer.data == stored.crop_jpeg
    assert answer.content_type == "image/jpeg"


def test_delivery_shows(known: FlaskClient, filled: Shown) -> None:
    assert "waiting to be sent" in known.get("/sightings").text
    owed = filled.outbox.next_owed()
    assert owed
    assert owed.kind is Kind.ALERT
    filled.outbox.refused(owed, "too large")
    filled.deliver_all()
    found = known.get("/api/v1/sightings").get_json()["sightings"]
    assert [each["delivery"] for each in found] == ["sent", "refused", "sent"]


def test_without_a_broker_they_are_stored(shown: Shown) -> None:
    config = shown.config.model_copy(update={"mqtt": MqttConfig()})
    shown.device = replace(shown.device, config=config)
    shown.store.save(sighting(0, PLATES[0]))
    assert "stored" in shown.client().get("/sightings").text
    found = shown.client().get("/api/v1/sightings").get_json()["sightings"]
    assert found[0]["delivery"] == "stored"


def test_a_spreadsheet_gets_them_and_no_formula(
    known: FlaskClient, filled: Shown
) -> None:
    evil = replace(WANTED, name="=cmd|'/c calc'!A1")
    filled.save(replace(sighting(1, PLATES[1]), revision=2, match=evil))
    answer = known.get("/sightings/download.csv")
    rows = [*csv.DictReader(io.StringIO(answer.text))]
    assert [row["plate"] for row in rows] == [*PLATES]
    assert rows[1]["name"] == "'" + evil.name
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_download_that_ends_says_where_and_the_rest_can_be_had(
    known: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge_anpr.web.sightings.MOST_DOWNLOADED", 3)
    assert "the newest 3 at most" in known.get("/sightings").text
    everything = known.get("/api/v1/sightings").get_json()["sightings"]
    newest = _downloaded(known, "")
    assert newest == [each["id"] for each in everything[:3]]
    older = _downloaded(known, f"?until={everything[2]['last_seen']}")
    assert older == [each["id"] for each in everything[3:6]]


def _downloaded(client: FlaskClient, what: str) -> list[str]:
    text = client.get(f"/sightings/download.csv{what}").text
    return [row["id"] for row in csv.DictReader(io.StringIO(text))]


def test_a_correction_is_a_revision_that_is_owed(
    known: FlaskClient, filled: Shown
) -> None:
    filled.deliver_all()
    page = known.get("/sightings/gate-000000").text
    form = {"csrf": csrf_of(page), "revision": "1", "plate": "ab12 cdf"}
    known.post("/sightings/gate-000000/correct", data=form)
    latest = filled.store.latest("gate-000000")
    assert latest
    assert (latest.plate, latest.revision, latest.raw_text, latest.stage) == (
        "AB12CDF",
        2,
        "AB12CDE",
        Stage.CORRECTED,
    )
    owed = filled.outbox.next_owed()
    assert owed
    assert (owed.kind, owed.sighting) == (Kind.SIGHTING, latest)
    filled.deliver_all()
    page = known.get("/sightings/gate-000000").text
    assert "corrected" in page
    assert "The correction is stored" in page


def test_two_people_do_not_correct_over_each_other(
    known: FlaskClient, filled: Shown
) -> None:
    token = {"X-CSRF-Token": csrf_of(known.get("/").text)}
    path = "/api/v1/sightings/gate-000000/correction"
    answers = [
        known.post(path, json={"revision": 1, "plate": plate}, headers=token)
        for plate in ("AB12CDF", "AB12CDG")
    ]
    assert [each.status_code for each in answers] == [200, 409]
    latest = filled.store.latest("gate-000000")
    assert latest
    assert latest.plate == "AB12CDF"


def test_a_vehicle_in_view_is_not_corrected(known: FlaskClient, filled: Shown) -> None:
    filled.save(replace(sighting(0, "AA11AAA", Stage.PROVISIONAL), id="now"))
    token = {"X-CSRF-Token": csrf_of(known.get("/").text)}
    answer = known.post(
        "/api/v1/sightings/now/correction",
        json={"revision": 1, "plate": "AB"},
        headers=token,
    )
    assert (answer.status_code, "still in view" in answer.text) == (409, True)


def test_who_looked_is_written_down_once(known: FlaskClient, filled: Shown) -> None:
    for _ in range(3):
        known.get("/sightings")
    looks = [each for each in filled.access.recent(99) if each.action is Action.LOOK]
    assert [(each.who, len(each.sightings)) for each in looks] == [("anna", 3)]
    assert "anna" in known.get("/access").text
    assert "anna" in known.get("/sightings/gate-000002").text


def test_the_log_names_no_plate(known: FlaskClient, filled: Shown) -> None:
    known.get("/sightings?plate=AB12CDE")
    known.get("/sightings/download.csv?plate=AB12CDE")
    assert "AB12CDE" not in str(filled.access.recent(99))


def test_what_cannot_be_written_down_is_not_shown(
    known: FlaskClient, filled: Shown
) -> None:
    with filled.db.writing(Safety.CRASH) as connection:
        connection.execute("alter table access rename to elsewhere")
    answer = known.get("/sightings")
    assert answer.status_code >= 500
    assert not any(plate in answer.text for plate in PLATES)


def test_old_looks_are_forgotten(known: FlaskClient, filled: Shown) -> None:
    known.get("/sightings")
    forget_access(filled.db, NOON + timedelta(days=20_000), timedelta(days=365))
    assert filled.access.recent(99) == []


def test_a_review_shows_both_readings(filled: Shown) -> None:
    review = Review("google-cloud-vision", Outcome.CHANGED, "A812CDE", "AB12CDE", None)
    before = sighting(0, PLATES[0])
    reviewed = replace(before, revision=2, stage=Stage.REVIEWED, review=review)
    filled.save(reviewed)
    client = filled.client()
    log_in(client)
    page = client.get(f"/sightings/{before.id}").text
    assert "it changed the plate: AB12CDE" in page
    assert "A812CDE" in page


def test_what_is_owed_a_review_does_not_wait_to_be_sent(filled: Shown) -> None:
    entry = sighting(7, "ZZ99ZZZ")
    filled.store.save(entry, [REVIEW_DUE])
    found = look_up(filled.view, entry.id)
    assert found
    assert found.waiting == 0


def test_a_doubtful_plate_is_called_unsure(filled: Shown) -> None:
    doubtful = replace(sighting(0, PLATES[0]), revision=2, confidence=0.79)
    client = filled.client()
    log_in(client)
    before = client.get(f"/sightings/{doubtful.id}").text
    filled.save(doubtful)
    after = client.get(f"/sightings/{doubtful.id}").text
    assert [page.count(">unsure<") for page in (before, after)] == [0, 1]
