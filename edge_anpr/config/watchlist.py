"""Settings of the watch lists."""

from pydantic import Field

from edge_anpr.config.paths import SomePath
from edge_anpr.config.section import Section
from edge_anpr.records import ListKind


class WatchListFile(Section):
    """One file of plates."""

    file: SomePath
    """A .csv, .yaml or .yml file; see docs/watchlists.md."""

    name: str = ""
    """What the list is called in messages; empty: the file's name."""

    kind: ListKind = ListKind.WATCH
    """What the list is for, where a line does not say: allow, deny or watch."""

    private: bool = False
    """true: crops of what may be one of its plates never go to a reviewer."""

    max_cost: float = Field(default=0.3, ge=0, le=2)
    """How unlike an entry a plate may be: 0 not at all, 0.1 O for 0, 1 any one
    character for another."""


class WatchlistConfig(Section):
    """Plates to look out for."""

    lists: tuple[WatchListFile, ...] = ()
    """The files; an exact match wins over a wildcard, that over a similar plate."""

    check_s: float = Field(default=5.0, gt=0)
    """Seconds between looks at whether a file has changed."""
