"""What the page may know of the running daemon."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Event, Lock
from time import monotonic
from typing import Generic, TypeVar

from edge_anpr.config import Config
from edge_anpr.daemon.condition import Condition
from edge_anpr.daemon.correcting import Correcting
from edge_anpr.daemon.watching import Watch
from edge_anpr.delivery.courier import Courier
from edge_anpr.delivery.messages import sighting_fields
from edge_anpr.delivery.topics import Topics
from edge_anpr.errors import StorageFailed
from edge_anpr.records import Problem, Sighting
from edge_anpr.storage.access import AccessLog
from edge_anpr.storage.database import Database
from edge_anpr.storage.outbox import Owed
from edge_anpr.storage.reports import ReportStore
from edge_anpr.storage.sightings import SightingStore
from edge_anpr.storage.status import StorageStatus, storage_status
from edge_anpr.storage.subject import Erasure, erase_plate, export_plate
from edge_anpr.storage.viewing import View
from edge_anpr.tracking.finding import Finder
from edge_anpr.tracking.misses import Misses
from edge_anpr.tracking.watch_lists import WatchLists
from edge_anpr.web.app import create_app
from edge_anpr.web.device import (
    BrokerState,
    CameraState,
    Device,
    State,
    Stretch,
    Totals,
    password_file,
)
from edge_anpr.web.serving import Serving

T = TypeVar("T")

HOUR_S = 3600.0
KEEP_S = 1.0  # however many browsers ask, the device is asked no more often


@dataclass(frozen=True, slots=True)
class Parts:
    """What runs, as far as the page shows it."""

    config: Config
    watch: Watch
    condition: Condition
    db: Database
    store: SightingStore
    watch_lists: WatchLists
    destinations: tuple[str, ...]
    courier: Courier[Owed] | None
    misses: Misses
    totals: Callable[[], Totals]
    last: Callable[[float], Stretch]  # how far plates came in so many seconds


def open_page(parts: Parts, stop: Event) -> Serving:
    """Listens to nothing yet; its run does."""
    config = parts.config
    view = View(parts.db.path)
    finder = Finder(config.formats)
    correcting = Correcting(parts.store, finder, parts.watch_lists, parts.destinations)
    topics = Topics(config.device.topic_id)
    device = Device(
        config=config,
        state=Kept(partial(state_of, parts), KEEP_S),
        view=view,
        access=AccessLog(parts.db, view),
        fields=partial(sighting_fields, topics, buffered=False),
        correct=correcting.correct,
        export=partial(export_plate, parts.db),
        export_fields=partial(export_fields, topics),
        erase=partial(_erase, parts),
        funnel=parts.last,
        totals=parts.totals,
        misses=parts.misses,
        glance=parts.watch.glance,
        reports=ReportStore(parts.db, view),
    )
    return Serving(partial(create_app, device), config.web, password_file(config), stop)


def state_of(parts: Parts) -> State:
    """As of now."""
    try:
        storage: StorageStatus | None = storage_status(parts.db)
    except StorageFailed:
        storage = None  # which is among the problems
    watch, mqtt = parts.watch, parts.config.mqtt
    seen = watch.seen
    return State(
        at=datetime.now(UTC),
        health=parts.condition.health(),
        problems=parts.condition.problems(),
        camera=CameraState(
            kind=parts.config.camera.kind,
            frames=watch.frames,
            frame_age_s=monotonic() - seen.taken_s if seen else None,
            trouble=watch.trouble,
        ),
        broker=(
            BrokerState(f"{mqtt.host}:{mqtt.port}", parts.courier.trouble)
            if parts.courier
            else None
        ),
        storage=storage,
        hour=parts.last(HOUR_S),
    )


def _erase(parts: Parts, plate: str) -> Erasure:
    parts.misses.forget(plate)
    return erase_plate(parts.db, plate)


def export_fields(topics: Topics, sighting: Sighting) -> dict[str, object]:
    """All there is of a revision, its crop as base64."""
    crop = sighting.crop_jpeg
    return {
        **sighting_fields(topics, sighting, buffered=False),
        "crop_jpeg": b64encode(crop).decode() if crop else None,
    }


def delivery_problems(courier: Courier[Owed]) -> Iterator[Problem]:
    """That nothing can be delivered just now."""
    if courier.trouble:
        yield Problem(
            "delivery",
            f"Delivery waits, and loses nothing: {courier.trouble}",
            "See to the network and the broker; it is tried again by itself.",
        )


class Kept(Generic[T]):
    """An answer that is asked for anew only when it is this old."""

    def __init__(
        self,
        ask: Callable[[], T],
        keep_s: float,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._ask = ask
        self._keep_s = keep_s
        self._clock = clock
        self._lock = Lock()
        self._answer: T | None = None
        self._asked_s = float("-inf")

    def __call__(self) -> T:
        with self._lock:
            if self._answer is None or self._clock() - self._asked_s >= self._keep_s:
                self._answer = self._ask()
                self._asked_s = self._clock()
            return self._answer
