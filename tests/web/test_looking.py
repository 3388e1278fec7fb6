"""Aim, try a picture, and why: with real models and drawn pictures."""

import re
from base64 import b64decode
from dataclasses import replace
from io import BytesIO
from time import monotonic

import cv2
import numpy as np
import pytest
from flask.testing import FlaskClient

from edge_anpr.recognition.drawing import encode
from edge_anpr.recognition.picture_file import decode_picture
from edge_anpr.sample import render_scene
from edge_anpr.sample.scene import Scene
from edge_anpr.storage.access import Action
from edge_anpr.tracking.misses import Miss, Misses, Reason
from edge_anpr.web.app import create_app
from tests.web.shown import Shown, csrf_of, filming, log_in, missed


@pytest.fixture(scope="module")
def scene() -> Scene:
    return render_scene(11, plates=2, plate_width_px=150.0)


@pytest.fixture
def known(shown: Shown) -> FlaskClient:
    shown.set_password()
    shown.fill()
    client = shown.client()
    log_in(client)
    return client


def test_the_live_view_has_every_plate_with_its_checks(
    known: FlaskClient, shown: Shown, scene: Scene
) -> None:
    with filming(shown, scene.pixels):
        view = known.get("/api/v1/aim").get_json()
    assert {each["text"] for each in view["plates"]} == {
        plate.text for plate in scene.plates
    }
    widths = [each["box"][2] - each["box"][0] for each in view["plates"]]
    assert all(120 < width < 200 for width in widths)
    assert [each["name"] for each in view["plates"][0]["checks"]] == [
        "Width",
        "Sharpness",
        "Glare",
        "Contrast",
        "Slope",
    ]
    still = decode_picture(b64decode(view["still"]))
    assert still.shape[1] <= 1280


def test_a_view_that_is_too_far_away_says_what_to_do(
    known: FlaskClient, shown: Shown
) -> None:
    far = render_scene(11, plates=1, plate_width_px=60.0)
    with filming(shown, far.pixels):
        view = known.get("/api/v1/aim").get_json()
    assert view["level"] in {"poor", "bad"}
    assert re.match(r"Plates are \d+ px wide: zoom in or move closer", view["says"])


def test_without_a_picture_it_says_so_and_keeps_nobody_waiting(
    known: FlaskClient,
) -> None:
    began_s = monotonic()
    answer = known.get("/api/v1/aim")
    assert (answer.status_code, "no picture" in answer.text) == (503, True)
    assert monotonic() - began_s < 5


def test_a_report_is_kept_and_shows_no_plate(
    known: FlaskClient, shown: Shown, scene: Scene
) -> None:
    form = {"csrf": csrf_of(known.get("/aim").text), "note": "12 mm lens"}
    with filming(shown, scene.pixels):
        answer = known.post("/aim/reports", data=form, follow_redirects=True)
    assert "12 mm lens" in answer.text
    (report,) = shown.reports.all()
    plates = [plate.text for plate in scene.plates]
    assert not any(plate in str(report.body) for plate in plates)
    assert not _texts(known, report.still) & {*plates}
    assert shown.access.recent(1)[0].action is Action.AIM
    assert known.get("/aim/reports/999").status_code == 404


def _texts(client: FlaskClient, picture: bytes) -> set[str]:
    token = {"X-CSRF-Token": csrf_of(client.get("/").text)}
    found = client.post("/api/v1/picture", data=picture, headers=token).get_json()
    return {each["text"] for each in found["plates"]}


def test_the_forecast_answers_with_the_rule(known: FlaskClient) -> None:
    page = known.get("/aim?road_kmh=130&shutter_us=2000&height_m=5&distance_m=6").text
    assert "7.2 cm" in page
    assert "1/1431 s" in page
    assert "40°" in page


@pytest.mark.parametrize("asked", ["road_kmh=fast", "road_kmh=nan", "shutter_us=-1"])
def test_a_forecast_of_nonsense_is_refused(asked: str, known: FlaskClient) -> None:
    assert known.get(f"/aim?{asked}").status_code == 400


def test_a_picture_is_read_and_nothing_is_kept(
    known: FlaskClient, shown: Shown, scene: Scene
) -> None:
    before = {file: file.stat().st_size for file in shown.db.path.parent.iterdir()}
    page = _upload(known, encode(scene.pixels, ".jpg"))[1]
    for plate in scene.plates:
        assert plate.text in page
    assert "2 plates found" in page
    assert "Sharp enough" in page
    after = {file: file.stat().st_size for file in shown.db.path.parent.iterdir()}
    assert before == after


def _upload(client: FlaskClient, content: bytes) -> tuple[int, str]:
    form = {
        "csrf": csrf_of(client.get("/picture").text),
        "picture": (BytesIO(content), "photo.jpg"),
    }
    answer = client.post("/picture", data=form)
    return answer.status_code, answer.text


def test_programs_get_every_stage(known: FlaskClient, scene: Scene) -> None:
    token = {"X-CSRF-Token": csrf_of(known.get("/").text)}
    found = known.post(
        "/api/v1/picture", data=encode(scene.pixels, ".png"), headers=token
    ).get_json()
    assert [each["name"] for each in found["plates"][0]["stages"]] == [
        "Found",
        "Inside the region",
        "Big enough",
        "Sharp enough",
        "Read",
        "Format",
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"MZ" + b"x" * 999, "This file is not a picture; give JPEG"),
        (b"<svg onload='alert(1)'/>", "This file is not a picture; give JPEG"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 99, "is damaged"),
    ],
    ids=["nothing", "program", "svg", "cut"],
)
def test_what_is_no_picture_is_refused(
    content: bytes, says: str, known: FlaskClient
) -> None:
    code, page = _upload(known, content)
    assert (code, says in page) == (422, True)
    assert "Look for plates" in page  # in another one


def test_a_fault_is_headed_in_plain_words(known: FlaskClient) -> None:
    assert "<h1>Not there</h1>" in known.get("/sightings/nope").text
    assert "<h1>Not allowed</h1>" in known.post("/picture").text
    assert known.get("/api/v1/sightings/nope").get_json()["error"] == "Not Found"


def test_a_picture_that_would_fill_the_memory_is_refused(known: FlaskClient) -> None:
    _, bomb = cv2.imencode(".png", np.zeros((6000, 6000), np.uint8))
    assert len(bomb) < 500_000
    code, page = _upload(known, bomb.tobytes())
    assert (code, "more than 25 million" in page) == (422, True)


def test_a_file_that_is_too_large_is_refused(known: FlaskClient) -> None:
    token = {"X-CSRF-Token": csrf_of(known.get("/").text)}
    content = b"\xff\xd8\xff" + b"\0" * 12_000_000
    answer = known.post("/api/v1/picture", data=content, headers=token)
    assert answer.status_code == 413


def test_why_shows_where_vehicles_are_lost(known: FlaskClient) -> None:
    page = known.get("/why").text
    counts = re.findall(r'class="count">([\d,]+)<', page)
    assert counts == ["52", "51", "49", "48", "47", "47", "45"]
    assert "blurred" in page
    assert "Zoom in or move closer" in page
    assert "YB10XYZ" in page
    assert known.get("/why/1.jpg").content_type == "image/jpeg"


def test_why_masks_plates_before_login(shown: Shown) -> None:
    shown.fill()
    client = shown.client()
    page = client.get("/why?window=day").text
    assert "YB•••YZ" in page
    assert "YB10XYZ" not in page
    assert client.get("/why/1.jpg").status_code == 302
    misses = client.get("/api/v1/misses").get_json()["misses"]
    assert misses[0]["text"] == "YB•••YZ"


def test_a_short_life_is_said(known: FlaskClient) -> None:
    assert "only been running for 2 h 0 min" in known.get("/why?window=day").text
    assert "only been running" not in known.get("/why?window=hour").text
    assert known.get("/why?window=week").status_code == 400


class _Busy(Misses):
    """One more vehicle passes whenever somebody looks."""

    def recent(self) -> list[Miss]:
        self.add(Reason.SMALL, missed("YB10XYZ", 40, blurred=False))
        return super().recent()


def test_no_missed_vehicle_is_shown_that_is_not_written_down(shown: Shown) -> None:
    shown.set_password()
    device = replace(shown.device, misses=_Busy())
    client = create_app(device).test_client()
    log_in(client)
    page = client.get("/why").text
    noted = {each for line in shown.access.recent(9) for each in line.sightings}
    assert noted == {f"miss {number}" for number in re.findall(r"why/(\d+).jpg", page)}
