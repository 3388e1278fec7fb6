"""How the device is, for the health message and the page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from time import monotonic

from edge_anpr import __version__
from edge_anpr.config.delivery import MqttConfig
from edge_anpr.daemon.governing import Governor
from edge_anpr.daemon.proving import Proving
from edge_anpr.daemon.saving import Saving
from edge_anpr.daemon.watching import Watch, now_of
from edge_anpr.delivery.trust import ending_files
from edge_anpr.errors import StorageFailed
from edge_anpr.recognition.burst import Burst
from edge_anpr.records import ClockQuality, Problem, ReviewStatus
from edge_anpr.runtime.clock import Clock
from edge_anpr.runtime.health import Health, Rate, cpu_celsius
from edge_anpr.storage.status import StorageStatus
from edge_anpr.tracking.watch_lists import WatchLists

NO_TIME = Problem(
    "clock",
    "The clock has not been set; times may be wrong, and nothing is erased for its "
    "age.",
    "Let the device reach a time server, or give it a battery-backed clock and set "
    "clock.trust_rtc.",
)


class Condition:
    """Asks every part; used from any thread."""

    def __init__(  # noqa: PLR0913, PLR0917 (each from another part)
        self,
        watch: Watch,
        burst: Burst,
        saving: Saving,
        proving: Proving,
        governor: Governor,
        clock: Clock,
        storage: Callable[[], StorageStatus],
        models: tuple[str, ...],
        problems: Sequence[Callable[[], Iterable[Problem]]],
        review: Callable[[], ReviewStatus | None] = lambda: None,
    ) -> None:
        """problems: what other parts have to say."""
        self._watch = watch
        self._burst = burst
        self._saving = saving
        self._proving = proving
        self._governor = governor
        self._clock = clock
        self._storage = storage
        self._models = models
        self._others = problems
        self._review = review
        self._began_s = monotonic()
        self._rate = Rate()

    def health(self) -> Health:
        """As of now."""
        storage, _ = self._storage_or_fault()
        return Health(
            version=__version__,
            uptime_s=round(monotonic() - self._began_s, 1),
            clock=self._clock.quality,
            problems=tuple(each.sentence for each in self.problems()),
            can_read=self._proving.result,
            frames_per_s=self._rate.per_s(self._watch.frames),
            frames_dropped=self._burst.dropped,
            sightings=self._saving.sightings,
            alerts=self._saving.alerts,
            owed=sum(each.owed for each in storage.to_send) if storage else None,
            oldest_owed_s=(
                oldest_owed_s(storage, now_of(self._clock)) if storage else None
            ),
            refused=(
                sum(each.refused for each in storage.to_send) if storage else None
            ),
            sightings_given_up=(
                storage.sightings_given_up + self._saving.lost if storage else None
            ),
            crops_given_up=storage.crops_given_up if storage else None,
            storage_used_bytes=storage.files_bytes if storage else None,
            storage_free_bytes=storage.disk_free_bytes if storage else None,
            cpu_celsius=cpu_celsius(),
            throttled=self._governor.is_strained,
            weak_power=self._governor.has_weak_power,
            models=self._models,
            review=self._review(),
        )

    def problems(self) -> tuple[Problem, ...]:
        """Everything that someone should mend, the worst first."""
        found = [problem for ask in self._others for problem in ask()]
        if self._clock.quality is ClockQuality.UNSYNCED:
            found.append(NO_TIME)
        storage, fault = self._storage_or_fault()
        if storage:
            found += storage_problems(storage)
        if fault:
            found.append(fault)
        return tuple(sorted(found, key=lambda problem: not problem.is_grave))

    def _storage_or_fault(self) -> tuple[StorageStatus | None, Problem | None]:
        try:
            return self._storage(), None
        except StorageFailed as fault:
            return None, Problem("storage", str(fault), is_grave=True)


def list_problems(watch_lists: WatchLists) -> Iterator[Problem]:
    """What is wrong with the watch lists."""
    for problem in watch_lists.problems:
        yield Problem("watch lists", problem)


def certificate_problems(config: MqttConfig, clock: Clock) -> Iterator[Problem]:
    """That a certificate of this device ends, which only a clock that is set tells."""
    if clock.quality is ClockQuality.SYNCED:
        yield from ending_files(config, now_of(clock))


def oldest_owed_s(storage: StorageStatus, now: datetime) -> float | None:
    """How long ago the vehicle was last seen that has waited longest."""
    times = [each.oldest for each in storage.to_send if each.oldest]
    if not times:
        return None
    waited_s = (now - min(times)).total_seconds()
    return round(max(waited_s, 0.0), 1)  # the clock may have been set back


def storage_problems(storage: StorageStatus) -> Iterator[Problem]:
    """What is wrong with the database and its disk."""
    if storage.fault:
        yield Problem("storage", storage.fault, is_grave=True)
    if storage.is_short_of_space:
        yield Problem("storage", "The disk is full.", "Make room on it.", is_grave=True)
    if storage.has_long_log:
        yield Problem(
            "storage",
            "Another program has been reading the database for long, which takes ever "
            "more of the disk.",
            "End it, such as a forgotten sqlite3.",
        )
    if storage.sightings_given_up:
        yield Problem(
            "storage",
            f"In the last week {storage.sightings_given_up} sightings were given up "
            "before delivery.",
            "See to it that the broker can be reached and takes them, and that the "
            "disk can be written.",
        )
    if storage.crops_given_up:
        yield Problem(
            "storage",
            f"In the last week {storage.crops_given_up} crops were given up before "
            "delivery.",
            "See to it that the broker can be reached and takes them, or raise "
            "storage.max_mb.",
        )
    if storage.damaged_files:
        yield Problem(
            "storage",
            f"Set aside as damaged: {', '.join(storage.damaged_files)}.",
            "Replace the card if it happens again; remove the files.",
        )
