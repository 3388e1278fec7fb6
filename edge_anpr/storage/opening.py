"""Open the database, whatever state its disk and its file are in."""

import logging
import os
from pathlib import Path

from edge_anpr.config.storage import StorageConfig
from edge_anpr.errors import DatabaseDamaged, DiskFull, DiskReadOnly, StorageFailed
from edge_anpr.storage.damage import find_damage, set_aside
from edge_anpr.storage.database import Database
from edge_anpr.storage.schema import migrate

log = logging.getLogger(__name__)

FILE_NAME = "sightings.db"
SLOWEST_BYTES_S = 4e6  # that a card is read at while the board starts


def open_database(config: StorageConfig) -> Database:
    """Raise StorageFailed or what derives from it, with a sentence for the user.

    The whole file is read, to check it. A damaged one is set aside, and a fresh one
    begins; one of a later version is refused, as DatabaseTooNew, and left alone.
    """
    _check_folder(config.folder)
    db = Database(config.folder / FILE_NAME, config.max_mb * 10**6)
    try:
        try:
            _prepare(db)
        except DiskFull:
            db.close()
            db.ballast.release()
            _prepare(db)
        except DatabaseDamaged:
            db.close()
            _prepare(db)  # it is condemned by now, and goes aside
    except StorageFailed:
        db.close()
        raise
    db.ballast.hold()
    return db


def longest_opening_s(config: StorageConfig) -> float:
    """How long it may take to open the database: that grows with its file."""
    try:
        return (config.folder / FILE_NAME).stat().st_size / SLOWEST_BYTES_S
    except OSError:  # there is none yet, or opening it says what is wrong
        return 0.0


def _check_folder(folder: Path) -> None:
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


def _prepare(db: Database) -> None:
    damage = find_damage(db.path) if db.path.exists() else None
    if damage:
        _begin_afresh(db.path, damage)
    # Plates are nobody else's business; SQLite gives its log the same rights.
    db.path.touch(mode=0o600)
    with db.reading() as connection:
        migrate(connection)


def _begin_afresh(path: Path, damage: str) -> None:
    try:
        aside = set_aside(path)
    except OSError as error:
        raise StorageFailed(
            f"{path}: the database is damaged and cannot be renamed ({error.strerror})."
        ) from error
    log.error(
        "%s is damaged (%s); it is now %s, and a fresh one begins",
        path,
        damage,
        aside.name,
    )
