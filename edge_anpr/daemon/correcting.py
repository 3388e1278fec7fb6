"""Let a person say what a plate is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from edge_anpr.daemon.saving import owed_to
from edge_anpr.errors import NotYetFinal, RevisionTaken, SightingUnknown
from edge_anpr.records import Kind, Sighting, Stage
from edge_anpr.storage.sightings import SightingStore
from edge_anpr.tracking.finding import Finder
from edge_anpr.tracking.watch_lists import WatchLists

FORGOTTEN = timedelta(hours=1)  # provisional for longer: its final revision is lost


class Correcting:
    """Stores corrections, which are then owed like any other revision."""

    def __init__(
        self,
        store: SightingStore,
        finder: Finder,
        watch_lists: WatchLists,
        destinations: tuple[str, ...],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._finder = finder
        self._watch_lists = watch_lists
        self._destinations = destinations
        self._now = now

    def correct(self, sighting_id: str, revision: int, plate: str) -> Sighting:
        """The new revision, stored with what it owes.

        revision: that the person saw. plate: A-Z and 0-9. Raises SightingUnknown,
        NotYetFinal, RevisionTaken and StorageFailed.
        """
        latest = self._store.latest(sighting_id)
        if latest is None:
            raise SightingUnknown("There is no such sighting; it may have been erased.")
        if latest.revision != revision:
            raise RevisionTaken(
                "The sighting has changed meanwhile; look at it again first."
            )
        if (
            latest.stage is Stage.PROVISIONAL
            and self._now() - latest.last_seen < FORGOTTEN
        ):
            raise NotYetFinal(
                "The vehicle is still in view; correct it when it has left."
            )
        corrected = self._corrected(latest, plate)
        # One that is an alert already for the same reason has been sent as such.
        is_known = latest.is_alert and corrected.match == latest.match
        due = owed_to(self._destinations, corrected)
        if is_known:
            due = [each for each in due if each.kind is not Kind.ALERT]
        self._store.save(corrected, due)
        return corrected

    def _corrected(self, latest: Sighting, plate: str) -> Sighting:
        settled = self._finder.fit(plate)
        return replace(
            latest,
            revision=latest.revision + 1,
            stage=Stage.CORRECTED,
            plate=plate,
            confidence=1.0,
            char_confidences=(1.0,) * len(plate),
            country=settled.country,
            format=settled.format,
            match=self._watch_lists.match(plate),
        )
