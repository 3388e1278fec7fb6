"""Page through the sightings, newest first, with what has become of each."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from edge_anpr.records import Sighting
from edge_anpr.storage.review_queue import REVIEW
from edge_anpr.storage.rows import decoded, to_micros, to_sighting
from edge_anpr.storage.viewing import View

EVER = 2**62  # microseconds, after every sighting

SEARCH = """
  select sighting.*, null as jpeg, crop is not null as has_crop,
    (select count(*) from owed
      where sighting_id = sighting.id and refused is null
        and destination <> :review) as waiting,
    (select max(refused) from owed
      where sighting_id = sighting.id and destination <> :review) as refused
  from sighting
  where instr(plate, :fragment) and last_seen >= :since and last_seen < :until
    and (last_seen, number) < (:last_seen, :number)
    and not exists (select 1 from sighting as newer
      where newer.id = sighting.id and newer.revision > sighting.revision)
  order by last_seen desc, number desc limit :most
"""
LOOK_UP = """
  select sighting.*, jpeg, crop is not null as has_crop,
    (select count(*) from owed
      where sighting_id = sighting.id and refused is null
        and destination <> :review) as waiting,
    (select max(refused) from owed
      where sighting_id = sighting.id and destination <> :review) as refused
  from sighting left join crop on crop.number = sighting.crop
  where id = :id order by revision desc limit 1
"""


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; None is everything."""

    fragment: str = ""  # of a plate: A-Z and 0-9
    since: datetime | None = None
    until: datetime | None = None  # not included
    before: "Place | None" = None  # go on from there
    most: int = 50


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended."""

    last_seen_micros: int
    number: int


@dataclass(frozen=True, slots=True)
class Entry:
    """The last revision of a sighting, and how its delivery stands."""

    sighting: Sighting  # of a search: without its crop
    has_crop: bool
    waiting: int  # messages that are still to be sent
    refused: str | None  # why a destination will never take one
    place: Place


def search(view: View, what: Search) -> list[Entry]:
    """Raise StorageFailed."""
    before = what.before or Place(EVER, 0)
    with view.reading() as connection:
        rows = connection.execute(
            SEARCH,
            {
                "fragment": what.fragment,
                "since": to_micros(what.since) if what.since else -EVER,
                "until": to_micros(what.until) if what.until else EVER,
                "last_seen": before.last_seen_micros,
                "number": before.number,
                "most": what.most,
                "review": REVIEW,
            },
        ).fetchall()
        return decoded(_entry, rows)


def look_up(view: View, sighting_id: str) -> Entry | None:
    """One sighting with its crop; raise StorageFailed."""
    with view.reading() as connection:
        asked = {"id": sighting_id, "review": REVIEW}
        rows = connection.execute(LOOK_UP, asked).fetchall()
        return next(iter(decoded(_entry, rows)), None)


def history(view: View, sighting_id: str) -> list[Sighting]:
    """All revisions still kept, oldest first, without crops; raise StorageFailed."""
    with view.reading() as connection:
        rows = connection.execute(
            """
            select sighting.*, null as jpeg from sighting where id = ?
            order by revision
            """,
            (sighting_id,),
        ).fetchall()
        return decoded(to_sighting, rows)


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        sighting=to_sighting(row),
        has_crop=bool(row["has_crop"]),
        waiting=row["waiting"],
        refused=row["refused"],
        place=Place(row["last_seen"], row["number"]),
    )
