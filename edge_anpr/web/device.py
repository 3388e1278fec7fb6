"""What the page may ask of the device; asked from several threads at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from edge_anpr.config import Config
from edge_anpr.config.web import LOGIN_FILE, PASSWORD_FILE
from edge_anpr.records import Frame, Problem, Sighting
from edge_anpr.runtime.glance import Glance
from edge_anpr.runtime.health import Health
from edge_anpr.runtime.histogram import Histogram
from edge_anpr.storage.access import AccessLog
from edge_anpr.storage.reports import ReportStore
from edge_anpr.storage.status import StorageStatus
from edge_anpr.storage.subject import Erasure
from edge_anpr.storage.viewing import View
from edge_anpr.tracking.misses import Misses


@dataclass(frozen=True, slots=True)
class CameraState:
    """What comes from the camera."""

    kind: str
    frames: int  # since the start
    frame_age_s: float | None  # of the last one; None before the first
    trouble: str | None  # why there are no frames just now


@dataclass(frozen=True, slots=True)
class BrokerState:
    """Where sightings go."""

    address: str
    trouble: str | None  # why delivery waits


@dataclass(frozen=True, slots=True)
class Stretch:
    """How far plates and vehicles came in some time; see pipeline.funnel."""

    counts: dict[str, int]  # by stage
    seconds: float


@dataclass(frozen=True, slots=True)
class State:
    """How the device is at one moment."""

    at: datetime  # aware, UTC
    health: Health
    problems: tuple[Problem, ...]  # the grave ones first
    camera: CameraState
    broker: BrokerState | None  # None: sightings are only stored
    storage: StorageStatus | None  # None: it cannot be asked
    hour: Stretch | None = None  # the last one, of the funnel


@dataclass(frozen=True, slots=True)
class Totals:
    """What has been counted since the start."""

    stages: dict[str, int]  # of the funnel
    left_out: dict[str, int]  # vehicles not reported, by reason
    alerts: dict[str, int]  # by list
    seconds: dict[str, Histogram]  # of each model
    published: Histogram | None  # seconds from passage to broker


@dataclass(frozen=True, slots=True)
class Device:
    """The device, as the page sees it."""

    config: Config
    state: Callable[[], State]
    view: View
    access: AccessLog
    fields: Callable[[Sighting], dict[str, object]]  # as they go over MQTT
    export_fields: Callable[[Sighting], dict[str, object]]  # with the crop
    correct: Callable[[str, int, str], Sighting]  # see daemon.correcting
    export: Callable[[str], list[Sighting]]  # all there is of a plate
    erase: Callable[[str], Erasure]
    funnel: Callable[[float], Stretch]  # of the last so many seconds
    totals: Callable[[], Totals]
    misses: Misses
    glance: Glance[Frame]  # at what the camera sees
    reports: ReportStore

    @property
    def password_file(self) -> Path:
        return password_file(self.config)

    @property
    def login_file(self) -> Path:
        """What a restart must not end; always where the service may write."""
        return self.config.storage.folder / LOGIN_FILE


def password_file(config: Config) -> Path:
    """Where `edge-anpr set-password` keeps the hashes."""
    return config.web.password_file or config.storage.folder / PASSWORD_FILE
