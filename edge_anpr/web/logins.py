"""Who is logged in: until they leave, are idle for too long, or get a new password."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic

from edge_anpr.config.web import WebConfig
from edge_anpr.web.passwords import is_any_set, is_right, stamp
from edge_anpr.web.tries import Tries

MOST_LOGINS = 50  # the one unused for longest ends
HOUR_S, MINUTE_S = 3600.0, 60.0


@dataclass(slots=True)
class Login:
    """One browser of one person."""

    who: str
    began_s: float
    used_s: float
    stamp: str  # of the password it began with


class Logins:
    """Kept in memory: they end with the program."""

    def __init__(
        self,
        config: WebConfig,
        password_file: Path,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.tries = Tries(clock)
        self._config = config
        self._file = password_file
        self._clock = clock
        self._lock = Lock()
        self._logins: OrderedDict[str, Login] = OrderedDict()

    @property
    def is_possible(self) -> bool:
        """Whether any password is set; raise ConfigError."""
        return is_any_set(self._file)

    def begin(self, who: str, password: str) -> str | None:
        """A key nobody can guess; None when the password is wrong. ConfigError."""
        # Before it is tried, which takes a while: it may be changed meanwhile.
        known = stamp(self._file, who)
        if not is_right(self._file, who, password):
            return None
        key, now_s = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._logins[key] = Login(who, now_s, now_s, known)
            while len(self._logins) > MOST_LOGINS:
                self._logins.popitem(last=False)
        return key

    def find(self, key: str, *, prolong: bool) -> Login | None:
        """The login of a key while it lasts; raise ConfigError."""
        with self._lock:
            login = self._logins.get(key)
            if not login:
                return None
            if not self._lasts(login):
                del self._logins[key]
                return None
            if prolong:
                login.used_s = self._clock()
                self._logins.move_to_end(key)
            return login

    def end(self, key: str) -> None:
        with self._lock:
            self._logins.pop(key, None)

    def _lasts(self, login: Login) -> bool:
        now_s = self._clock()
        return (
            now_s - login.began_s < self._config.session_hours * HOUR_S
            and now_s - login.used_s < self._config.idle_minutes * MINUTE_S
            and stamp(self._file, login.who) == login.stamp
        )
