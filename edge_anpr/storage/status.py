"""How storage is doing, for the status message and the status page."""

import shutil
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from edge_anpr.records import Kind
from edge_anpr.storage.database import Database
from edge_anpr.storage.faults import faults_by_name
from edge_anpr.storage.files import all_files, set_aside_files, size_bytes
from edge_anpr.storage.given_up import given_up_lately
from edge_anpr.storage.review_queue import REVIEW
from edge_anpr.storage.rows import decoded, to_time


@dataclass(frozen=True, slots=True)
class OwedStatus:
    """How much of one kind one destination does not have."""

    destination: str
    kind: Kind
    owed: int
    refused: int
    oldest: datetime | None  # when the oldest owed sighting was last seen


@dataclass(frozen=True, slots=True)
class StorageStatus:
    """How storage is doing."""

    sightings: int
    crops: int
    files_bytes: int  # all files together
    max_bytes: int  # which they exceed only while has_long_log
    disk_free_bytes: int
    owed: tuple[OwedStatus, ...]
    crops_given_up: int  # in the last week: owed or refused, and erased
    sightings_given_up: int  # likewise, or never stored
    damaged_files: tuple[str, ...]  # names of the databases set aside
    is_short_of_space: bool  # the disk has none to spare
    fault: str | None  # why the last write failed; None when it did not
    has_long_log: bool = False  # for somebody has been reading for long

    @property
    def to_send(self) -> tuple[OwedStatus, ...]:
        """Without what is owed a review, which has an account of its own."""
        return tuple(each for each in self.owed if each.destination != REVIEW)


def storage_status(db: Database) -> StorageStatus:
    """Raise StorageFailed."""
    with faults_by_name(db.path):
        return _status(db)


def _status(db: Database) -> StorageStatus:
    with db.reading() as connection:
        counts = connection.execute(
            """
            select (select count(distinct id) from sighting) as sightings,
              (select count(*) from crop) as crops
            """
        ).fetchone()
        given_up = given_up_lately(connection)
        owed = _owed(connection)
    fault = db.fault  # once: another thread may be able to write again
    return StorageStatus(
        sightings=counts["sightings"],
        crops=counts["crops"],
        files_bytes=size_bytes(all_files(db.path)),
        max_bytes=db.max_bytes,
        disk_free_bytes=shutil.disk_usage(db.path.parent).free,
        owed=owed,
        crops_given_up=given_up[Kind.CROP],
        sightings_given_up=given_up[Kind.SIGHTING],
        damaged_files=tuple(
            file.name
            for file in set_aside_files(db.path)
            if not file.name.endswith(("-wal", "-shm"))
        ),
        is_short_of_space=not db.ballast.is_held,
        fault=str(fault) if fault else None,
        has_long_log=db.has_long_log,
    )


def _owed(connection: sqlite3.Connection) -> tuple[OwedStatus, ...]:
    rows = connection.execute(
        """
        select destination, kind, count(*) - count(refused) as owed,
          count(refused) as refused,
          min(case when refused is null then last_seen end) as oldest
        from owed join sighting
          on sighting.id = sighting_id and sighting.revision = owed.revision
        group by destination, kind order by destination, kind
        """
    ).fetchall()
    return tuple(decoded(_owed_status, rows))


def _owed_status(row: sqlite3.Row) -> OwedStatus:
    return OwedStatus(
        destination=row["destination"],
        kind=Kind(row["kind"]),
        owed=row["owed"],
        refused=row["refused"],
        oldest=None if row["oldest"] is None else to_time(row["oldest"]),
    )
