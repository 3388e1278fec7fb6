"""Open the database, whatever state its disk and its file are in."""

import logging
import os
from pathlib import Path

from edge_anpr.config.storage import StorageConfig
from edge_anpr.errors import DatabaseDamaged, DiskFull, DiskReadOnly, StorageFailed
from edge_anpr.storage.damage import LOG_SUFFIXES, find_damage, set_aside
from edge_anpr.storage.database import Database, Safety
from edge_anpr.storage.faults import faults_by_name, find_fault_of_disk
from edge_anpr.storage.files import condemnation
from edge_anpr.storage.retention import Retention
from edge_anpr.storage.review_units import UNTOLD, book_untold
from edge_anpr.storage.salvage import MOST_S, discard_fresh, fresh_file, salvage
from edge_anpr.storage.schema import migrate

log = logging.getLogger(__name__)

FILE_NAME = "sightings.db"
SLOWEST_BYTES_S = 4e6  # that a card is read at while the board starts


def open_database(config: StorageConfig) -> Database:
    """Raise StorageFailed or what derives from it, with a sentence for the user.

    The whole file is read, to check it. A damaged one is set aside, and a fresh one
    begins with what can be saved of what was owed; one of a later version is
    refused, as DatabaseTooNew, and left alone.
    """
    path = config.folder / FILE_NAME
    with faults_by_name(path):
        _check_folder(path)
        db = Database(path, config.max_mb * 10**6)
        try:
            _prepare_at_last(db, config)
        except StorageFailed:
            db.close()
            raise
        db.ballast.hold()
    return db


def open_beside(config: StorageConfig) -> Database:
    """For a command, beside a service that may be running.

    A damaged file is left to the next start of the service: it must not be set aside
    under one that writes to it, nor the fresh one belong to whoever runs the command.
    Raise StorageFailed or what derives from it.
    """
    path = config.folder / FILE_NAME
    with faults_by_name(path):
        _check_folder(path)
        if damage := find_damage(path):
            raise DatabaseDamaged(
                f"{path}: the database is damaged ({damage}); the next start of the "
                "service sets it aside for a fresh one."
            )
    db = Database(path, config.max_mb * 10**6)
    try:
        with db.reading() as connection:
            migrate(connection)
    except StorageFailed:
        db.close()
        raise
    return db


def longest_opening_s(config: StorageConfig) -> float:
    """How long it may take to open the database: that grows with its file."""
    try:
        to_check_s = (config.folder / FILE_NAME).stat().st_size / SLOWEST_BYTES_S
    except OSError:  # there is none yet, or opening it says what is wrong
        return 0.0
    return to_check_s + MOST_S


def _check_folder(path: Path) -> None:
    folder = path.parent
    if not folder.is_dir():
        raise StorageFailed(
            f"{folder}: there is no such folder; create it or change storage.folder."
        )
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        raise DiskReadOnly(
            f"{folder}: this disk is read-only; mount it for writing or change "
            "storage.folder."
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StorageFailed(
            f"{folder}: edge-anpr may not write here; give it the right to, or "
            "change storage.folder."
        )
    fault = find_fault_of_disk(path)
    if fault and not isinstance(fault, DiskFull):  # for which there is the ballast
        raise fault


def _prepare_at_last(db: Database, config: StorageConfig) -> None:
    try:
        _prepare(db, config)
    except DiskFull:
        db.close()
        db.ballast.release()
        _prepare(db, config)
    except DatabaseDamaged:
        db.close()
        _prepare(db, config)  # it is condemned by now, and goes aside


def _prepare(db: Database, config: StorageConfig) -> None:
    path = db.path
    if not path.exists():
        _take_over(path)
    damage = find_damage(path) if path.exists() else None
    is_saved = _begin_afresh(db, damage) if damage else True
    # Plates are nobody else's business; SQLite gives its log the same rights.
    path.touch(mode=0o600)
    with db.reading() as connection:
        migrate(connection)
    if not is_saved:
        with db.writing(Safety.PULLED_PLUG) as connection:
            book_untold(connection)
    if damage:
        # While it was read, the damaged file may have taken what the fresh one needs.
        Retention(db, config).turn(None)


def _begin_afresh(db: Database, damage: str) -> bool:
    """Whether what it owed and had spent is saved, as far as it can be read."""
    path = db.path
    log.error("%s is damaged (%s)", path, damage)
    db.ballast.release()  # the fresh one needs the space beside it
    is_saved = _salvage(path, db.max_bytes)
    aside = set_aside(path)
    _take_over(path)
    log.error("It is now %s, and a fresh one begins", aside.name)
    return is_saved


def _salvage(path: Path, max_bytes: int) -> bool:
    try:
        done = salvage(path, max_bytes)
    except (StorageFailed, OSError) as fault:
        log.error("What it owed cannot be saved: %s", fault)
        log.error("%s", UNTOLD)
        discard_fresh(path)
        return False
    log.error(
        "Of what it owed, %d sightings are saved; %d sightings and %d crops are lost",
        done.sightings,
        done.lost_sightings,
        done.lost_crops,
    )
    return True


def _take_over(path: Path) -> None:
    """Put what was saved in the place of the database that is gone, if there is any.

    It was complete before that one went, also when a pulled plug has come between.
    """
    fresh = fresh_file(path)
    if fresh.exists():
        for suffix in LOG_SUFFIXES[1:]:  # of the damaged one
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        condemnation(path).unlink(missing_ok=True)
        fresh.rename(path)
