"""Say what can be left out, so that it never stands in the way of sightings."""

import logging
import math
from collections.abc import Callable
from time import monotonic

from edge_anpr.delivery.line import Line
from edge_anpr.delivery.messages import Message
from edge_anpr.errors import HungUp

log = logging.getLogger(__name__)

TRIES = 3
REST_S = 3600.0


class Sparing:
    """Leaves it out for a while where the broker hangs up on it.

    With MQTT 3.1.1 that is how a broker says that a message is too large.
    """

    def __init__(self, what: str, clock: Callable[[], float] = monotonic) -> None:
        """clock: in seconds"""
        self._what = what
        self._clock = clock
        self._times = 0  # that the broker hung up on it, in a row
        self._rests_until_s = -math.inf

    def publish(self, line: Line, message: Message) -> None:
        """Raise DeliveryFailed or DeliveryRefused."""
        if self._clock() < self._rests_until_s:
            return
        try:
            line.publish(message)
        except HungUp:
            self._times += 1
            if self._times == TRIES:
                self._times = 0
                self._rests_until_s = self._clock() + REST_S
                log.warning(
                    "The broker hangs up on %s, which is left out for an hour; its "
                    "limit for a message may be below %d bytes.",
                    self._what,
                    len(message.payload),
                )
            raise
        self._times = 0
