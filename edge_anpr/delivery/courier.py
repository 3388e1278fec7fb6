"""Carry everything owed to one destination, however long it takes."""

import logging
import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from edge_anpr.errors import (
    DatabaseDamaged,
    DeliveryFailed,
    DeliveryForbidden,
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

    def next_owed(self, besides: Collection[Kind]) -> Item | None:
        """The oldest alert, else the oldest sighting, else the oldest crop.

        But none of these kinds.
        """

    def delivered(self, owed: Item) -> None:
        """It has arrived: it is owed no longer."""

    def refused(self, owed: Item, reason: str) -> None:
        """It never will: keep it with the reason, and do not offer it again."""


class Destination(Protocol):
    """Somewhere sightings go."""

    name: str

    @property
    def is_contested(self) -> bool:
        """Whether each connection costs another device its own: waits grow then."""

    def prepare(self) -> None:
        """Be ready, also while nothing is owed; raise DeliveryFailed."""

    def deliver(self, owed: Owed) -> None:
        """Return once they have it; raise DeliveryFailed or DeliveryRefused.

        DeliveryForbidden, a DeliveryFailed, is about this kind alone.
        """


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a courier goes."""

    per_s: float = 20.0  # at most so many deliveries
    idle_s: float = 0.25  # looks again after this when nothing is owed
    first_retry_s: float = 1.0
    max_retry_s: float = 60.0


@dataclass(slots=True)
class _Stuck:
    """What fails though the destination is there; nothing of its kind is tried.

    Nor of what matters less, unless it is forbidden: that is about its kind alone.
    """

    kind: Kind
    why: str
    retry_s: float
    left_s: float  # of that

    def lets_pass(self, owed: Owed) -> bool:
        return owed.kind < self.kind


class Courier(Generic[Item]):
    """Delivers one thing a step, in the order the outbox gives.

    What fails by itself is tried again later, and what matters more passes it. Where
    it is forbidden, all else does.
    """

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
        self._retry_s = 0.0  # 0: destination and store were there, undisputed
        self._stuck: _Stuck | None = None
        self._forbidden: dict[Kind, _Stuck] = {}
        self._is_cut_off = False  # from destination or store, when last tried
        self._told: str | None = None  # the trouble, as the log has it
        self.trouble: str | None = None  # why delivery waits

    def step(self) -> float:
        """Try what is owed first; return the seconds to wait before the next step.

        Raise DatabaseDamaged: only a new start helps.
        """
        wait_s = self._step()
        for each in self._forbidden.values():
            each.left_s = max(each.left_s - wait_s, 0.0)
        return wait_s

    def _step(self) -> float:
        try:
            if self._stuck and self._has_to_wait(self._stuck):
                return self._nap(self._stuck)
            self._destination.prepare()
            owed = self._next_owed()
            wait_s = self._turn(owed) if owed else self._pace.idle_s
        except DatabaseDamaged:
            raise
        except (DeliveryFailed, StorageFailed) as error:
            self._is_cut_off = True
            self._retry_s = self._longer(self._retry_s)
            self._tell(str(error))
            return self._spread(self._retry_s)
        if not owed:
            self._stuck = None
            if not self._resting():
                self._forbidden.clear()
        self._is_cut_off = False
        if not self._destination.is_contested:
            self._retry_s = 0.0
        stuck = [*self._forbidden.values(), *([self._stuck] if self._stuck else [])]
        self._tell("; ".join(each.why for each in stuck) or None)
        return wait_s

    def _next_owed(self) -> Item | None:
        return self._outbox.next_owed(self._resting())

    def _resting(self) -> set[Kind]:
        return {kind for kind, each in self._forbidden.items() if each.left_s}

    def finish(self, steps: int) -> None:
        """Take a few steps more, for what was stored last.

        Where nobody is there, it stays owed until the next start.
        """
        for _ in range(steps):
            if not self._is_cut_off:
                self.step()

    def _has_to_wait(self, stuck: _Stuck) -> bool:
        # Nobody connects for that: a line that holds for a moment only is to be fresh.
        if not stuck.left_s:
            return False
        owed = self._next_owed()
        return owed is not None and not stuck.lets_pass(owed)

    def _turn(self, owed: Item) -> float:
        stuck = None if self._stuck and self._stuck.lets_pass(owed) else self._stuck
        try:
            self._deliver(owed)
        except DeliveryForbidden as error:
            self._stuck = None if stuck else self._stuck
            return self._forbid(Kind(owed.kind), str(error))
        except DeliveryFailed as error:
            before_s = stuck.retry_s if stuck else 0.0
            return self._sticks(owed.kind, str(error), self._longer(before_s))
        if stuck:  # no longer
            self._stuck = None
        self._forbidden.pop(Kind(owed.kind), None)
        return 1 / self._pace.per_s

    def _forbid(self, kind: Kind, why: str) -> float:
        before = self._forbidden.get(kind)
        retry_s = self._longer(before.retry_s if before else 0.0)
        why += f" (only {kind.name.lower()}s wait)"
        wait_s = 1 / self._pace.per_s
        # Longer than that, so that at any pace something else has its turn.
        self._forbidden[kind] = _Stuck(kind, why, retry_s, retry_s + wait_s)
        return wait_s

    def _sticks(self, kind: Kind, why: str, retry_s: float) -> float:
        if kind is Kind.CROP:
            why += " (only crops wait)"
        self._stuck = _Stuck(kind, why, retry_s, self._spread(retry_s))
        return self._nap(self._stuck)

    def _nap(self, stuck: _Stuck) -> float:
        """A part of its wait, after which there may be something that passes it."""
        nap_s = min(stuck.left_s, self._pace.idle_s)
        stuck.left_s -= nap_s
        return nap_s

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

    def _longer(self, retry_s: float) -> float:
        return min(retry_s * 2 or self._pace.first_retry_s, self._pace.max_retry_s)

    def _spread(self, retry_s: float) -> float:
        """So that a fleet does not return all at once."""
        return retry_s * self._chance()

    def _tell(self, trouble: str | None) -> None:
        self.trouble = trouble
        name, told = self._destination.name, self._told
        if trouble and not told:  # say it once, not at every retry
            log.warning("Delivery to %s waits, and loses nothing: %s", name, trouble)
        elif trouble and trouble != told:
            log.info("Delivery to %s still waits: %s", name, trouble)
        elif told and not trouble:
            if self._retry_s:  # it goes on for a moment only
                return
            log.info("Delivery to %s goes on.", name)
        self._told = trouble
