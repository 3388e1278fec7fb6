"""Who asks, and whether they may: logins, and proof that a change was meant."""

import hmac
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import wraps
from typing import ParamSpec
from urllib.parse import urlsplit

from flask import Flask, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, Unauthorized

from edge_anpr.storage.access import Access, Action
from edge_anpr.web.device import Device
from edge_anpr.web.login_file import LoginFile
from edge_anpr.web.logins import Logins
from edge_anpr.web.looks import Looks
from edge_anpr.web.safety import is_api

P = ParamSpec("P")

SAFE = {"GET", "HEAD", "OPTIONS"}
TOKEN_FIELD, TOKEN_HEADER = "csrf", "X-CSRF-Token"
REFRESH_HEADER = "X-Refresh"
LOGIN_KEY, TOKEN_KEY = "login", "csrf"
OWN = {"same-origin", "none"}  # Sec-Fetch-Site of what a person does on our page


class FormTooOld(Forbidden):
    """Of our own page, with a token of before a restart or another login."""

    description = "This form is too old; load the page again and repeat it."


class Guard:
    """Looks at every request before the page does."""

    def __init__(self, device: Device, login_file: LoginFile) -> None:
        self.logins = Logins(device.config.web, device.password_file, login_file)
        self._log = device.access
        self._looks = Looks()

    def protect(self, app: Flask) -> None:
        app.before_request(self._recognise)
        app.before_request(_refuse_forged)
        app.context_processor(
            lambda: {
                "who": who(),
                "csrf": token,
                "can_log_in": lambda: self.logins.is_possible,
            }
        )

    def note(self, action: Action, *sightings: str, detail: str = "") -> None:
        """Write down what is about to be shown or done; raise StorageFailed."""
        self._log.note(
            Access(datetime.now(UTC), who(), address(), action, sightings, detail)
        )

    def note_looks(self, sightings: Iterable[str]) -> None:
        """As note, once in a while for each: a page may show them again and again."""
        key = session.get(LOGIN_KEY, "")
        fresh = [each for each in sightings if self._looks.is_news(key, each)]
        if fresh:
            self.note(Action.LOOK, *fresh)

    def log_in(self, name: str, password: str) -> bool:
        """False when the password is wrong; raise ConfigError, StorageFailed."""
        key = self.logins.begin(name, password)
        if key is None:
            self.logins.tries.was_wrong(address())
            self.note(Action.REFUSED)
            return False
        self.logins.tries.was_right(address())
        session.clear()  # nothing of before may be known to somebody else
        session.permanent = True
        session[LOGIN_KEY] = key
        g.who = name
        self.note(Action.LOGIN)
        return True

    def log_out(self) -> None:
        self.logins.end(session.get(LOGIN_KEY, ""))
        session.clear()

    def _recognise(self) -> None:
        # A page that refreshes itself keeps nobody logged in who has gone.
        is_person = REFRESH_HEADER not in request.headers
        login = self.logins.find(session.get(LOGIN_KEY, ""), prolong=is_person)
        g.who = login.who if login else ""


def who() -> str:
    """The name of who is logged in; empty when nobody is."""
    return str(g.get("who", ""))


def address() -> str:
    """Of the browser; one of IPv4 as people know it, without the IPv6 before it."""
    return (request.remote_addr or "").removeprefix("::ffff:")


def login_needed(
    view: Callable[P, ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Send people to the login, and programs away."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if who():
            return view(*args, **kwargs)
        if is_api() or request.method not in SAFE:
            raise Unauthorized("Log in first.")
        return redirect(url_for("login.show", next=request.full_path))

    return guarded


def token() -> str:
    """That only our own pages know; one for each browser."""
    return str(session.setdefault(TOKEN_KEY, secrets.token_urlsafe(24)))


def own_path(path: str) -> str:
    """A path of ours to go on to, and never anybody else's."""
    is_own = path.startswith("/") and "\\" not in path and not _names_a_host(path)
    return path if is_own else url_for("status.show")


def _names_a_host(path: str) -> bool:
    try:
        return bool(urlsplit(path).netloc)
    except ValueError:  # one that cannot be
        return True


def _refuse_forged() -> None:
    if request.method in SAFE or request.endpoint == "api.log_in":
        return
    given = request.headers.get(TOKEN_HEADER) or request.form.get(TOKEN_FIELD, "")
    known = session.get(TOKEN_KEY, "")
    if request.headers.get("Sec-Fetch-Site", "none") not in OWN:
        raise Forbidden("Another site has sent this; nothing was done.")
    if not (known and hmac.compare_digest(given.encode(), known.encode())):
        raise FormTooOld
