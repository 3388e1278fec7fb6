"""Open the database, in memory where the disk cannot be written."""

import logging
import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from edge_anpr.config import Config
from edge_anpr.errors import DiskFailing, DiskFull, DiskUnusable
from edge_anpr.records import Problem
from edge_anpr.runtime import systemd
from edge_anpr.storage.database import Database
from edge_anpr.storage.opening import longest_opening_s, open_database

log = logging.getLogger(__name__)

START_S = 60.0  # beyond what the database takes: models on a busy, slow board
MOST_MB = 32  # all of it memory: some 4000 sightings with their crops
RUNTIME_DIRECTORY = "RUNTIME_DIRECTORY"  # set by systemd; outlives a crash, not a stop
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 (the folder in it has a name of its own)


@dataclass(frozen=True, slots=True)
class Opened:
    """The database, on the disk or in memory."""

    db: Database
    config: Config  # as it is to be kept to with this database
    problems: tuple[Problem, ...] = ()


def open_storage(
    config: Config, stack: ExitStack, close: Callable[[Database], None]
) -> Opened:
    """Raise StorageFailed when a setting must be mended."""
    # A large file takes longer to be checked than the unit allows for a start.
    systemd.notify(systemd.needs(START_S + longest_opening_s(config.storage)))
    try:
        opened = Opened(open_database(config.storage), config)
    except DiskUnusable as fault:
        opened = _in_memory(config, stack, fault)
    stack.callback(close, opened.db)
    return opened


def _in_memory(config: Config, stack: ExitStack, fault: DiskUnusable) -> Opened:
    try:
        folder = _folder(stack)
    except OSError:  # no such memory on this machine
        raise fault from None
    memory = {"folder": folder, "max_mb": min(config.storage.max_mb, MOST_MB)}
    db = open_database(config.storage.model_copy(update=memory))
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
    given = os.environ.get(RUNTIME_DIRECTORY)
    if given:
        return Path(given.partition(":")[0])
    folder = Path(mkdtemp(prefix="edge-anpr-", dir=SHARED_MEMORY))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _fix(fault: DiskUnusable) -> str:
    if isinstance(fault, DiskFull):
        return "Make room on the disk, and start the service again."
    if isinstance(fault, DiskFailing):
        return "Replace the card, and start the service again."
    return (
        "Mount the disk for writing, replace the card if it does not stay so, and "
        "start the service again."
    )
