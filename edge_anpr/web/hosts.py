"""Which names the page goes by.

A site elsewhere can let a name of its own lead here (DNS rebinding); to a browser that
has it open, what the page shows would be the site's own.
"""

from collections.abc import Callable, Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request
from werkzeug.exceptions import SecurityError

from edge_anpr.config import Config

# What routers call their networks by; nobody elsewhere can have such a name.
LOCAL = (".local", ".localdomain", ".lan", ".home", ".home.arpa", ".internal")


def host_check(config: Config) -> Callable[[], None]:
    """To call before a request is answered; it raises SecurityError."""
    names = {each.encode("idna").decode().lower() for each in config.web.names}
    if config.home_assistant.link:
        names.add(urlsplit(config.home_assistant.link).hostname or "")

    def check() -> None:
        host = request.headers.get("Host")  # which every browser sends
        if host is not None and not is_own(host, names):
            raise SecurityError

    return check


def is_own(host: str, names: Collection[str]) -> bool:
    """host: as the header has it; names: further ones that will do."""
    try:
        name = (urlsplit(f"//{host}").hostname or "").removesuffix(".")
    except ValueError:  # one that cannot be
        return False
    is_short = name != "" and "." not in name  # as it is called in its own network
    return is_short or name in names or name.endswith(LOCAL) or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
