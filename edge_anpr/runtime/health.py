"""Signs of life, what the computer says of itself, and how the device is."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic

from edge_anpr.records import ClockQuality, ReviewStatus
from edge_anpr.runtime.kernel import said_in

ZONES = Path("/sys/class/thermal")
OWN_IO = Path("/proc/self/io")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

RATE_S = 10.0


@dataclass(frozen=True, slots=True)
class Health:
    """How a device is; None is not known. No sentence may hold a plate."""

    version: str
    uptime_s: float
    clock: ClockQuality
    problems: tuple[str, ...] = ()  # one sentence each; empty is well
    can_read: bool | None = None  # a drawn plate, the last time it was tried
    frames_per_s: float | None = None
    frames_dropped: int | None = None  # since the start
    sightings: int | None = None  # since the start
    alerts: int | None = None  # since the start
    owed: int | None = None  # stored and not yet sent
    oldest_owed_s: float | None = None
    refused: int | None = None
    sightings_given_up: int | None = None  # in the last week, before they were sent
    crops_given_up: int | None = None  # likewise
    storage_used_bytes: int | None = None
    storage_free_bytes: int | None = None
    cpu_celsius: float | None = None
    throttled: bool | None = None  # the computer slows down: heat or low voltage
    weak_power: bool | None = None  # low voltage, just now
    models: tuple[str, ...] = ()
    review: ReviewStatus | None = None  # None: no second opinions are asked for


class Pulse:
    """When a thread last got on with its work."""

    def __init__(self) -> None:
        self._beat_s = monotonic()

    def beat(self) -> None:
        self._beat_s = monotonic()

    @property
    def age_s(self) -> float:
        return monotonic() - self._beat_s


class Rate:
    """How fast a count grows; may be asked from any thread."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._samples = deque([(clock(), 0)])  # when, and the count then

    def per_s(self, count: int) -> float:
        """Over the last ten seconds, or since it was last asked if that is longer."""
        with self._lock:
            now_s = self._clock()
            self._samples.append((now_s, count))
            while len(self._samples) > 2 and self._samples[1][0] <= now_s - RATE_S:
                self._samples.popleft()
            then_s, before = self._samples[0]
            return round((count - before) / max(now_s - then_s, 1e-3), 2)


def cpu_celsius(zones: Path = ZONES) -> float | None:
    """None where the computer does not say."""
    found = sorted(zones.glob("thermal_zone*"))
    # A Jetson has zones of other parts, too.
    cpu = [zone for zone in found if "cpu" in said_in(zone / "type").lower()]
    for zone in (*cpu, *found):
        text = said_in(zone / "temp")  # in thousandths of a degree
        if text.lstrip("-").isdigit():
            return int(text) / 1000
    return None


def bytes_written() -> int | None:
    """What this program has had written to disks; None where Linux does not count."""
    for line in said_in(OWN_IO).splitlines():
        name, _, count = line.partition(":")
        if name == "write_bytes":
            return int(count)
    return None


def boot_id() -> str:
    """Names this run of the machine's clock."""
    return said_in(BOOT_ID) or "unknown"
