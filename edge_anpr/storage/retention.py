"""Erase what is too old or too much, and what is owed only when nothing else is left.

What is given up for space, in this order: damaged files set aside, delivered crops,
delivered sightings, who looked at which plate, owed crops, owed sightings; each oldest
first. What was owed or refused is counted, and the status says so. A review that is
owed holds nothing back: it goes with its crop.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from edge_anpr.config.storage import StorageConfig
from edge_anpr.errors import DiskFull, StorageFailed
from edge_anpr.records import Kind
from edge_anpr.storage.access import forget_access, forget_oldest_access
from edge_anpr.storage.ageing import OLD, OLD_UNSYNCED, note_unsynced
from edge_anpr.storage.database import PAGE_BYTES, Database, Safety
from edge_anpr.storage.faults import faults_by_name
from edge_anpr.storage.files import remove, set_aside_files
from edge_anpr.storage.given_up import age_given_up, count_given_up
from edge_anpr.storage.review_units import date_untold
from edge_anpr.storage.rows import to_json, to_micros

log = logging.getLogger(__name__)

FULL_ENOUGH = 0.9  # of the room; the rest is for what comes before the next turn
ROOM_BYTES = 500_000  # made at once when it is full, for about 80 sightings
BATCH = 50  # erased in one transaction, so that others need not wait long
SHRINK_PAGES = 500  # given back in one transaction
TURN_S = 1.0  # then whoever asked has a watchdog to feed, or is to end
SECONDS_A_DAY = 86_400

ALL = "sighting"  # instead of those that are old
DELIVERED_CROPS = """
  select id, crop from {these} where crop is not null and id not in
    (select sighting_id from owed where refused is null and destination <> 'review')
  order by last_seen limit :most
"""
DELIVERED_SIGHTINGS = """
  select id from {these} where id not in
    (select sighting_id from owed where refused is null and destination <> 'review')
  order by last_seen limit :most
"""
OWED_CROPS = """
  select id, crop from {these} where crop is not null and id in
    (select sighting_id from owed where refused is null and destination <> 'review')
  order by last_seen limit :most
"""
OWED_SIGHTINGS = """
  select id from {these} where id in
    (select sighting_id from owed where refused is null and destination <> 'review')
  order by last_seen limit :most
"""


class Retention:
    """Keeps the database within its age and its size; any thread may ask for room."""

    def __init__(
        self,
        db: Database,
        config: StorageConfig,
        clock: Callable[[], float] = time.monotonic,  # seconds
    ) -> None:
        self._db = db
        self._config = config
        self._clock = clock
        self._late_s = 0.0  # when a turn has taken long enough

    def turn(self, now: datetime | None) -> bool:
        """Tidy up for a moment; False when there is more to do, in the next turn.

        now: None while the clock is not set. Raise StorageFailed.
        """
        self._late_s = self._clock() + TURN_S
        with faults_by_name(self._db.path):
            try:
                is_tidy = self._tidy(now)
            except DiskFull:
                self._db.drop_ballast()
                is_tidy = self._tidy(now)
            self._db.ballast.hold()
            if now and is_tidy:  # last: a file that stays must hold up nothing else
                self._erase_old_set_aside()
        return is_tidy

    def make_room(self) -> None:
        """Make room within the file for the next few sightings, as far as can be.

        Raises StorageFailed; DiskFull when nothing can be erased on a disk so full.
        """
        with faults_by_name(self._db.path):
            if self._pages("page_count") < self._db.room_bytes - ROOM_BYTES:
                # It is the disk that is full, and not the quota.
                self._db.ballast.release()
            with suppress(DiskFull):
                self._db.checkpoint("restart")
            while self._free_bytes() < ROOM_BYTES:
                if not self._give_up_some():
                    return

    def _tidy(self, now: datetime | None) -> bool:
        steps = [*(self._erase_old(now) if now else ()), self._relieve, self._shrink]
        is_tidy = all(self._is_done(step) for step in steps)
        if now:
            with self._db.writing(Safety.CRASH) as connection:
                age_given_up(connection, now.date())
                date_untold(connection, now.date())
        return is_tidy

    def _is_done(self, step: Callable[[], int]) -> bool:
        """Take a step, and more until there is nothing to do or it is late."""
        while step():
            if self._clock() >= self._late_s:
                return False
        return True

    def _erase_old(self, now: datetime) -> list[Callable[[], int]]:
        """What is few at once; the steps that erase the rest."""
        note_unsynced(self._db, now)
        keep = self._config
        crops = to_micros(now - timedelta(days=keep.keep_crops_days))
        sightings = to_micros(now - timedelta(days=keep.keep_sightings_days))
        steps: list[Callable[[], int]] = []
        for these in (OLD, OLD_UNSYNCED):
            steps += (
                partial(self._erase_crops, DELIVERED_CROPS, these, crops),
                partial(self._erase_sightings, DELIVERED_SIGHTINGS, these, sightings),
            )
            if keep.keep_owed_days is not None:
                owed = to_micros(now - timedelta(days=keep.keep_owed_days))
                erase = partial(self._erase_sightings, OWED_SIGHTINGS, these, owed)
                steps.append(erase)
        forget_access(self._db, now, timedelta(days=keep.keep_access_days))
        return steps

    def _erase_old_set_aside(self) -> None:
        """By the file's own time, for its rows can no longer be told apart."""
        longest_s = self._config.keep_sightings_days * SECONDS_A_DAY
        for file in set_aside_files(self._db.path):
            remove(file, before_s=time.time() - longest_s)

    def _relieve(self) -> bool:
        """Give up some while more is used than leaves room for what comes next."""
        is_full = self._used_bytes() > FULL_ENOUGH * self._db.room_bytes
        return is_full and self._give_up_some()

    def _give_up_some(self) -> bool:
        """Give up the least valuable; false when there is nothing."""
        return (
            self._give_up_set_aside()
            or self._erase_crops(DELIVERED_CROPS) > 0
            or self._erase_sightings(DELIVERED_SIGHTINGS) > 0
            or self._give_up_access()
            or self._erase_crops(OWED_CROPS) > 0
            or self._erase_sightings(OWED_SIGHTINGS) > 0
        )

    def _give_up_set_aside(self) -> bool:
        for file in set_aside_files(self._db.path):
            with suppress(StorageFailed):  # the status names what stays
                remove(file)
                log.warning("%s is erased to make room", file)
                return True
        return False

    def _give_up_access(self) -> bool:
        count = forget_oldest_access(self._db, BATCH)
        if count:
            log.warning("To make room, %d lines of the access log are erased", count)
        return count > 0

    def _erase_crops(self, query: str, these: str = ALL, before: int = 0) -> int:
        """before: microseconds, where these are old; returns how many."""
        with self._db.writing(Safety.CRASH) as connection:
            asked = {"before": before, "most": BATCH}
            rows = connection.execute(query.format(these=these), asked).fetchall()
            crops = list(dict.fromkeys((row["id"], row["crop"]) for row in rows))
            lost = _undelivered_crops(connection, crops)
            count_given_up(connection, Kind.CROP, lost)
            erase_crops(connection, crops)
        if lost:
            log.warning("%d crops are erased before delivery", lost)
        return len(crops)

    def _erase_sightings(self, query: str, these: str = ALL, before: int = 0) -> int:
        with self._db.writing(Safety.CRASH) as connection:
            asked = {"before": before, "most": BATCH}
            rows = connection.execute(query.format(these=these), asked).fetchall()
            ids = list(dict.fromkeys(row["id"] for row in rows))
            lost = _undelivered_sightings(connection, ids)
            count_given_up(connection, Kind.SIGHTING, lost)
            erase_sightings(connection, ids)
        if lost:
            log.error("%d sightings are erased before delivery", lost)
        return len(ids)

    def _used_bytes(self) -> int:
        return self._pages("page_count") - self._free_bytes()

    def _free_bytes(self) -> int:
        return self._pages("freelist_count")

    def _pages(self, pragma: str) -> int:
        """In bytes."""
        with self._db.reading() as connection:
            count = connection.execute(f"pragma {pragma}").fetchone()[0]
        return int(count) * PAGE_BYTES

    def _shrink(self) -> bool:
        """Give space back when the file has more than its room, as after a change."""
        if not self._free_bytes() or self._pages("page_count") <= self._db.room_bytes:
            return False
        with self._db.writing(Safety.CRASH) as connection:
            for _ in range(SHRINK_PAGES):
                # Python takes but one step of it, which is one page.
                connection.execute("pragma incremental_vacuum(1)")
        return True


def _undelivered_crops(
    connection: sqlite3.Connection, crops: Sequence[tuple[str, int]]
) -> int:
    """How many of them are owed or refused."""
    query = """
      select count(distinct crop) from sighting
      join owed on sighting_id = id and owed.revision = sighting.revision
      where kind = 2 /* crop */ and destination <> 'review'
      and id in (select value from json_each(?))
      and crop in (select value from json_each(?))
    """
    ids, numbers = [each for each, _ in crops], [number for _, number in crops]
    found = connection.execute(query, (to_json(ids), to_json(numbers))).fetchone()
    return int(found[0])


def _undelivered_sightings(connection: sqlite3.Connection, ids: Sequence[str]) -> int:
    """How many of them owe anything, or something of which was refused."""
    query = """
      select count(distinct sighting_id) from owed where destination <> 'review'
      and sighting_id in (select value from json_each(?))
    """
    return int(connection.execute(query, (to_json(ids),)).fetchone()[0])


def erase_crops(
    connection: sqlite3.Connection, crops: Sequence[tuple[str, int]]
) -> None:
    """crops: the id of the sighting and the number of the crop."""
    connection.executemany(
        """
        delete from owed where kind = 2 /* crop */ and (sighting_id, revision) in
          (select id, revision from sighting where id = ? and crop = ?)
        """,
        crops,
    )
    connection.executemany(
        "update sighting set crop = null where id = ? and crop = ?", crops
    )
    connection.executemany(
        "delete from crop where number = ?", [(number,) for _, number in crops]
    )


def erase_sightings(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    """With all revisions, their crops and what they owe."""
    keys = [(each,) for each in ids]
    connection.executemany(
        "delete from crop where number in (select crop from sighting where id = ?)",
        keys,
    )
    connection.executemany("delete from sighting where id = ?", keys)
    connection.executemany(
        "update review_outcome set sighting_id = null where sighting_id = ?", keys
    )
