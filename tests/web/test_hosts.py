"""The page goes by names that nobody elsewhere can have, and by those it is given."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.config.delivery import HomeAssistantConfig
from edge_anpr.config.web import WebConfig
from edge_anpr.web.hosts import is_own
from tests.web.shown import Shown

OWN = (
    "localhost",
    "pole7:8080",
    "pole7.local",
    "POLE7.Local.:8080",
    "pole7.lan",
    "pole7.home:8080",
    "192.168.1.7:8080",
    "[::1]:8080",
    "[fe80::1]",
)
FOREIGN = ("evil.example", "evil.example:8080", "pole7.local.evil.example", "a.local]")
HOSTS = (*((host, 200) for host in OWN), *((host, 400) for host in FOREIGN))


@pytest.mark.parametrize(("host", "status"), HOSTS)
def test_with_a_password_too_a_page_elsewhere_cannot_ask_through_a_browser(
    host: str, status: int, shown: Shown
) -> None:
    shown.set_password()
    client = shown.client()
    for path in ("/", "/login", "/health", "/static/page.js"):
        with client.get(path, headers={"Host": host}) as answer:
            assert answer.status_code == status, path
    login = client.post("/api/v1/login", json={}, headers={"Host": host})
    assert ("web.names" in login.text) == (status == 400)


def test_the_settings_give_it_further_names(shown: Shown) -> None:
    link = HomeAssistantConfig(link="https://Gate.example.org/page")
    names = WebConfig(names=("Pole7.example.org", "straße.example"))
    settings = {"web": names, "home_assistant": link}
    shown.set_password()
    shown.device = replace(
        shown.device, config=shown.config.model_copy(update=settings)
    )
    client = shown.client()
    for host, status in (
        ("pole7.example.org:8080", 200),
        ("gate.example.org", 200),
        ("strasse.example", 200),
        ("example.org", 400),
    ):
        assert client.get("/", headers={"Host": host}).status_code == status, host


@given(st.ip_addresses(), st.integers(1, 65535))
def test_every_address_will_do(address: object, port: int) -> None:
    host = f"[{address}]" if ":" in str(address) else str(address)
    assert is_own(host, ())
    assert is_own(f"{host}:{port}", ())


@given(st.text())
def test_no_header_is_a_bug(host: str) -> None:
    is_own(host, ())


@given(st.from_regex(r"[a-z0-9.-]*", fullmatch=True))
def test_nothing_before_it_makes_a_foreign_name_ours(start: str) -> None:
    assert not is_own(f"{start}.evil.example", ())
