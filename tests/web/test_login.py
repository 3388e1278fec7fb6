"""Nobody gets in without the password, nor changes anything by accident."""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.config.web import WebConfig
from edge_anpr.storage.access import Action
from edge_anpr.web.app import COOKIE
from edge_anpr.web.guard import own_path
from edge_anpr.web.login_file import LoginFile
from edge_anpr.web.logins import MOST_LOGINS, Logins
from edge_anpr.web.looks import MOST, Looks
from edge_anpr.web.passwords import set_password
from edge_anpr.web.tries import MOST_ADDRESSES, MOST_OF_ADDRESS, WINDOW_S, Tries
from tests.web.making import PASSWORD, config
from tests.web.shown import Shown, csrf_of, log_in

HOUR_S = 3600.0


class _Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def client(shown: Shown) -> FlaskClient:
    shown.set_password()
    return shown.client()


def _try(client: FlaskClient, password: str, **more: str) -> int:
    form = {"csrf": csrf_of(client.get("/login").text), "name": "anna", **more}
    return client.post("/login", data={**form, "password": password}).status_code


def test_the_right_password_opens(client: FlaskClient) -> None:
    log_in(client)
    assert "Log out" in client.get("/").text
    assert client.get("/access").status_code == 200


def test_a_wrong_one_does_not_and_is_written_down(
    client: FlaskClient, shown: Shown
) -> None:
    assert _try(client, "three old letters") == 403
    assert client.get("/access").status_code == 302
    assert [each.action for each in shown.access.recent(9)] == [Action.REFUSED]


@pytest.mark.parametrize(
    ("came_from", "noted"),
    [
        ("::ffff:192.168.1.7", "192.168.1.7"),  # as a socket of both kinds has it
        ("192.168.1.7", "192.168.1.7"),
        ("2001:db8::ffff:1", "2001:db8::ffff:1"),
    ],
)
def test_an_address_is_noted_as_people_know_it(
    came_from: str, noted: str, client: FlaskClient, shown: Shown
) -> None:
    client.environ_base["REMOTE_ADDR"] = came_from
    log_in(client)
    assert shown.access.recent(1)[0].address == noted


def test_after_a_wrong_password_the_name_stands_there_still(
    client: FlaskClient,
) -> None:
    token = csrf_of(client.get("/login").text)
    form = {"csrf": token, "name": '"anna">', "password": "three old letters"}
    assert 'value="&#34;anna&#34;&gt;"' in client.post("/login", data=form).text


def test_a_login_form_of_before_a_restart_comes_again_as_it_was(shown: Shown) -> None:
    shown.set_password()
    old = shown.client()
    shown.device.login_file.unlink()  # which a disk without room has not taken
    client = shown.client()
    form = {"csrf": csrf_of(old.get("/login").text), "name": "anna"}
    answer = client.post("/login?next=/access", data={**form, "password": PASSWORD})
    assert (answer.status_code, 'value="anna"' in answer.text) == (403, True)
    assert PASSWORD not in answer.text
    form["csrf"] = csrf_of(answer.text)
    answer = client.post("/login?next=/access", data={**form, "password": PASSWORD})
    assert (answer.status_code, answer.location) == (302, "/access")


@pytest.mark.parametrize("ends", ["by a restart", "by a new password"])
def test_a_correction_outlasts_the_login_it_was_begun_in(
    ends: str, shown: Shown
) -> None:
    shown.set_password()
    shown.fill()
    client = shown.client()
    form = {"csrf": log_in(client), "revision": "1", "plate": 'AB1"2'}
    if ends == "by a restart":
        shown.device.login_file.unlink()  # which a disk without room has not taken
        client = shown.client()
    else:
        shown.set_password()
    answer = client.post("/sightings/gate-000000/correct", data=form)
    assert answer.status_code in {401, 403}
    way_on = re.search(r'class="button" href="(/sightings/[^"]*)"', answer.text)
    assert way_on
    login = client.get(html.unescape(way_on[1]))
    token = csrf_of(client.get(login.location).text)
    fields = {"csrf": token, "name": "anna", "password": PASSWORD}
    page = client.post(login.location, data=fields, follow_redirects=True).text
    assert 'name="plate" value="AB1&#34;2"' in page
    form |= {"csrf": csrf_of(page), "plate": "AB12"}
    client.post("/sightings/gate-000000/correct", data=form)
    latest = shown.store.latest("gate-000000")
    assert latest
    assert (latest.plate, latest.revision) == ("AB12", 2)


def _restarted(client: FlaskClient, shown: Shown) -> FlaskClient:
    """The same browser, with a page that has begun anew."""
    cookie, again = client.get_cookie(COOKIE), shown.client()
    assert cookie
    again.set_cookie(COOKIE, cookie.value)
    return again


def test_a_form_that_is_open_outlasts_a_restart(shown: Shown) -> None:
    shown.set_password()
    client = shown.client()
    form = {"csrf": csrf_of(client.get("/login").text), "name": "anna"}
    client = _restarted(client, shown)
    answer = client.post("/login", data={**form, "password": PASSWORD})
    assert answer.status_code == 302


def test_a_login_outlasts_a_restart(client: FlaskClient, shown: Shown) -> None:
    shown.fill()
    form = {"csrf": log_in(client), "revision": "1", "plate": "AB12"}
    client = _restarted(client, shown)
    assert "Log out" in client.get("/").text
    assert client.post("/sightings/gate-000000/correct", data=form).status_code == 302


def test_a_login_that_has_ended_stays_so_after_a_restart(
    client: FlaskClient, shown: Shown
) -> None:
    token = log_in(client)
    cookie = client.get_cookie(COOKIE)
    assert cookie
    client.post("/logout", data={"csrf": token})
    thief = shown.client()
    thief.set_cookie(COOKIE, cookie.value)
    assert thief.get("/access").status_code == 302


def test_a_new_password_during_a_restart_ends_the_login(
    client: FlaskClient, shown: Shown
) -> None:
    log_in(client)
    set_password(shown.device.password_file, "anna", "another password")
    assert _restarted(client, shown).get("/access").status_code == 302


def test_what_is_kept_of_logins_lets_nobody_in(
    client: FlaskClient, shown: Shown
) -> None:
    log_in(client)
    file = shown.device.login_file
    assert file.stat().st_mode & 0o777 == 0o600
    with client.session_transaction() as session:
        assert session["login"] not in file.read_text()
    assert "scrypt" not in file.read_text()


def test_a_login_goes_idle_over_a_restart_too(tmp_path: Path) -> None:
    clock = _Clock()
    key = _logins(tmp_path, clock).begin("anna", PASSWORD) or ""
    clock.now_s += 1700
    assert _loaded(tmp_path, clock).find(key, prolong=True)
    clock.now_s += 1700
    assert _loaded(tmp_path, clock).find(key, prolong=False)
    clock.now_s += 200
    assert _loaded(tmp_path, clock).find(key, prolong=True) is None


def test_a_reboot_ends_the_logins_and_no_open_form(tmp_path: Path) -> None:
    key = _logins(tmp_path, _Clock()).begin("anna", PASSWORD) or ""
    file = tmp_path / "logins"
    secret = LoginFile(file).secret()
    kept = json.loads(file.read_text())
    file.write_text(json.dumps({**kept, "boot": "another"}))
    assert _loaded(tmp_path, _Clock()).find(key, prolong=True) is None
    assert LoginFile(file).secret() == secret


def test_who_was_logged_in_is_not_kept_for_longer_than_it_is_of_use(
    tmp_path: Path,
) -> None:
    clock, file = _Clock(), tmp_path / "logins"
    _logins(tmp_path, clock).begin("anna", PASSWORD)
    assert "anna" in file.read_text()
    set_password(tmp_path / "file", "bert", PASSWORD)
    clock.now_s += 24 * 3600
    _loaded(tmp_path, clock).begin("bert", PASSWORD)
    kept = file.read_text()
    assert "bert" in kept
    assert "anna" not in kept
    file.write_text(json.dumps({**json.loads(kept), "boot": "another"}))
    LoginFile(file).secret()
    assert "bert" not in file.read_text()


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", "null", '{"secret": "00"}', '{"secret": 1}', "[" * 50_000],
    ids=["empty", "list", "nothing", "null", "short", "number", "deep"],
)
def test_a_file_of_logins_that_makes_no_sense_is_begun_anew(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / "logins").write_text(content)
    key = _logins(tmp_path, _Clock()).begin("anna", PASSWORD) or ""
    assert _loaded(tmp_path, _Clock()).find(key, prolong=True)


def test_without_a_disk_logins_last_as_long_as_the_program(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    set_password(tmp_path / "file", "anna", PASSWORD)
    login_file = LoginFile(tmp_path / "gone" / "logins")
    logins = Logins(WebConfig(), tmp_path / "file", login_file, _Clock())
    keys = [logins.begin("anna", PASSWORD) or "" for _ in range(2)]
    assert all(logins.find(key, prolong=True) for key in keys)
    logins.end(keys[0])
    assert logins.find(keys[0], prolong=True) is None
    assert len(caplog.records) == 1  # said once


def test_guessing_is_slowed_down(client: FlaskClient) -> None:
    codes = [_try(client, "guess") for _ in range(MOST_OF_ADDRESS + 2)]
    assert codes == [403] * MOST_OF_ADDRESS + [429] * 2
    answer = client.post("/api/v1/login", json={"name": "anna", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 200


def test_half_a_character_is_a_wrong_password(client: FlaskClient) -> None:
    fields = {"name": "anna", "password": "\ud800" + PASSWORD}  # escaped in the JSON
    codes = [
        client.post("/api/v1/login", json=fields).status_code
        for _ in range(MOST_OF_ADDRESS + 1)
    ]
    assert codes == [403] * MOST_OF_ADDRESS + [429]


def test_logging_out_ends_a_copied_cookie(client: FlaskClient) -> None:
    token = log_in(client)
    cookie = client.get_cookie("edge_anpr_session")
    thief = client.application.test_client()
    assert cookie
    thief.set_cookie("edge_anpr_session", cookie.value)
    assert thief.get("/access").status_code == 200
    client.post("/logout", data={"csrf": token})
    assert thief.get("/access").status_code == 302
    assert client.get("/access").status_code == 302


def test_the_cookie_is_for_this_site_alone(client: FlaskClient) -> None:
    client.get("/login")
    cookie = client.get_cookie("edge_anpr_session")
    assert cookie
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")


def test_two_cameras_of_one_board_have_a_login_each(tmp_path: Path) -> None:
    """Browsers send a cookie to every port of a host."""
    names = set()
    for port in (8080, 8081):
        folder = tmp_path / str(port)
        folder.mkdir()
        settings = config(folder)
        web = settings.web.model_copy(update={"port": port})
        shown = Shown(folder, settings.model_copy(update={"web": web}))
        names.add(shown.client().application.config["SESSION_COOKIE_NAME"])
    assert names == {"edge_anpr_session", "edge_anpr_session_8081"}


def test_without_a_password_nobody_logs_in(shown: Shown) -> None:
    page = shown.client().get("/login").text
    assert "edge-anpr set-password" in page
    assert "<form method" not in page


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/sightings?plate=A", "/sightings?plate=A"),
        ("//evil.example", "/"),
        ("//[", "/"),
        ("//[evil]", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_a_login_leads_nowhere_else(
    path: str, leads_to: str, client: FlaskClient
) -> None:
    with client.application.test_request_context("/"):
        assert own_path(path) == leads_to


@pytest.mark.parametrize(
    "path",
    [
        "/logout",
        "/sightings/gate-000000/correct",
        "/subject",
        "/subject/erase",
        "/subject/export",
        "/api/v1/subject/erase",
        "/api/v1/sightings/gate-000000/correction",
    ],
)
def test_a_change_needs_the_token(path: str, client: FlaskClient) -> None:
    log_in(client)
    assert client.post(path, data={"plate": "AB12"}).status_code == 403
    wrong = {"X-CSRF-Token": "x" * 32}
    assert client.post(path, json={"plate": "AB12"}, headers=wrong).status_code == 403


def test_every_change_there_is_needs_the_token(client: FlaskClient) -> None:
    log_in(client)
    changes = {
        rule.rule.replace("<sighting_id>", "x")
        for rule in client.application.url_map.iter_rules()
        if "POST" in (rule.methods or ())
    } - {"/api/v1/login"}
    assert len(changes) >= 7
    assert {client.post(path).status_code for path in changes} == {403}


def test_another_site_cannot_send_our_forms(client: FlaskClient) -> None:
    token = log_in(client)
    answer = client.post(
        "/logout", data={"csrf": token}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


def test_programs_log_in_too(client: FlaskClient) -> None:
    answer = client.post("/api/v1/login", json={"name": "anna", "password": PASSWORD})
    token = {"X-CSRF-Token": answer.get_json()["csrf"]}
    assert client.get("/api/v1/sightings/none").status_code == 404
    assert client.post("/api/v1/logout", headers=token).status_code == 200
    assert client.get("/api/v1/sightings/none").status_code == 401


@pytest.mark.parametrize(
    "body",
    ["[]", "{}", '{"name": 1, "password": []}', "{", "[" * 50_000],
    ids=["list", "empty", "numbers", "cut", "deep"],
)
def test_a_login_that_makes_no_sense_is_refused(body: str, client: FlaskClient) -> None:
    answer = client.post("/api/v1/login", data=body, content_type="application/json")
    assert answer.status_code == 400


def test_headers_allow_nothing_from_outside(client: FlaskClient) -> None:
    for path in ("/", "/sightings", "/login", "/health", "/none", "/static/style.css"):
        with client.get(path) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_pages_hold_no_script_of_their_own(client: FlaskClient) -> None:
    log_in(client)
    for path in ("/", "/sightings", "/subject", "/access"):
        page = client.get(path).text
        assert "<script>" not in page
        assert " style=" not in page
        assert " on" + "click" not in page
        assert "http://" not in page.replace("http://localhost", "")


def test_what_is_shown_is_kept_by_no_browser(client: FlaskClient) -> None:
    assert client.get("/sightings").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static//etc/passwd",
        "/sightings/..%2f..%2fetc%2fpasswd/crop.jpg",
    ],
)
def test_no_path_leads_out(path: str, client: FlaskClient) -> None:
    log_in(client)
    assert client.get(path, follow_redirects=True).status_code == 404


def test_text_from_outside_is_never_markup(client: FlaskClient) -> None:
    log_in(client)
    evil = "<script>alert(1)</script>"
    for path in (f"/sightings?since={evil}", f"/login?next={evil}", f"/{evil}"):
        assert evil not in client.get(path).text


def _logins(folder: Path, clock: _Clock) -> Logins:
    set_password(folder / "file", "anna", PASSWORD)
    return _loaded(folder, clock)


def _loaded(folder: Path, clock: Callable[[], float]) -> Logins:
    """As a program that starts has them."""
    login_file = LoginFile(folder / "logins")
    return Logins(WebConfig(), folder / "file", login_file, clock)


def test_a_login_ends_when_idle_and_in_any_case(tmp_path: Path) -> None:
    clock = _Clock()
    logins = _logins(tmp_path, clock)
    idle, busy = (logins.begin("anna", PASSWORD) or "" for _ in range(2))
    for _ in range(19):
        clock.now_s += 1500
        is_known = logins.find(busy, prolong=True) is not None
        assert is_known == (clock.now_s < 1000 + 8 * HOUR_S)
    assert logins.find(idle, prolong=True) is None


def test_a_password_that_changes_while_the_old_one_is_tried_ends_that_login(
    tmp_path: Path,
) -> None:
    changes = iter(["another good one"])

    def clock() -> float:
        for password in changes:  # after the old one was right
            set_password(tmp_path / "file", "anna", password)
        return 0.0

    set_password(tmp_path / "file", "anna", PASSWORD)
    logins = _loaded(tmp_path, clock)
    key = logins.begin("anna", PASSWORD)
    assert key is not None
    assert logins.find(key, prolong=True) is None


def test_a_page_that_refreshes_itself_keeps_nobody_in(tmp_path: Path) -> None:
    clock = _Clock()
    logins = _logins(tmp_path, clock)
    key = logins.begin("anna", PASSWORD) or ""
    clock.now_s += 1700
    assert logins.find(key, prolong=False)
    clock.now_s += 200
    assert logins.find(key, prolong=False) is None


def test_a_new_password_ends_the_logins(tmp_path: Path) -> None:
    logins = _logins(tmp_path, _Clock())
    key = logins.begin("anna", PASSWORD) or ""
    set_password(tmp_path / "file", "anna", "another password")
    assert logins.find(key, prolong=True) is None


def test_memory_is_bounded() -> None:
    looks, tries = Looks(_Clock()), Tries(_Clock())
    for number in range(MOST + 500):
        assert looks.is_news("key", str(number))
    for number in range(MOST_ADDRESSES + 100):
        tries.was_wrong(f"10.0.{number // 250}.{number % 250}")
    assert len(looks._looked) == MOST
    assert len(tries._of_address) == MOST_ADDRESSES
    assert MOST_LOGINS <= 100


def test_tries_count_by_neighbourhood_and_pass() -> None:
    clock = _Clock()
    tries = Tries(clock)
    for number in range(MOST_OF_ADDRESS):
        tries.was_wrong(f"2001:db8:1:2::{number:x}")
    assert tries.wait_s("2001:db8:1:2:ffff::1") == WINDOW_S
    assert tries.wait_s("2001:db8:1:3::1") == 0
    clock.now_s += WINDOW_S
    assert tries.wait_s("2001:db8:1:2::1") == 0


@given(st.lists(st.tuples(st.floats(0, 600), st.booleans()), max_size=60))
def test_never_more_than_so_many_tries_in_a_window(
    events: list[tuple[float, bool]],
) -> None:
    clock = _Clock()
    tries, wrong = Tries(clock), []
    for pause_s, _ in events:
        clock.now_s += pause_s / 10
        if not tries.wait_s("10.0.0.1"):
            tries.was_wrong("10.0.0.1")
            wrong.append(clock.now_s)
    for first, last in zip(wrong, wrong[MOST_OF_ADDRESS:], strict=False):
        assert last - first >= WINDOW_S


def test_an_unreadable_password_file_is_named(shown: Shown) -> None:
    client = shown.client()
    shown.device.password_file.mkdir()
    answer = client.get("/login")
    assert (answer.status_code, "cannot be read" in answer.text) == (503, True)


def test_openapi_names_the_cookie(client: FlaskClient) -> None:
    described = json.loads(client.get("/api/v1/openapi.json").data)
    scheme = described["components"]["securitySchemes"]["login"]
    assert scheme["name"] == client.application.config["SESSION_COOKIE_NAME"]
