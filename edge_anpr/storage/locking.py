"""One service a folder, for as long as it lives and however it ends."""

import errno
import fcntl
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic

from edge_anpr.errors import FolderInUse

log = logging.getLogger(__name__)

FILE_NAME = "service.lock"  # it stays: who deletes it lets a second service in
PATIENCE_S = 8.0  # with one that is just ending
LOOK_AGAIN_S = 0.2


class FolderLock:
    """A lock that the kernel takes back when the process ends; no child inherits it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: int | None = None  # descriptor, closed on exec like all of Python's

    def hold(
        self, wait: Callable[[float], object], clock: Callable[[], float] = monotonic
    ) -> None:
        """Wait a little for one that is just ending; raise FolderInUse.

        Where no lock can be had, the service goes on without: a disk that cannot be
        written must not keep it from a start.
        """
        late_s = clock() + PATIENCE_S
        while not self._is_tried():
            if clock() >= late_s:
                raise FolderInUse(
                    f"{self._folder}: another edge-anpr{_of_process(self._folder)} "
                    "keeps its sightings here; stop that one, or give this one a "
                    "storage.folder of its own."
                )
            wait(LOOK_AGAIN_S)

    def release(self) -> None:
        """Nothing happens when it is not held."""
        if self._file is not None:
            os.close(self._file)
        self._file = None

    def _is_tried(self) -> bool:
        """False while another has it."""
        try:
            self._file = _locked(self._folder)
        except BlockingIOError:
            return False
        except FileNotFoundError:  # no such folder, as whoever opens it will say
            return True
        except OSError as error:
            log.warning(
                "%s: nothing keeps a second service from this folder (%s)",
                self._folder,
                error.strerror,
            )
        return True


def is_in_use(folder: Path) -> bool:
    """Whether a service holds it, as far as can be known."""
    try:
        file = os.open(folder / FILE_NAME, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(file)
    return False


def _locked(folder: Path) -> int:
    file = _opened(folder / FILE_NAME)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        raise
    with suppress(OSError):  # a full disk: then nobody knows who has it
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
    with suppress(OSError):  # begun by root, it must not shut out the service's user
        owner = folder.stat()
        os.fchown(file, owner.st_uid, owner.st_gid)
    return file


def _opened(path: Path) -> int:
    # Root may begin it, and the folder's owner could let the name lead anywhere.
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        if error.errno != errno.EROFS:
            raise
        # The unit of another service may write here though this one's may not.
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW)


def _of_process(folder: Path) -> str:
    try:
        number = int((folder / FILE_NAME).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return ""
    return f" (process {number})"
