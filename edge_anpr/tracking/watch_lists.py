"""Which list a plate is on and why, from files that may change at any time."""

import fnmatch
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from edge_anpr.config.watchlist import WatchlistConfig, WatchListFile
from edge_anpr.errors import WatchListBroken, WatchListUnreadable
from edge_anpr.records import ListKind, WatchMatch
from edge_anpr.tracking.similar import Similar
from edge_anpr.tracking.watch_list_file import Entry, read_watch_list

log = logging.getLogger(__name__)

URGENCY = (ListKind.DENY, ListKind.WATCH, ListKind.ALLOW)  # of two like matches
EXACT, WILDCARD, SIMILAR = range(3)  # the closer, the stronger

Signature: TypeAlias = tuple[int, ...] | None  # None: no such file
Ranked: TypeAlias = tuple[tuple[int, float, int], WatchMatch]  # the least is the best


class WatchLists:
    """All configured lists, as their files last made sense.

    One thread may refresh while another matches.
    """

    def __init__(self, config: WatchlistConfig) -> None:
        self._check_s = config.check_s
        self._files = [_File(each) for each in config.lists]
        self._checked_s: float | None = None

    @property
    def problems(self) -> list[str]:
        """What is wrong with the files now; their lists are those from before."""
        return [file.problem for file in self._files if file.problem]

    def refresh(self, at_s: float) -> None:
        """Read the files that have changed, no more often than every `check_s`.

        at_s: the monotonic clock.
        """
        if self._checked_s is not None and at_s - self._checked_s < self._check_s:
            return
        self._checked_s = at_s
        for file in self._files:
            file.refresh()

    def match(self, plate: str) -> WatchMatch | None:
        """The closest match of a plate; of equals, deny before watch before allow."""
        matches = [
            ranked for file in self._files for ranked in file.entries.matches(plate)
        ]
        return min(matches, key=lambda ranked: ranked[0])[1] if matches else None

    def is_private(self, plate: str) -> bool:
        """Whether it may be one of a list that is marked private."""
        return any(
            file.is_private and any(file.entries.matches(plate)) for file in self._files
        )


class _File:
    """One list, and the state of its file when it was last read."""

    def __init__(self, config: WatchListFile) -> None:
        self.entries = Entries(config, ())
        self.problem = ""
        self.is_private = config.private
        self._config = config
        self._signature: Signature = ()  # not that of any file, nor of none
        self._was_read = False

    def refresh(self) -> None:
        # Before it is read, so that a change while it is read is seen the next time.
        signature = _signature(self._config.file)
        if signature == self._signature:
            return
        self._signature = signature
        try:
            read = read_watch_list(self._config.file, self._config.kind)
            _refuse_blank(self._config.file, signature)
        except WatchListBroken as error:
            if isinstance(error, WatchListUnreadable):
                self._signature = ()  # the disk may think better of it
            self._complain(str(error))
            return
        self.entries = Entries(self._config, read)
        self.problem, self._was_read = "", True
        log.info("%s: %d entries.", self._config.file, self.entries.count)

    def _complain(self, problem: str) -> None:
        kept = "The list stays as it was." if self._was_read else "It is empty."
        if problem != self.problem:  # say it once
            log.error("%s %s", problem, kept)
        self.problem = problem


def _signature(path: Path) -> Signature:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _refuse_blank(path: Path, signature: Signature) -> None:
    """A pulled plug or a failed export leaves such a file; nobody writes one."""
    if signature and signature[0] == 0:
        raise WatchListBroken(
            f"{path}: there is nothing in this file; write the list again, or, "
            "if it is to hold no plate, one line that begins with #."
        )


@dataclass(frozen=True, slots=True)
class _Wildcard:
    entry: Entry
    pattern: re.Pattern[str]


class Entries:
    """The entries of one list, sorted for finding plates in them."""

    def __init__(self, config: WatchListFile, entries: Sequence[Entry]) -> None:
        self.count = len(entries)
        self._name = config.name or config.file.stem
        plain = [entry for entry in entries if not entry.has_wildcards]
        self._exact = {entry.plate: entry for entry in plain}
        self._places = {plate: place for place, plate in enumerate(self._exact)}
        self._similar = Similar(self._exact, config.max_cost)
        self._wildcards = [
            _Wildcard(entry, re.compile(fnmatch.translate(entry.plate)))
            for entry in entries
            if entry.has_wildcards
        ]

    def matches(self, plate: str) -> Iterator[Ranked]:
        """The exact match; if there is none, all others, in the order of the list."""
        if plate in self._exact:
            yield self._ranked(EXACT, 0.0, self._exact[plate], "exact")
            return
        for each in self._wildcards:
            if each.pattern.match(plate):
                yield self._ranked(WILDCARD, 0.0, each.entry, "wildcard")
        similar = dict(self._similar.to(plate))
        for listed in sorted(similar, key=self._places.__getitem__):
            why = f"similar: {_differences(plate, listed)}"
            yield self._ranked(SIMILAR, similar[listed], self._exact[listed], why)

    def _ranked(self, closeness: int, cost: float, entry: Entry, why: str) -> Ranked:
        return (
            (closeness, cost, URGENCY.index(entry.kind)),
            WatchMatch(entry.kind, self._name, entry.plate, entry.name, why),
        )


def _differences(plate: str, entry: str) -> str:
    return ", ".join(
        f"{read} read for {listed}"
        for read, listed in zip(plate, entry, strict=True)
        if read != listed
    )
