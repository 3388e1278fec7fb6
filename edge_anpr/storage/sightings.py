"""Store sightings together with what they owe, and find them again."""

import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from edge_anpr.errors import DiskFull, RevisionTaken
from edge_anpr.records import Kind, Sighting, Stage
from edge_anpr.storage.database import Database, Safety
from edge_anpr.storage.given_up import count_given_up
from edge_anpr.storage.outbox import Due, Owed, owe, settle
from edge_anpr.storage.restamping import begin_run, is_left, note_shift, restamp
from edge_anpr.storage.retention import Retention
from edge_anpr.storage.review_log import note_correction, note_review
from edge_anpr.storage.rows import decoded, to_row, to_sighting

log = logging.getLogger(__name__)


class SightingStore:
    """The sightings in the database, in all their revisions."""

    def __init__(self, db: Database, retention: Retention, boot: str) -> None:
        """boot: names this run of the machine's clock, such as the kernel's boot_id."""
        self._db = db
        self._retention = retention
        self._boot = boot

    def check(self) -> None:
        """Raise DatabaseDamaged once any thread has found it so."""
        self._db.check()

    def save(self, sighting: Sighting, due: Sequence[Due] = ()) -> None:
        """Once this returns, a pulled plug takes neither the sighting nor what it owes.

        On a full disk older things are given up, then the crop of this one. Raises
        RevisionTaken unless the revision is the newest, and StorageFailed; DiskFull
        when there is nothing left to give up.
        """
        try:
            self._save(sighting, due)
        except DiskFull:
            with suppress(DiskFull):
                self._retention.make_room()
            self._save_in_little_room(sighting, due)

    def save_all(self, kept: Sequence[tuple[Sighting, Sequence[Due]]]) -> int:
        """All or none, but for what comes too late; count them. Raise StorageFailed."""
        try:
            return self._save_all(kept)
        except DiskFull:
            with suppress(DiskFull):
                self._retention.make_room()
            return self._save_all(kept)

    def note_lost(self, count: int) -> None:
        """So many could not be stored, and are counted as given up."""
        with self._db.writing(Safety.CRASH) as connection:
            count_given_up(connection, Kind.SIGHTING, count)

    def answer(self, owed: Owed, revision: Sighting, due: Sequence[Due] = ()) -> bool:
        """Store the revision that a review led to, and owe the review no longer.

        False, and nothing is stored, when it is not owed any more: the plate may have
        been erased meanwhile. Raises RevisionTaken and StorageFailed.
        """
        with self._db.writing(Safety.PULLED_PLUG) as connection:
            if not settle(connection, [owed.identity]):
                return False
            self._insert(connection, revision, due)
            is_revealed = any(each.kind is Kind.ALERT for each in due)
            note_review(connection, owed.sighting, revision, is_revealed=is_revealed)
        return True

    def latest(self, sighting_id: str) -> Sighting | None:
        """Its last revision."""
        return next(iter(reversed(self.revisions(sighting_id))), None)

    def revisions(self, sighting_id: str) -> list[Sighting]:
        """All revisions still kept, oldest first."""
        with self._db.reading() as connection:
            rows = connection.execute(
                """
                select sighting.*, jpeg from sighting
                left join crop on crop.number = sighting.crop
                where id = ? order by revision
                """,
                (sighting_id,),
            ).fetchall()
            return decoded(to_sighting, rows)

    def recent(self, most: int) -> list[Sighting]:
        """The last revisions of the sightings seen last, newest first."""
        with self._db.reading() as connection:
            rows = connection.execute(
                """
                select sighting.*, jpeg from sighting
                left join crop on crop.number = sighting.crop
                where not exists (select 1 from sighting as newer
                  where newer.id = sighting.id and newer.revision > sighting.revision)
                order by last_seen desc limit ?
                """,
                (most,),
            ).fetchall()
            return decoded(to_sighting, rows)

    def unfinished(self) -> list[Sighting]:
        """Last revisions of those that were never made final, oldest first."""
        with self._db.reading() as connection:
            rows = connection.execute(
                """
                select sighting.*, jpeg from sighting
                left join crop on crop.number = sighting.crop
                where stage = ? and not exists (select 1 from sighting as newer
                  where newer.id = sighting.id and newer.revision > sighting.revision)
                order by first_seen
                """,
                (Stage.PROVISIONAL,),
            ).fetchall()
            return decoded(to_sighting, rows)

    def begin_run(self) -> None:
        """Once, before anything is saved; raise StorageFailed."""
        with self._db.writing(Safety.PULLED_PLUG) as connection:
            begin_run(connection, self._boot)

    def clock_was_set(self, shift: timedelta) -> None:
        """shift: the true time less the time the clock showed before."""
        with self._db.writing(Safety.PULLED_PLUG) as connection:
            note_shift(connection, self._boot, shift)

    def restamp(
        self, due: Callable[[Sighting], Sequence[Due]], now: datetime
    ) -> list[str]:
        """Set right the next few of what was stored before the clock was set.

        A destination that has one of them already needs a new revision of it, which
        is stored along with what is due of it. Returns the ids; none when all is done.
        """
        with self._db.reading() as connection:
            if not is_left(connection):
                return []
        try:
            return self._restamp(due, now)
        except DiskFull:
            with suppress(DiskFull):
                self._retention.make_room()
            return self._restamp(due, now)

    def _restamp(
        self, due: Callable[[Sighting], Sequence[Due]], now: datetime
    ) -> list[str]:
        with self._db.writing(Safety.PULLED_PLUG) as connection:
            restamped = restamp(connection, now)
            for each in restamped:
                # Of a vehicle still in view, the next revision has the true time.
                if each.stage is not Stage.PROVISIONAL:
                    revision = replace(each, revision=each.revision + 1)
                    self._insert(connection, revision, due(revision))
        return [each.id for each in restamped]

    def _save_all(self, kept: Sequence[tuple[Sighting, Sequence[Due]]]) -> int:
        count = 0
        with self._db.writing(Safety.PULLED_PLUG) as connection:
            for sighting, due in kept:
                with suppress(RevisionTaken):
                    self._insert(connection, sighting, due)
                    count += 1
        return count

    def _save(self, sighting: Sighting, due: Sequence[Due]) -> None:
        with self._db.writing(Safety.PULLED_PLUG) as connection:
            self._insert(connection, sighting, due)

    def _save_in_little_room(self, sighting: Sighting, due: Sequence[Due]) -> None:
        try:
            self._save(sighting, due)
        except DiskFull:
            with self._db.writing(Safety.PULLED_PLUG) as connection:
                self._insert(connection, replace(sighting, crop_jpeg=None), due)
                if sighting.crop_jpeg is not None:
                    count_given_up(connection, Kind.CROP, 1)
            log.warning("Sighting %s is stored without its crop", sighting.id)

    def _insert(
        self, connection: sqlite3.Connection, sighting: Sighting, due: Sequence[Due]
    ) -> None:
        newest = connection.execute(
            """
            select revision, crop, jpeg, boot from sighting
            left join crop on crop.number = crop where id = ?
            order by revision desc limit 1
            """,
            (sighting.id,),
        ).fetchone()
        if newest and newest["revision"] >= sighting.revision:
            raise RevisionTaken(
                f"Sighting {sighting.id} has revision {newest['revision']} already; "
                f"revision {sighting.revision} comes too late."
            )
        if newest and newest["crop"] and newest["jpeg"] == sighting.crop_jpeg:
            crop: int | None = newest["crop"]
        else:
            crop = _store_crop(connection, sighting.crop_jpeg)
        # Its times are by the clock of the boot that saw the vehicle.
        row = to_row(sighting, crop, newest["boot"] if newest else self._boot)
        connection.execute(
            """
            insert into sighting (id, revision, stage, plate, raw_text, alternatives,
              confidence, char_confidences, country, format, first_seen, last_seen,
              reads, direction, match, crop, clock, models, boot,
              review)
            values (:id, :revision, :stage, :plate, :raw_text, :alternatives,
              :confidence, :char_confidences, :country, :format, :first_seen,
              :last_seen, :reads, :direction, :match, :crop, :clock, :models, :boot,
              :review)
            """,
            row,
        )
        owe(connection, sighting, due)
        if sighting.stage is Stage.CORRECTED:
            note_correction(connection, sighting)


def _store_crop(connection: sqlite3.Connection, jpeg: bytes | None) -> int | None:
    if jpeg is None:
        return None
    return connection.execute("insert into crop (jpeg) values (?)", (jpeg,)).lastrowid
