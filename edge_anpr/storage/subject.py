"""Answer the person behind a plate: what is stored of it, and erase it everywhere."""

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from edge_anpr.records import Sighting
from edge_anpr.storage.database import Database, Safety
from edge_anpr.storage.faults import faults_by_name
from edge_anpr.storage.files import remove, set_aside_files
from edge_anpr.storage.retention import erase_sightings
from edge_anpr.storage.rows import decoded, to_json, to_sighting

CHUNK_BYTES = 1 << 20

# A list entry counts: the sighting was reported as that plate. So does what a reviewer
# read.
OF_PLATE = """
  select distinct id from sighting
  where plate = :plate or raw_text = :plate or json_extract(match, '$[2]') = :plate
  or json_extract(review, '$.text') = :plate
"""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased, and the proof that it is gone."""

    sightings: int
    revisions: int
    crops: int
    owed: int  # to destinations, refused ones included
    alternatives: int  # sightings of other plates that no longer name this one
    set_aside_files: int  # damaged ones, which cannot be searched with certainty
    left: int  # how often the text still stands in any file of the database
    """0, unless it is part of a longer plate, or someone was reading just then; in that
    case erase it once more."""


def export_plate(db: Database, plate: str) -> list[Sighting]:
    """All revisions of all its sightings, oldest first; raise StorageFailed."""
    with db.reading() as connection:
        ids = _ids_of(connection, plate)
        rows = connection.execute(
            """
            select sighting.*, jpeg from sighting
            left join crop on crop.number = sighting.crop
            where id in (select value from json_each(?)) order by first_seen, revision
            """,
            (to_json(ids),),
        ).fetchall()
        return decoded(to_sighting, rows)


def erase_plate(db: Database, plate: str) -> Erasure:
    """Erase its sightings with all they owe, and the bytes from the disk's files.

    Where it is only an alternative of another plate, that mention goes. Destinations
    that have a sighting keep it. Raises StorageFailed.
    """
    plate = _normalised(plate)
    with db.writing(Safety.PULLED_PLUG) as connection:
        ids = _ids_of(connection, plate)
        counts = connection.execute(
            """
            select count(*) as revisions, count(distinct crop) as crops, (
              select count(*) from owed
              where sighting_id in (select value from json_each(:ids))
            ) as owed
            from sighting where id in (select value from json_each(:ids))
            """,
            {"ids": to_json(ids)},
        ).fetchone()
        erase_sightings(connection, ids)
        alternatives = _strike_alternatives(connection, plate)
    # SQLite overwrites what it deletes, but the log still has it as it was.
    db.checkpoint("truncate")
    with faults_by_name(db.path):
        aside = set_aside_files(db.path)
        for file in aside:
            remove(file)
        left = _occurrences(db.path, plate)
    return Erasure(
        sightings=len(ids),
        revisions=counts["revisions"],
        crops=counts["crops"],
        owed=counts["owed"],
        alternatives=alternatives,
        set_aside_files=len(aside),
        left=left,
    )


def _ids_of(connection: sqlite3.Connection, plate: str) -> list[str]:
    rows = connection.execute(OF_PLATE, {"plate": _normalised(plate)})
    return [row["id"] for row in rows]


def _normalised(plate: str) -> str:
    """As plates are stored: without blanks and hyphens, in capitals."""
    return "".join(filter(str.isalnum, plate)).upper()


def _strike_alternatives(connection: sqlite3.Connection, plate: str) -> int:
    rows = connection.execute(
        "select number, id, alternatives from sighting where instr(alternatives, ?)",
        (f'"{plate}"',),
    ).fetchall()
    alternatives = decoded(lambda row: json.loads(row["alternatives"]), rows)
    for row, named in zip(rows, alternatives, strict=True):
        others = [each for each in named if each[0] != plate]
        connection.execute(
            "update sighting set alternatives = ? where number = ?",
            (to_json(others), row["number"]),
        )
    return len({row["id"] for row in rows})


def _occurrences(path: Path, plate: str) -> int:
    files = [path, path.with_name(f"{path.name}-wal")]
    return sum(_count(file, plate.encode()) for file in files if file.exists())


def _count(file: Path, text: bytes) -> int:
    count, kept = 0, b""
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            window = kept + chunk
            count += window.count(text)
            kept = window[len(window) - len(text) + 1 :]
    return count
