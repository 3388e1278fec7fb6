"""What a restart must not end: the page's secret, and who is logged in.

A login is kept by a digest of its key and of its password's stamp, so that the file
alone lets nobody in. Times are of the monotonic clock: a reboot ends all logins.
"""

import hashlib
import json
import logging
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

from edge_anpr.runtime.health import boot_id
from edge_anpr.web.passwords import write_private

log = logging.getLogger(__name__)

SECRET_BYTES = 32


@dataclass(slots=True)
class Login:
    """One browser of one person."""

    who: str
    began_s: float
    used_s: float
    stamp: str  # a digest of that of the password it began with


class LoginFile:
    """Read once, by the page that writes it; without a disk there is just no file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._secret: bytes | None = None
        self._is_told = False  # that it cannot be written

    def secret(self) -> bytes:
        """That signs cookies; the same after a restart."""
        if self._secret is None:
            kept, logins = self._read()
            self._secret = kept or secrets.token_bytes(SECRET_BYTES)
            self.write(logins)  # those of before a reboot are of no use to anybody
        return self._secret

    def logins(self) -> OrderedDict[str, Login]:
        """By digest of their keys, as they were written during this run of the machine,
        the one unused for longest first.
        """
        _, logins = self._read()
        return logins

    def write(self, logins: Mapping[str, Login]) -> None:
        """Where it fails, the page goes on, and only the next restart shows."""
        kept = {
            "secret": self.secret().hex(),
            "boot": boot_id(),
            "logins": [[key, *astuple(login)] for key, login in logins.items()],
        }
        try:
            write_private(self._path, json.dumps(kept))
        except OSError as error:
            if not self._is_told:
                log.warning(
                    "%s cannot be written (%s): logins end with the service",
                    self._path,
                    error.strerror,
                )
            self._is_told = True
        else:
            self._is_told = False

    def _read(self) -> tuple[bytes, OrderedDict[str, Login]]:
        """What makes no sense counts as not there."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            secret = bytes.fromhex(kept["secret"])
            if len(secret) != SECRET_BYTES:
                return b"", OrderedDict()
            if kept["boot"] != boot_id():
                return secret, OrderedDict()
            return secret, OrderedDict(
                (str(key), Login(str(who), float(began_s), float(used_s), str(stamp)))
                for key, who, began_s, used_s, stamp in kept["logins"]
            )
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return b"", OrderedDict()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
