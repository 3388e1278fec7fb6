"""The page listens on this computer alone until a password is set."""

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPConnection
from threading import Event, Thread

import pytest

from edge_anpr.web.app import create_app
from edge_anpr.web.serving import Serving
from edge_anpr.web.tries import MOST_OF_ADDRESS
from tests.broker import free_port, wait_until
from tests.web.making import PASSWORD
from tests.web.shown import Shown


@contextmanager
def _served(
    shown: Shown, port: int, address: str | None = None, proxy: str | None = None
) -> Iterator[Serving]:
    settings = {"port": port, "address": address, "trusted_proxy": proxy}
    web = shown.config.web.model_copy(update=settings)
    stop = Event()
    page = Serving(
        partial(create_app, shown.device),
        web,
        shown.device.password_file,
        stop,
        look_again_s=0.1,
        retry_s=0.1,
    )
    thread = Thread(target=page.run)
    thread.start()
    try:
        yield page
    finally:
        stop.set()
        thread.join(5)
        assert not thread.is_alive()


def _own_address() -> str:
    """Of this computer in its network, or another one of its loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            line.connect(("192.0.2.1", 9))  # sends nothing
            return str(line.getsockname()[0])
        except OSError:
            return "127.0.0.2"


def _get(host: str, port: int) -> int:
    try:
        with urllib.request.urlopen(
            f"http://{host}:{port}/health", timeout=5
        ) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except (urllib.error.URLError, ConnectionError):
        return 0


def test_without_a_password_only_this_computer_is_answered(shown: Shown) -> None:
    port = free_port()
    with _served(shown, port) as page:
        wait_until(lambda: page.port == port)
        assert _get("127.0.0.1", port) == 200
        assert _get(_own_address(), port) == 0


def test_once_a_password_is_set_the_network_is_answered(
    shown: Shown,
) -> None:
    port = free_port()
    with _served(shown, port) as page:
        wait_until(lambda: page.port == port)
        shown.set_password()
        wait_until(lambda: _get(_own_address(), port) == 200)


def test_a_page_elsewhere_cannot_ask_through_a_browser(shown: Shown) -> None:
    client = shown.client()
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"Host": "localhost:8080"}).status_code == 200


def _log_in(port: int, password: str, **headers: str) -> tuple[int, str]:
    """The answer's status and cookie."""
    line = HTTPConnection("127.0.0.1", port, timeout=5)
    body = json.dumps({"name": "anna", "password": password})
    sent = {"Content-Type": "application/json"}
    sent |= {f"X-Forwarded-{key}": value for key, value in headers.items()}
    with closing(line):
        line.request("POST", "/api/v1/login", body, sent)
        answer = line.getresponse()
        return answer.status, answer.getheader("Set-Cookie", "")


@pytest.mark.parametrize("address", [None, "127.0.0.1"])
def test_a_trusted_proxy_is_believed_who_comes(
    address: str | None, shown: Shown
) -> None:
    shown.set_password()
    port = free_port()
    with _served(shown, port, address, proxy="127.0.0.1") as page:
        wait_until(lambda: page.port is not None)
        wrong = [
            # What the guesser has made up stands before what the proxy adds.
            _log_in(port, "guess", For=f"192.0.2.{each}, 10.0.0.1")[0]
            for each in range(MOST_OF_ADDRESS + 1)
        ]
        assert wrong == [403] * MOST_OF_ADDRESS + [429]
        status, cookie = _log_in(port, PASSWORD, For="10.0.0.2", Proto="https")
        assert (status, "Secure" in cookie) == (200, True)
        status, cookie = _log_in(port, PASSWORD, For="10.0.0.3")
        assert (status, "Secure" in cookie) == (200, False)
    noted = [each.address for each in shown.access.recent(9)]
    assert sorted(set(noted)) == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]


@pytest.mark.parametrize("proxy", [None, "127.0.0.9"])
def test_nobody_else_is_believed_who_comes(proxy: str | None, shown: Shown) -> None:
    shown.set_password()
    port = free_port()
    with _served(shown, port, proxy=proxy) as page:
        wait_until(lambda: page.port is not None)
        status, cookie = _log_in(port, PASSWORD, For="10.0.0.2", Proto="https")
    assert (status, "Secure" in cookie) == (200, False)
    assert shown.access.recent(1)[0].address == "127.0.0.1"


def test_a_port_that_is_taken_is_a_problem_and_no_end(
    shown: Shown,
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with _served(shown, port) as page:
            wait_until(lambda: bool([*page.problems()]))
            (problem,) = page.problems()
            assert f"port {port}" in problem.reason
            other.close()
            wait_until(lambda: page.port == port)
            assert [*page.problems()] == []


def test_a_password_that_was_edited_is_a_problem_until_it_is_mended(
    shown: Shown,
) -> None:
    shown.set_password()
    file, port = shown.device.password_file, free_port()
    with _served(shown, port) as page:
        wait_until(lambda: page.port == port)
        whole = file.read_text()
        file.write_text(f"{whole}berta:three old ladders\n")
        wait_until(lambda: bool([*page.problems()]))
        (problem,) = page.problems()
        assert problem.reason.startswith(f"{file}, line 2: ")
        assert "ladders" not in problem.reason
        assert page.port == port
        file.write_text(whole)
        wait_until(lambda: not [*page.problems()])


@pytest.mark.parametrize("address", ["192.0.2.1", "no-such-computer.invalid"])
def test_an_address_that_is_not_ours_is_the_problem(address: str, shown: Shown) -> None:
    shown.set_password()
    with _served(shown, free_port(), address) as page:
        wait_until(lambda: bool([*page.problems()]))
        (problem,) = page.problems()
    assert problem.reason.startswith(f"The page cannot listen on address {address}: ")
    assert "web.address" in problem.fix
