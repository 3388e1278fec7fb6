"""What the page may know of the running daemon."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Event, Lock
from time import monotonic
from typing import Generic, TypeVar

from edge_anpr.config import Config
from edge_anpr.daemon.condition import Condition
from edge_anpr.daemon.watching import Watch
from edge_anpr.delivery.courier import Courier
from edge_anpr.errors import StorageFailed
from edge_anpr.records import Problem
from edge_anpr.storage.outbox import Owed
from edge_anpr.storage.status import StorageStatus
from edge_anpr.web.app import create_app
from edge_anpr.web.device import BrokerState, CameraState, Device, State, password_file
from edge_anpr.web.serving import Serving

T = TypeVar("T")

KEEP_S = 1.0  # however many browsers ask, the device is asked no more often


@dataclass(frozen=True, slots=True)
class Parts:
    """What runs, as far as the page shows it."""

    config: Config
    watch: Watch
    condition: Condition
    storage: Callable[[], StorageStatus]
    courier: Courier[Owed] | None


def open_page(parts: Parts, stop: Event) -> Serving:
    """Listens to nothing yet; its run does."""
    config = parts.config
    device = Device(config=config, state=Kept(partial(state_of, parts), KEEP_S))
    return Serving(partial(create_app, device), config.web, password_file(config), stop)


def state_of(parts: Parts) -> State:
    """As of now."""
    try:
        storage: StorageStatus | None = parts.storage()
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
    )


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
