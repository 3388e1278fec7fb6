"""A real Chromium before the page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.making import PASSWORD
from tests.web.site import Site

NAMES = ("chromium", "chromium-browser", "google-chrome")
PHONE, DESKTOP = (360, 740), (1280, 800)
TALL_PHONE = (360, 1680)  # all of a page at once
SLOW_MS = 20_000  # on a busy machine


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Skip the test where there is none."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed")
    with sync_playwright() as playwright:
        # Its sandbox wants more rights than a container mostly has.
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"]
        )
        try:
            yield browser
        finally:
            browser.close()


def open_page(
    browser: Browser, size: tuple[int, int], scheme: str = "light"
) -> tuple[Page, list[str]]:
    """A fresh profile, and what its console complains of."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
    )
    context.set_default_timeout(SLOW_MS)
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def log_in(page: Page, site: Site, then: str = "/") -> None:
    page.goto(f"{site.address}/login?next={then}")
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Log out").wait_for()


def save(page: Page, folder: Path | None, name: str) -> None:
    """What the README shows, when it is asked for."""
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png")
