"""Who is logged in: until they leave, are idle for too long, or get a new password."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from math import inf
from pathlib import Path
from threading import Lock
from time import monotonic

from edge_anpr.config.web import WebConfig
from edge_anpr.web.login_file import Login, LoginFile, digest
from edge_anpr.web.passwords import is_any_set, is_right, stamp
from edge_anpr.web.tries import Tries

MOST_LOGINS = 50  # the one unused for longest ends
HOUR_S, MINUTE_S = 3600.0, 60.0
WRITE_S = 60.0  # how old the written time of a use may be, for the sake of the card


class Logins:
    """They outlast a restart of the program, and not one of the machine."""

    def __init__(
        self,
        config: WebConfig,
        password_file: Path,
        login_file: LoginFile,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.tries = Tries(clock)
        self._config = config
        self._file = password_file
        self._clock = clock
        self._lock = Lock()
        self._kept = login_file
        self._logins: OrderedDict[str, Login] | None = None  # not read yet
        self._written_s = -inf

    @property
    def is_possible(self) -> bool:
        """Whether any password is set; raise ConfigError."""
        return is_any_set(self._file)

    def begin(self, who: str, password: str) -> str | None:
        """A key nobody can guess; None when the password is wrong. ConfigError."""
        # Before it is tried, which takes a while: it may be changed meanwhile.
        known = digest(stamp(self._file, who))
        if not is_right(self._file, who, password):
            return None
        key, now_s = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            logins = self._known()
            logins[digest(key)] = Login(who, now_s, now_s, known)
            while len(logins) > MOST_LOGINS:
                logins.popitem(last=False)
            self._write()
        return key

    def find(self, key: str, *, prolong: bool) -> Login | None:
        """The login of a key while it lasts; raise ConfigError."""
        with self._lock:
            logins, name = self._known(), digest(key)
            login = logins.get(name)
            if not login:
                return None
            if not self._lasts(login):
                del logins[name]
                self._write()
                return None
            if prolong:
                login.used_s = self._clock()
                logins.move_to_end(name)
                if login.used_s - self._written_s >= WRITE_S:
                    self._write()
            return login

    def end(self, key: str) -> None:
        with self._lock:
            if self._known().pop(digest(key), None):
                self._write()

    def _known(self) -> OrderedDict[str, Login]:
        if self._logins is None:
            self._logins = self._kept.logins()
        return self._logins

    def _write(self) -> None:
        self._written_s = self._clock()
        logins = self._known()
        for name in [each for each in logins if not self._is_used(logins[each])]:
            del logins[name]
        self._kept.write(logins)

    def _lasts(self, login: Login) -> bool:
        has_password = digest(stamp(self._file, login.who)) == login.stamp
        return has_password and self._is_used(login)

    def _is_used(self, login: Login) -> bool:
        now_s = self._clock()
        return (
            0 <= now_s - login.began_s < self._config.session_hours * HOUR_S
            and now_s - login.used_s < self._config.idle_minutes * MINUTE_S
        )
