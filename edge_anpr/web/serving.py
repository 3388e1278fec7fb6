"""Answer browsers, on the network once a password is set, on this computer before."""

import errno
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any

from waitress import wasyncore

from edge_anpr.config.web import WebConfig
from edge_anpr.errors import ConfigError
from edge_anpr.records import Problem
from edge_anpr.web.passwords import is_any_set, useless_lines
from edge_anpr.web.receiving import receiving_server
from edge_anpr.web.safety import MEGA

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)

LOOPBACK, EVERYWHERE = "127.0.0.1", ""
THREADS = 4
MOST_CONNECTIONS = 100
IDLE_CONNECTION_S = 20
TURN_S = 0.1
SHUT_S = 0.1  # for answers under way; the daemon is ending
FORWARDED = {"x-forwarded-for", "x-forwarded-proto"}
NO_SUCH_ADDRESS = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL}

Sockets = dict[int, Any]  # Any: waitress has several kinds


class Serving:
    """The page's thread; a port that is taken is tried again."""

    def __init__(  # noqa: PLR0913 (the last two are for tests)
        self,
        create_app: Callable[[], "Flask"],
        config: WebConfig,
        password_file: Path,
        stop: Event,
        *,
        look_again_s: float = 5.0,
        retry_s: float = 10.0,
    ) -> None:
        """look_again_s: how often to look whether a password has been set."""
        self.port: int | None = None  # while it listens
        self._create_app = create_app
        self._config = config
        self._password_file = password_file
        self._stop = stop
        self._look_again_s = look_again_s
        self._retry_s = retry_s
        self._trouble: Problem | None = None
        self._useless: list[int] = []  # lines of the password file
        # One line for each request that waits its turn is no news.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)

    def problems(self) -> Iterator[Problem]:
        if self._trouble:
            yield self._trouble
        if self._useless:
            yield _edited(self._password_file, self._useless)

    def run(self) -> None:
        """Until stop."""
        while not self._stop.is_set():
            try:
                self._serve(self._has_password())
            except OSError as error:
                self._is_troubled(_unheard(error, self._config))
            except ConfigError as error:
                self._is_troubled(Problem("page", str(error)))

    def _is_troubled(self, trouble: Problem) -> None:
        if not self._trouble:  # say it once
            log.warning("%s", trouble.reason)
        self._trouble = trouble
        self._stop.wait(self._retry_s)

    def _has_password(self) -> bool:
        """Raise ConfigError."""
        useless = useless_lines(self._password_file)
        if useless and useless != self._useless:
            log.warning("%s", _edited(self._password_file, useless).reason)
        self._useless = useless
        return is_any_set(self._password_file)

    def _serve(self, has_password: bool) -> None:
        """Until stop, or until there is a password or none; raise OSError."""
        address = _address(self._config, has_password=has_password)
        listener = _listener(address, self._config.port)
        sockets: Sockets = {}
        server = receiving_server(
            self._create_app(),
            self._config.max_upload_mb * MEGA,
            map=sockets,
            sockets=[listener],
            threads=THREADS,
            connection_limit=MOST_CONNECTIONS,
            channel_timeout=IDLE_CONNECTION_S,
            cleanup_interval=IDLE_CONNECTION_S // 2,
            ident=None,
            **_proxy(self._config, listener),
        )
        self._trouble, self.port = None, self._config.port
        shown = "all addresses" if address == EVERYWHERE else address
        log.info("The page listens on %s, port %d", shown, self.port)
        looked_s = monotonic()
        with closing(_Closing(server.task_dispatcher, sockets)):
            while not self._stop.is_set():
                wasyncore.loop(timeout=TURN_S, map=sockets, count=1)
                if monotonic() - looked_s >= self._look_again_s:
                    looked_s = monotonic()
                    if self._has_password() != has_password:
                        break
        self.port = None


def listening_problem(config: WebConfig, *, has_password: bool) -> Problem | None:
    """What is in the way of listening just now; it is tried for a moment."""
    address = _address(config, has_password=has_password)
    try:
        _listener(address, config.port).close()
    except OSError as error:
        return _unheard(error, config)
    return None


def password_problem(file: Path) -> Problem | None:
    """What is wrong with a file of passwords; raise ConfigError."""
    useless = useless_lines(file)
    return _edited(file, useless) if useless else None


def _address(config: WebConfig, *, has_password: bool) -> str:
    return (config.address or EVERYWHERE) if has_password else LOOPBACK


def _listener(address: str, port: int) -> socket.socket:
    """Everywhere is over IPv4 and IPv6, where there is such; raise OSError."""
    if address == EVERYWHERE and socket.has_dualstack_ipv6():
        return socket.create_server(
            ("", port), family=socket.AF_INET6, dualstack_ipv6=True
        )
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.create_server((address, port), family=family)


def _proxy(config: WebConfig, listener: socket.socket) -> dict[str, Any]:
    """Whom the server believes who comes; otherwise it forgets what it is told."""
    address = config.trusted_proxy
    if address is None:
        return {}
    if listener.family is socket.AF_INET6 and ":" not in address:
        address = f"::ffff:{address}"  # as a socket of both kinds has it
    return {"trusted_proxy": address, "trusted_proxy_headers": FORWARDED}


def _unheard(error: OSError, config: WebConfig) -> Problem:
    where, fix = _remedy(error, config)
    reason = (error.strerror or str(error)).partition(" (")[0]
    return Problem("page", f"The page cannot listen on {where}: {reason}.", fix)


def _remedy(error: OSError, config: WebConfig) -> tuple[str, str]:
    """What it cannot listen on, and what to do."""
    number = error.errno or 0
    if number < 0 or number in NO_SUCH_ADDRESS:  # those of the resolver are negative
        return (
            f"address {config.address}",
            "Set web.address to an address of this computer, or to null for all.",
        )
    if number == errno.EACCES:
        return f"port {config.port}", "Set web.port to 1024 or more."
    return f"port {config.port}", "End the other program there, or set web.port."


def _edited(file: Path, useless: list[int]) -> Problem:
    numbers = ", ".join(map(str, useless))
    return Problem(
        "page",
        f"{file}, line {numbers}: not as edge-anpr set-password writes it; nobody can "
        "log in with it.",
        "Set that name's password anew with edge-anpr set-password, or delete the "
        "line.",
    )


class _Closing:
    """The server's end: its threads, then its connections."""

    def __init__(self, dispatcher: object, sockets: Sockets) -> None:
        self._dispatcher = dispatcher
        self._sockets = sockets

    def close(self) -> None:
        self._dispatcher.shutdown(timeout=SHUT_S)  # type: ignore[attr-defined]
        wasyncore.close_all(self._sockets)
