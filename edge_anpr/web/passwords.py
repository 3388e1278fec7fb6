"""Who may log in: names and hashes in a file that only its owner may read."""

import errno
import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from werkzeug.security import check_password_hash, generate_password_hash

from edge_anpr.errors import ConfigError

METHOD = "scrypt:32768:8:1"  # 32 MiB and about 0.1 s a try
HASH = re.compile(re.escape(METHOD) + r"\$[^$]+\$[0-9a-f]{128}")
LEAST_CHARACTERS = 10
MOST_CHARACTERS = 200
NAME_CHARACTERS = 40
# Checked when the name is unknown, so that the answer takes as long.
NOBODY = generate_password_hash(secrets.token_hex(), METHOD)
ONE_AT_A_TIME = Lock()  # or many tries at once would take many times the memory


def set_password(file: Path, name: str, password: str) -> None:
    """Add a name, or change its password; raise ConfigError."""
    if (
        not name.isprintable()
        or ":" in name
        or name != name.strip()  # as the page has it
        or not 0 < len(name) <= NAME_CHARACTERS
    ):
        raise ConfigError(
            f"{name!r} cannot be a name; take up to {NAME_CHARACTERS} letters, without "
            "a colon and without a space at either end."
        )
    if not _is_text(password):
        raise ConfigError("The password is not text in UTF-8; take another.")
    if not LEAST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
        raise ConfigError(
            f"A password has {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters; "
            "a few words are good."
        )
    hashed = generate_password_hash(password, METHOD)
    try:
        with _locked(file.parent):
            kept = {**dict(_lines(file)), name: hashed}
            lines = [f"{who}:{text}\n" for who, text in kept.items() if who or text]
            write_private(file, "".join(lines))
    except OSError as error:
        raise ConfigError(
            f"{file}: cannot be written ({error.strerror}); {_remedy(error)}."
        ) from error


def is_any_set(file: Path) -> bool:
    """Raise ConfigError."""
    return bool(_hashes(file))


def useless_lines(file: Path) -> list[int]:
    """Numbers, from 1, of those that let nobody in: somebody edited them.

    Raise ConfigError.
    """
    return [
        number
        for number, (name, text) in enumerate(_lines(file), 1)
        if (name or text) and not HASH.fullmatch(text)
    ]


def is_right(file: Path, name: str, password: str) -> bool:
    """Raise ConfigError."""
    known = _hashes(file).get(name) if _is_text(password) else None
    tried = password[: MOST_CHARACTERS + 1] if known else ""
    with ONE_AT_A_TIME:
        fits = check_password_hash(known or NOBODY, tried)
    return fits and known is not None


def stamp(file: Path, name: str) -> str:
    """Changes with the password; empty when the name is gone. Raise ConfigError."""
    return _hashes(file).get(name, "")


def _is_text(password: str) -> bool:
    """Not so with half of a surrogate pair, which JSON can hold."""
    try:
        password.encode()
    except UnicodeEncodeError:
        return False
    return True


def _hashes(file: Path) -> dict[str, str]:
    """By name; what is not of set_password counts as not there. Raise ConfigError."""
    return {name: text for name, text in _lines(file) if HASH.fullmatch(text)}


def _lines(file: Path) -> list[tuple[str, str]]:
    """Each as name and hash, two empty ones when it is blank; raise ConfigError."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{file}: the passwords of the page cannot be read ({error}); "
            "let edge-anpr read it, or set them anew with edge-anpr set-password."
        ) from error
    parts = (line.strip().partition(":") for line in lines)
    return [(name, text) for name, _, text in parts]


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Who writes next knows what was written before."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _remedy(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "make room on the disk"
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return "create its folder, or set web.password_file"
    return "let edge-anpr write there, or set web.password_file"


def write_private(file: Path, text: str) -> None:
    """All or nothing, for its owner's eyes only; raise OSError."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(descriptor)
            if os.geteuid() == 0:  # the service, whose folder it is, must read it
                owner = file.parent.stat()
                os.fchown(descriptor, owner.st_uid, owner.st_gid)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
