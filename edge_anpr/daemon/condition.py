"""How the device is, for the health message."""

from collections.abc import Callable
from time import monotonic

from edge_anpr import __version__
from edge_anpr.daemon.saving import Saving
from edge_anpr.daemon.watching import Watch
from edge_anpr.delivery.messages import Health
from edge_anpr.errors import StorageFailed
from edge_anpr.recognition.burst import Burst
from edge_anpr.records import ClockQuality
from edge_anpr.runtime.clock import Clock
from edge_anpr.runtime.health import cpu_celsius, is_undervolted
from edge_anpr.storage.status import StorageStatus
from edge_anpr.tracking.watch_lists import WatchLists


class Condition:
    """Asks every part; used from one thread."""

    def __init__(  # noqa: PLR0913, PLR0917 (each from another part)
        self,
        watch: Watch,
        burst: Burst,
        saving: Saving,
        watch_lists: WatchLists,
        clock: Clock,
        storage: Callable[[], StorageStatus],
        models: tuple[str, ...],
    ) -> None:
        self._watch = watch
        self._burst = burst
        self._saving = saving
        self._watch_lists = watch_lists
        self._clock = clock
        self._storage = storage
        self._models = models
        self._began_s = self._asked_s = monotonic()
        self._frames = 0  # when last asked

    def health(self) -> Health:
        """As of now; frames a second since it was last asked."""
        storage: StorageStatus | None = None
        problems = [*self._problems()]
        try:
            storage = self._storage()
            problems += _storage_problems(storage)
        except StorageFailed as fault:
            problems.append(str(fault))
        return Health(
            version=__version__,
            uptime_s=round(monotonic() - self._began_s, 1),
            clock=self._clock.quality,
            problems=tuple(problems),
            frames_per_s=self._frames_per_s(),
            frames_dropped=self._burst.dropped,
            sightings=self._saving.sightings,
            alerts=self._saving.alerts,
            owed=sum(each.owed for each in storage.owed) if storage else None,
            refused=sum(each.refused for each in storage.owed) if storage else None,
            storage_used_bytes=storage.files_bytes if storage else None,
            storage_free_bytes=(
                max(storage.max_bytes - storage.files_bytes, 0) if storage else None
            ),
            cpu_celsius=cpu_celsius(),
            throttled=is_undervolted(),
            models=self._models,
        )

    def _problems(self) -> list[str]:
        problems = [*self._watch_lists.problems]
        if self._watch.trouble:
            problems.append(f"The camera is lost: {self._watch.trouble}")
        if self._clock.quality is ClockQuality.UNSYNCED:
            problems.append("The clock has not been set; times may be wrong.")
        return problems

    def _frames_per_s(self) -> float:
        now_s, frames = monotonic(), self._watch.frames
        rate = (frames - self._frames) / max(now_s - self._asked_s, 1e-3)
        self._asked_s, self._frames = now_s, frames
        return round(rate, 2)


def _storage_problems(storage: StorageStatus) -> list[str]:
    problems = []
    if storage.fault:
        problems.append(storage.fault)
    if storage.is_short_of_space:
        problems.append("The disk is full; make room.")
    if storage.sightings_given_up:
        problems.append(f"{storage.sightings_given_up} sightings were never delivered.")
    if storage.damaged_files:
        problems.append(f"Set aside as damaged: {', '.join(storage.damaged_files)}.")
    return problems
