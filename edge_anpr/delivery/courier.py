"""Carry everything owed to one destination, however long it takes."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from edge_anpr.errors import (
    DatabaseDamaged,
    DeliveryFailed,
    DeliveryRefused,
    StorageFailed,
)
from edge_anpr.records import Kind, Sighting

log = logging.getLogger(__name__)


class Owed(Protocol):
    """Something stored that a destination has not had yet."""

    @property
    def kind(self) -> Kind: ...

    @property
    def sighting(self) -> Sighting: ...


Item = TypeVar("Item", bound=Owed)


class Outbox(Protocol[Item]):
    """What is owed to one destination, in a store that outlives a pulled plug.

    Its methods raise StorageFailed.
    """

    def next_owed(self) -> Item | None:
        """The oldest alert, else the oldest sighting, else the oldest crop."""

    def delivered(self, owed: Item) -> None:
        """It has arrived: it is owed no longer."""

    def refused(self, owed: Item, reason: str) -> None:
        """It never will: keep it with the reason, and do not offer it again."""


class Destination(Protocol):
    """Somewhere sightings go."""

    name: str

    def prepare(self) -> None:
        """Be ready, also while nothing is owed; raise DeliveryFailed."""

    def deliver(self, owed: Owed) -> None:
        """Return once they have it; raise DeliveryFailed or DeliveryRefused."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a courier goes."""

    per_s: float = 20.0  # at most so many deliveries
    idle_s: float = 0.25  # looks again after this when nothing is owed
    first_retry_s: float = 1.0
    max_retry_s: float = 60.0


class Courier(Generic[Item]):
    """Delivers one thing a step, in the order the outbox gives."""

    def __init__(
        self,
        outbox: Outbox[Item],
        destination: Destination,
        pace: Pace,
        chance: Callable[[], float] = random.random,  # 0..1
    ) -> None:
        self._outbox = outbox
        self._destination = destination
        self._pace = pace
        self._chance = chance
        self._retry_s = 0.0  # 0: the last try went well
        self.trouble: str | None = None  # why delivery waits

    def step(self) -> float:
        """Try what is owed first; return the seconds to wait before the next step.

        Raise DatabaseDamaged: only a new start helps.
        """
        try:
            self._destination.prepare()
            owed = self._outbox.next_owed()
            if owed:
                self._deliver(owed)
        except DatabaseDamaged:
            raise
        except (DeliveryFailed, StorageFailed) as error:
            return self._wait_after(error)
        self._is_well()
        return 1 / self._pace.per_s if owed else self._pace.idle_s

    def _deliver(self, owed: Item) -> None:
        try:
            self._destination.deliver(owed)
        except DeliveryRefused as error:
            log.error(
                "%s refuses the %s of sighting %s, revision %d, which is kept: %s",
                self._destination.name,
                Kind(owed.kind).name.lower(),
                owed.sighting.id,
                owed.sighting.revision,
                error,
            )
            self._outbox.refused(owed, str(error))
        else:
            self._outbox.delivered(owed)

    def _wait_after(self, error: DeliveryFailed | StorageFailed) -> float:
        name = self._destination.name
        if not self._retry_s:  # say it once, not at every retry
            log.warning("Delivery to %s waits, and loses nothing: %s", name, error)
        elif str(error) != self.trouble:
            log.info("Delivery to %s still waits: %s", name, error)
        self.trouble = str(error)
        self._retry_s = min(
            self._retry_s * 2 or self._pace.first_retry_s, self._pace.max_retry_s
        )
        # Spread out, so that a fleet does not return all at once.
        return self._retry_s * self._chance()

    def _is_well(self) -> None:
        if self._retry_s:
            log.info("Delivery to %s goes on.", self._destination.name)
        self._retry_s = 0.0
        self.trouble = None
