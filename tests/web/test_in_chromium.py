"""The page as people have it: in a browser, on a phone and on a desk."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from edge_anpr.errors import StorageFailed
from edge_anpr.recognition.drawing import encode
from edge_anpr.sample import render_scene
from edge_anpr.sample.scene import Scene
from edge_anpr.storage.subject import erase_plate
from edge_anpr.web.device import State
from tests.web.browsing import (
    DESKTOP,
    PHONE,
    SLOW_MS,
    TALL_PHONE,
    log_in,
    open_chromium,
    open_page,
    save,
)
from tests.web.making import BLIND, BOARDS, CUT_OFF, NOON, WELL
from tests.web.shown import WANTED, filming, sighting
from tests.web.site import Site

pytestmark = pytest.mark.browser

SERIOUS = {"serious", "critical"}
SIZES = {"phone": (PHONE, "light"), "desktop": (DESKTOP, "dark")}
WIDTHS = (320, 768, 1023, 1024, 1920)  # of a small phone, of tablets, of a desk
LARGE_TEXT = """document.addEventListener("DOMContentLoaded",
  () => { document.documentElement.style.fontSize = "200%"; })"""
PAGES = {
    "status": "/",
    "sightings": "/sightings",
    "sighting": "/sightings/gate-000002",
    "why": "/why",
    "aim": "/aim",
    "picture": "/picture",
    "subject": "/subject",
    "access": "/access",
    "login": "/login",
}
# What does not fit into its own box lies over its neighbour.
CRAMPED = """[...document.querySelectorAll("main *")].filter(each =>
  each.clientWidth && each.scrollWidth > each.clientWidth + 1 &&
  getComputedStyle(each).overflowX === "visible").map(each => each.outerHTML)"""
# What reaches beyond the content of its card.
BESIDE = """[...document.querySelectorAll(".card")].flatMap(card => {
  const end = card.getBoundingClientRect().right;
  return [...card.querySelectorAll("*:not(.to-one)")].filter(
    each => each.getBoundingClientRect().right > end - 12).map(each => each.outerHTML);
})"""
ROWS = """new Set([...document.querySelectorAll(".one .chars > span")].map(
  each => each.getBoundingClientRect().top)).size"""
expect.set_options(timeout=SLOW_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def scene() -> Scene:
    return render_scene(11, plates=2, plate_width_px=150.0)


@pytest.fixture
def folder(request: pytest.FixtureRequest) -> Path | None:
    found: Path | None = request.config.getoption("--screenshots")
    return found


@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits_and_everyone_can_use_it(
    size: str, browser: Browser, site: Site, scene: Scene, folder: Path | None
) -> None:
    page, complaints = open_page(browser, *SIZES[size])
    site.shown.state = lambda: CUT_OFF
    log_in(page, site)
    with filming(site.shown, scene.pixels):
        for name, path in PAGES.items():
            page.goto(site.address + path)
            if name == "aim":
                expect(page.locator("#boxes g")).to_have_count(len(scene.plates))
            _fits(page, name)
            _is_for_everyone(page, name)
            save(page, folder, f"{name}-{size}")
    assert complaints == []
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_on_every_width(
    width: int, browser: Browser, site: Site
) -> None:
    page, complaints = open_page(browser, (width, 800))
    log_in(page, site)
    for name, path in PAGES.items():
        page.goto(site.address + path)
        _fits(page, name)
        assert _header_px(page) < 100, name
    assert complaints == []
    page.context.close()


@pytest.mark.parametrize("width", [320, 360])
def test_text_of_twice_the_size_is_all_there(
    width: int, browser: Browser, site: Site
) -> None:
    page, _ = open_page(browser, (width, 740))
    page.add_init_script(LARGE_TEXT)
    log_in(page, site)
    for name, path in PAGES.items():
        page.goto(site.address + path)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} is {wide} px too wide"
        assert _header_px(page) < 250, name
    page.context.close()


def _header_px(page: Page) -> float:
    box = page.locator("header").bounding_box()
    assert box
    return box["height"]


def _fits(page: Page, name: str) -> None:
    """Nothing is too wide, and what is touched is large enough."""
    page.wait_for_load_state()  # with its style
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{name} is {wide} px too wide"
    assert page.evaluate(CRAMPED) == [], name
    for control in page.locator("button:visible, nav a:visible, input:visible").all():
        box = control.bounding_box()
        if box and control.get_attribute("type") != "hidden":
            assert box["height"] >= 44, f"{name}: {control.inner_text()} is too small"


def _is_for_everyone(page: Page, name: str) -> None:
    found = Axe().run(page).response["violations"]
    serious = [
        (each["id"], [node["target"] for node in each["nodes"]])
        for each in found
        if each["impact"] in SERIOUS
    ]
    assert serious == [], name


@pytest.mark.parametrize(
    ("plate", "confidence", "rows"),
    [("KL77MND", 1.0, 1), ("WDKA1234", 0.99, 1), ("W" * 12, 1.0, 2)],
)
def test_whatever_is_shown_of_a_sighting_stays_in_its_card(
    plate: str, confidence: float, rows: int, browser: Browser, site: Site
) -> None:
    long = replace(WANTED, list_name="L" * 120, name="\u202eN" * 120, entry=plate)
    seen = sighting(900, plate)
    confidences = (confidence,) * len(plate)
    site.shown.save(replace(seen, match=long, char_confidences=confidences))
    page, _ = open_page(browser, PHONE)
    log_in(page, site, f"/sightings/{seen.id}")
    _fits(page, "sighting")
    assert page.evaluate(BESIDE) == []
    assert page.evaluate(ROWS) == rows
    page.goto(f"{site.address}/sightings?plate={plate}")
    _fits(page, "sightings")
    assert page.evaluate(BESIDE) == []
    page.context.close()


@pytest.mark.parametrize("board", BOARDS)
def test_every_board_shows_what_it_knows_of_itself(
    board: str, browser: Browser, site: Site, folder: Path | None
) -> None:
    state = BOARDS[board]
    page, complaints = open_page(browser, TALL_PHONE)
    site.shown.state = lambda: state
    page.goto(site.address)
    expect(page.get_by_role("heading", level=1)).to_have_text("All is well")
    expect(page.locator("dd").first).to_have_text(state.camera.kind)
    power = page.get_by_text("Power supply")
    expect(power).to_have_count(1 if board == "raspberry-pi" else 0)
    _fits(page, board)
    save(page, folder, f"board-{board}")
    assert complaints == []
    page.context.close()


def test_a_wrong_password_is_said_and_the_right_one_opens(
    browser: Browser, site: Site
) -> None:
    page, _ = open_page(browser, PHONE)
    page.goto(f"{site.address}/sightings")
    expect(page.locator("main")).not_to_contain_text("AB12CDE")
    page.get_by_role("link", name="log in", exact=True).click()
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill("wrong wrong wrong")
    page.locator("main").get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("Name or password is wrong")
    log_in(page, site, "/sightings")
    expect(page.get_by_label("AB12CDE").first).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    page.goto(f"{site.address}/access")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("path", ["/", "/aim"])
def test_a_link_from_elsewhere_leaves_a_login_as_it_is(
    path: str, browser: Browser, site: Site
) -> None:
    page, _ = open_page(browser, PHONE)
    log_in(page, site)
    link = f'<a href="{site.address}{path}">the pole</a>'
    page.route(
        "http://elsewhere.example/",
        lambda asked: asked.fulfill(body=link, content_type="text/html"),
    )
    page.goto("http://elsewhere.example/")
    page.get_by_text("the pole").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.goto(site.address)
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.context.close()


def test_a_picture_is_uploaded_and_read(
    browser: Browser, site: Site, scene: Scene, tmp_path: Path, folder: Path | None
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(encode(scene.pixels, ".jpg"))
    page, complaints = open_page(browser, PHONE)
    log_in(page, site, "/picture")
    page.get_by_label("A photograph").set_input_files(photo)
    page.get_by_role("button", name="Look for plates").click()
    expect(page.get_by_role("heading", name="2 plates found")).to_be_visible()
    for plate in scene.plates:
        expect(page.locator("main")).to_contain_text(plate.text)
    _fits(page, "result")
    _is_for_everyone(page, "result")
    page.get_by_role("heading", name="2 plates found").scroll_into_view_if_needed()
    save(page, folder, "result-phone")
    assert complaints == []
    page.context.close()


def test_a_plate_is_found_and_corrected(browser: Browser, site: Site) -> None:
    page, complaints = open_page(browser, PHONE)
    log_in(page, site, "/sightings")
    page.get_by_label("Part of a plate").fill("l77")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".sighting")).to_have_count(1)
    page.locator(".to-one").click()
    page.get_by_label("What the plate says").fill("KL77 MND")
    page.get_by_role("button", name="Store and send").click()
    expect(page.get_by_text("The correction is stored")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("M.*N.*D"))
    latest = site.shown.store.latest("gate-000002")
    assert latest
    assert (latest.plate, latest.revision) == ("KL77MND", 2)
    assert complaints == []
    page.context.close()


def test_the_status_follows_the_device_and_says_when_it_is_lost(
    browser: Browser, site: Site, folder: Path | None
) -> None:
    page, _ = open_page(browser, PHONE)
    page.goto(site.address)
    expect(page.get_by_role("heading", level=1)).to_have_text("All is well")
    page.evaluate("window.isTheSame = true")
    site.shown.state = lambda: BLIND
    expect(page.get_by_role("heading", level=1)).to_have_text("Not seeing")
    expect(page.get_by_text("Check its cable")).to_be_visible()
    save(page, folder, "blind-phone")
    site.stop()
    lost = page.get_by_text("No connection to the device")
    expect(lost).to_be_visible()
    _is_for_everyone(page, "lost")
    save(page, folder, "lost-phone")
    site.shown.state = lambda: WELL
    site.start()
    expect(lost).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("All is well")
    assert page.evaluate("window.isTheSame"), "it was loaded anew"
    page.context.close()


def test_a_refresh_that_the_device_cannot_answer_says_why(
    browser: Browser, site: Site
) -> None:
    def unready() -> State:
        raise StorageFailed("The disk is full.")

    page, _ = open_page(browser, PHONE)
    page.goto(site.address)
    site.shown.state = unready
    said = page.locator("#lost")
    expect(said).to_contain_text("Storage is not ready")
    expect(said).to_contain_text("The disk is full.")
    expect(said).not_to_contain_text("No connection")
    site.stop()
    expect(said).to_contain_text("No connection to the device")
    expect(said).not_to_contain_text("The disk is full.")
    site.shown.state = lambda: WELL
    site.start()
    expect(said).to_be_hidden()
    page.context.close()


def test_what_is_typed_outlasts_a_restart_of_the_service(
    browser: Browser, site: Site
) -> None:
    page, _ = open_page(browser, PHONE)
    log_in(page, site, "/sightings/gate-000002")
    page.get_by_label("What the plate says").fill("KL77MNP")
    site.stop()
    site.start()
    page.get_by_role("button", name="Store and send").click()
    expect(page.get_by_text("The correction is stored")).to_be_visible()
    page.context.close()


def test_a_login_that_has_ended_is_not_shown_as_one(
    browser: Browser, site: Site
) -> None:
    page, _ = open_page(browser, DESKTOP)
    log_in(page, site, "/sightings")
    site.shown.set_password()  # and the logins of the old one are over
    expect(page.get_by_text("Plates are masked")).to_be_visible()
    expect(page.get_by_role("button", name="Log out")).to_have_count(0)
    page.get_by_role("link", name="Log in").last.click()
    expect(page.get_by_label("Password")).to_be_visible()
    page.context.close()


def test_a_refresh_leaves_alone_what_a_person_is_doing(
    browser: Browser, site: Site
) -> None:
    page, _ = open_page(browser, DESKTOP)
    log_in(page, site, "/sightings")
    field = page.get_by_label("Part of a plate")
    field.fill("AB")
    with page.expect_response(
        lambda answer: answer.request.headers.get("x-refresh") == "1"
    ):
        pass
    site.shown.deliver_all()
    expect(page.get_by_text("waiting to be sent")).to_have_count(0)
    expect(field).to_have_value("AB")
    expect(field).to_be_focused()
    page.context.close()


def test_a_vehicle_that_comes_moves_no_focus_to_another(
    browser: Browser, site: Site
) -> None:
    page, _ = open_page(browser, DESKTOP)
    log_in(page, site, "/sightings")
    page.locator(".to-one").nth(2).focus()
    page.evaluate("document.activeElement.isTheSame = true")
    fetched: list[str] = []
    page.on("request", lambda asked: fetched.append(asked.url))
    new = replace(sighting(0, "NE11NEW"), id="gate-new", last_seen=NOON)
    site.shown.save(new)
    first, rows = page.locator(".to-one").first, page.locator(".sighting")
    expect(first).to_have_attribute("href", "/sightings/gate-new")
    assert page.evaluate("document.activeElement.isTheSame")
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("href", "/sightings/gate-000002")
    expect(rows).to_have_count(25)
    expect(rows.nth(3).locator(":focus")).to_have_count(1)
    assert [each for each in fetched if each.endswith("crop.jpg")] == [
        f"{site.address}/sightings/gate-new/crop.jpg"
    ]
    erase_plate(site.shown.db, "AB12CDE")
    expect(rows.nth(2).locator(":focus")).to_have_count(1)
    page.context.close()


def test_the_keyboard_reaches_everything(browser: Browser, site: Site) -> None:
    page, _ = open_page(browser, DESKTOP)
    page.goto(site.address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    reached = []
    for _ in range(7):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText").strip())
    assert reached[1:] == ["Status", "Sightings", "Why", "Aim", "Try", "Log in"]
    page.context.close()


def test_the_live_picture_says_what_to_change(
    browser: Browser, site: Site, folder: Path | None
) -> None:
    page, _ = open_page(browser, PHONE)
    log_in(page, site, "/aim")
    expect(page.locator("#waiting")).to_contain_text("no picture")
    far = render_scene(11, plates=1, plate_width_px=60.0)
    with filming(site.shown, far.pixels):
        expect(page.locator("#says")).to_contain_text("zoom in or move closer")
        expect(page.locator("#boxes g")).to_have_count(1)
        page.get_by_label("Note").fill("first look")
        page.get_by_role("button", name="Save what is seen now").click()
        expect(page.get_by_text("first look")).to_be_visible()
    expect(page.get_by_role("heading", name="Commissioning report")).to_be_visible()
    expect(page.locator("main")).to_contain_text("zoom in or move closer")
    _fits(page, "report")
    _is_for_everyone(page, "report")
    save(page, folder, "report-phone")
    page.context.close()
