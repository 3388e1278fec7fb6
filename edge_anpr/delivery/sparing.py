"""Say what can be left out, so that it never stands in the way of sightings."""

import logging
import math
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic

from edge_anpr.delivery.line import Line
from edge_anpr.delivery.messages import Message
from edge_anpr.errors import DeliveryFailed, HungUp, TimedOut

log = logging.getLogger(__name__)

TRIES = 3
REST_S = 3600.0


class Sparing:
    """Leaves it out for a while where the broker hangs up on it or is silent.

    With MQTT 3.1.1 that is how a broker says that a message is too large, and some say
    like this that something is forbidden.
    """

    def __init__(self, what: str, clock: Callable[[], float] = monotonic) -> None:
        """clock: in seconds"""
        self._what = what
        self._clock = clock
        self._times = 0  # that the line was lost on it, in a row
        self._rests_until_s = -math.inf

    def publish(self, line: Line, message: Message) -> None:
        """Raise DeliveryFailed or DeliveryRefused."""
        limit = f"{len(message.payload)} bytes may be too many for it or for the line"
        publish = partial(line.publish, message)
        self._unless_it_rests(publish, (HungUp, TimedOut), limit)

    def subscribe(self, line: Line, filters: Sequence[str]) -> None:
        """Raise DeliveryFailed or DeliveryRefused."""
        rights = f"it may not let this device read {', '.join(filters)}"
        # With MQTT 5 it may say why it hangs up, and others do not answer at all.
        subscribe = partial(line.subscribe, filters)
        self._unless_it_rests(subscribe, (DeliveryFailed,), rights)

    def _unless_it_rests(
        self,
        say: Callable[[], None],
        faults: tuple[type[DeliveryFailed], ...],
        suspicion: str,
    ) -> None:
        if self._clock() < self._rests_until_s:
            return
        try:
            say()
        except faults:
            self._times += 1
            if self._times == TRIES:
                self._times = 0
                self._rests_until_s = self._clock() + REST_S
                log.warning(
                    "The broker does not take %s, which is left out for an hour; %s.",
                    self._what,
                    suspicion,
                )
            raise
        self._times = 0
