"""The tables, and how an older database becomes one of today."""

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing

APPLICATION_ID = 0x414E5052  # "ANPR": tells our files from other SQLite databases

# One tuple of statements per version, from 1. What has been released never changes;
# a new version is a new tuple at the end.
#
# Times are microseconds since 1970, UTC. A kind is the number in records.Kind.
MIGRATIONS: Sequence[Sequence[str]] = (
    (
        f"pragma application_id = {APPLICATION_ID}",
        """
        create table crop (
          number integer primary key,
          jpeg blob not null
        )
        """,
        """
        create table sighting (
          number integer primary key,
          id text not null,
          revision integer not null,
          stage text not null,
          plate text not null,
          raw_text text not null,
          alternatives text not null,  -- JSON: [[text, confidence], ...]
          confidence real not null,
          char_confidences text not null,  -- JSON
          country text,
          format text,
          first_seen integer not null,
          last_seen integer not null,
          reads integer not null,
          direction text not null,
          match text,  -- JSON: the fields of WatchMatch
          crop integer,  -- shared by revisions; null once it is gone
          clock text not null,
          models text not null,  -- JSON
          boot text not null,  -- which run of the machine's clock
          unique (id, revision)
        )
        """,
        # With the crop in it, retention need not visit rows that have none.
        "create index sighting_time on sighting (last_seen, crop)",
        """
        create table owed (
          number integer primary key,  -- oldest first
          destination text not null,
          kind integer not null,
          sighting_id text not null,
          revision integer not null,
          refused text,  -- why the destination will never take it
          foreign key (sighting_id, revision)
            references sighting (id, revision) on delete cascade
        )
        """,
        """
        create index owed_next on owed (destination, kind, number)
          where refused is null
        """,
        "create index owed_sighting on owed (sighting_id, revision)",
        """
        create table given_up (  -- owed, but erased for want of room or for its age
          kind integer primary key,
          count integer not null
        )
        """,
    ),
    (
        """
        create table access (
          number integer primary key,
          at integer not null,
          who text not null,
          address text not null,
          action text not null,
          sightings text not null,  -- JSON: ids
          detail text not null  -- never a plate
        )
        """,
        "create index access_time on access (at)",
        """
        create table aim_report (
          number integer primary key,
          made integer not null,
          who text not null,
          body text not null,  -- JSON
          still blob not null  -- JPEG, plates made unreadable
        )
        """,
    ),
    (
        "alter table sighting add column review text",  # JSON: the fields of Review
        # How often a second opinion was paid for.
        "alter table owed add column tries integer not null default 0",
        """
        create table review_units (
          day text primary key,  -- that the reviewer bills by, such as 2025-03-01
          units integer not null
        )
        """,
        """
        create table review_outcome (  -- outlives its sighting, and holds no plate
          number integer primary key,
          sighting_id text,  -- null once it is erased
          heard integer not null,
          outcome text not null,
          confidence real not null,  -- of the device's own read
          fits integer not null,  -- whether that fitted a national format
          revealed integer not null,  -- whether it led to an alert
          corrected integer not null default 0  -- by a person, since
        )
        """,
        "create index review_outcome_sighting on review_outcome (sighting_id)",
    ),
    (
        # Of one whose own time is not to be trusted: when the clock next was.
        "alter table sighting add column known_since integer",
        """
        create index sighting_unsynced on sighting (boot, number)
          where clock = 'unsynced'
        """,
        """
        create table clock_shift (  -- by which a boot's clock was wrong
          boot text primary key,
          shift integer not null
        )
        """,
        "drop table given_up",
        """
        create table given_up (  -- lately: owed, but erased or never stored
          kind integer not null,
          day text not null,  -- such as 2025-03-01; empty before the clock is right
          count integer not null,
          primary key (kind, day)
        )
        """,
    ),
)


def version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma user_version").fetchone()[0])


def tables_in(connection: sqlite3.Connection) -> set[str]:
    """What made the tables and indexes, but for comments and blanks."""
    rows = connection.execute("select sql from sqlite_schema where sql is not null")
    return {" ".join(re.sub(r"--.*", "", row[0]).split()) for row in rows}


def tables_of(version: int) -> set[str]:
    """The same of a sound database of that version."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, MIGRATIONS[:version])
        return tables_in(connection)


def migrate(
    connection: sqlite3.Connection, migrations: Sequence[Sequence[str]] = MIGRATIONS
) -> None:
    """Bring the database to the last version, one transaction for each."""
    while (now := version(connection)) < len(migrations):
        connection.execute("begin immediate")
        try:
            if version(connection) == now:  # no other process was quicker
                for statement in migrations[now]:
                    connection.execute(statement)
                connection.execute(f"pragma user_version = {now + 1}")
            connection.execute("commit")
        finally:
            if connection.in_transaction:
                connection.execute("rollback")
