"""Open the database, in memory where the disk cannot be written.

Where systemd gives a folder in memory that outlives a crash and a restart, what the
disk does not take is left there for the next start: it sends it if the disk is still
as bad, and moves it to the disk if not.
"""

import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from edge_anpr.config import Config
from edge_anpr.config.storage import StorageConfig
from edge_anpr.errors import (
    DiskFailing,
    DiskFull,
    DiskReadOnly,
    DiskUnusable,
    StorageFailed,
)
from edge_anpr.records import Problem, Sighting
from edge_anpr.runtime import systemd
from edge_anpr.runtime.health import boot_id
from edge_anpr.storage.database import Database
from edge_anpr.storage.faults import find_fault_of_disk
from edge_anpr.storage.files import all_files, remove
from edge_anpr.storage.moving import move_sightings
from edge_anpr.storage.opening import FILE_NAME, longest_opening_s, open_database
from edge_anpr.storage.outbox import Due
from edge_anpr.storage.retention import Retention
from edge_anpr.storage.sightings import SightingStore

log = logging.getLogger(__name__)

START_S = 60.0  # beyond what the database takes: models on a busy, slow board
MOST_MB = 32  # all of it memory: some 4000 sightings with their crops
RUNTIME_DIRECTORY = "RUNTIME_DIRECTORY"  # set by systemd; outlives a crash, not a stop
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 (the folder in it has a name of its own)


@dataclass(frozen=True, slots=True)
class Refuge:
    """A database in memory that the next start finds."""

    disk: Path  # the database on it
    memory: StorageConfig

    def why_better(self) -> DiskUnusable | None:
        """What is wrong with the disk, if the next start will do without it."""
        fault = find_fault_of_disk(self.disk)
        return fault if isinstance(fault, DiskReadOnly | DiskFailing) else None

    def leave(self, kept: Sequence[tuple[Sighting, Sequence[Due]]]) -> None:
        """Raise StorageFailed."""
        with self._opened() as db:
            _store(db, self.memory).save_all(kept)

    def empty(self, config: StorageConfig, db: Database) -> None:
        """Move to the disk what was left; what it does not take stays."""
        file = self.memory.folder / FILE_NAME
        if not file.exists():
            return
        try:
            with self._opened() as source:
                count = move_sightings(source, _store(db, config))
            for each in all_files(file):
                remove(each)
        except StorageFailed as fault:
            log.error("What was kept in memory stays there: %s", fault)
        else:
            log.info("%d revisions were kept in memory, and are stored", count)

    @contextmanager
    def _opened(self) -> Iterator[Database]:
        db = open_database(self.memory)
        try:
            yield db
        finally:
            db.close()


@dataclass(frozen=True, slots=True)
class Opened:
    """The database, on the disk or in memory."""

    db: Database
    config: Config  # as it is to be kept to with this database
    problems: tuple[Problem, ...] = ()
    refuge: Refuge | None = None  # for what the disk does not take


def open_storage(
    config: Config, stack: ExitStack, close: Callable[[Database], None]
) -> Opened:
    """Raise StorageFailed when a setting must be mended."""
    # A large file takes longer to be checked than the unit allows for a start.
    systemd.notify(systemd.needs(START_S + longest_opening_s(config.storage)))
    try:
        db = open_database(config.storage)
    except DiskUnusable as fault:
        opened = _in_memory(config, stack, fault)
    else:
        opened = Opened(db, config, refuge=_refuge(config.storage))
        if opened.refuge:
            opened.refuge.empty(config.storage, db)
    stack.callback(close, opened.db)
    return opened


def _refuge(config: StorageConfig) -> Refuge | None:
    folder = _lasting_folder()
    if not folder:
        return None
    return Refuge(config.folder / FILE_NAME, _kept_in(folder, config))


def _in_memory(config: Config, stack: ExitStack, fault: DiskUnusable) -> Opened:
    try:
        folder = _folder(stack)
    except OSError:  # no such memory on this machine
        raise fault from None
    db = open_database(_kept_in(folder, config.storage))
    # What has been spent on reviews is on the disk, and they must not spend it twice.
    review = config.review.model_copy(update={"enabled": False})
    log.error("%s Sightings are kept in memory.", fault)
    problem = Problem(
        "storage",
        f"{config.storage.folder} cannot be written: sightings are kept in memory "
        "alone, and what is not sent is lost when the power is.",
        _fix(fault),
        is_grave=True,
    )
    return Opened(db, config.model_copy(update={"review": review}), (problem,))


def _folder(stack: ExitStack) -> Path:
    """In memory; raise OSError."""
    if lasting := _lasting_folder():
        return lasting
    folder = Path(mkdtemp(prefix="edge-anpr-", dir=SHARED_MEMORY))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _lasting_folder() -> Path | None:
    """In memory, and there again after a crash or a restart."""
    given = os.environ.get(RUNTIME_DIRECTORY)
    return Path(given.partition(":")[0]) if given else None


def _kept_in(folder: Path, config: StorageConfig) -> StorageConfig:
    memory = {"folder": folder, "max_mb": min(config.max_mb, MOST_MB)}
    return config.model_copy(update=memory)


def _store(db: Database, config: StorageConfig) -> SightingStore:
    return SightingStore(db, Retention(db, config), boot_id())


def _fix(fault: DiskUnusable) -> str:
    if isinstance(fault, DiskFull):
        return "Make room on the disk, and start the service again."
    if isinstance(fault, DiskFailing):
        return "Replace the card, and start the service again."
    return (
        "Mount the disk for writing, or reboot where that is refused; replace the card "
        "if it does not stay so, and start the service again."
    )
