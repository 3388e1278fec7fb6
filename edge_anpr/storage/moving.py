"""Move what one database keeps into another, with what it owes."""

import sqlite3
from collections.abc import Sequence

from edge_anpr.records import Kind, Sighting
from edge_anpr.storage.database import Database
from edge_anpr.storage.outbox import Due
from edge_anpr.storage.rows import decoded, to_sighting
from edge_anpr.storage.sightings import SightingStore

BATCH = 25  # revisions in one transaction

Kept = tuple[Sighting, Sequence[Due]]


def move_sightings(source: Database, store: SightingStore) -> int:
    """All revisions, oldest first; count them. The source stays as it is.

    What the store has already, or has a newer revision of, is left out, so that this
    can be done again. What was refused is owed again, as after any start. Raise
    StorageFailed.
    """
    number = count = 0
    while True:
        number, batch = _from(source, number)
        if not batch:
            return count
        count += store.save_all(batch)


def _from(source: Database, number: int) -> tuple[int, list[Kept]]:
    """The next few after this number of a row, and the number of the last."""
    with source.reading() as connection:
        rows = connection.execute(
            """
            select sighting.*, jpeg from sighting
            left join crop on crop.number = sighting.crop
            where sighting.number > ? order by sighting.number limit ?
            """,
            (number, BATCH),
        ).fetchall()
        sightings = decoded(to_sighting, rows)
        kept: list[Kept] = [(each, _due(connection, each)) for each in sightings]
    return (rows[-1]["number"] if rows else number), kept


def _due(connection: sqlite3.Connection, sighting: Sighting) -> list[Due]:
    rows = connection.execute(
        """
        select destination, kind from owed
        where sighting_id = ? and revision = ? order by number
        """,
        (sighting.id, sighting.revision),
    ).fetchall()
    return decoded(lambda row: Due(row["destination"], Kind(row["kind"])), rows)
