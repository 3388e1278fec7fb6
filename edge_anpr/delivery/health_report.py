"""Say every so often how the device is."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from time import monotonic

from edge_anpr.delivery.line import Line
from edge_anpr.delivery.messages import health_message
from edge_anpr.delivery.sparing import Sparing
from edge_anpr.delivery.topics import Topics
from edge_anpr.errors import DeliveryFailed, DeliveryRefused
from edge_anpr.records import Problem
from edge_anpr.runtime.health import Health

log = logging.getLogger(__name__)


# At the beginning of a connection it still says that there was none.
SETTLED_S = 5.0


class HealthReport:
    """Says it on every new connection, soon after, and then at intervals."""

    def __init__(
        self,
        topics: Topics,
        every_s: float,
        health: Callable[[], Health],
        clock: Callable[[], float] = monotonic,  # seconds
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._topics = topics
        self._every_s = every_s
        self._health = health
        self._clock = clock
        self._now = now
        self._due_s = 0.0
        self._sparing = Sparing("the health of this device", clock)
        self._trouble: str | None = None  # why the broker does not take it

    def greet(self, line: Line) -> None:
        """Raise DeliveryFailed when the line breaks."""
        self._due_s = self._clock() + min(SETTLED_S, self._every_s)
        self._say(line)

    def attend(self, line: Line) -> None:
        """Raise DeliveryFailed when the line breaks."""
        if self._clock() >= self._due_s:
            self._due_s = self._clock() + self._every_s
            self._say(line)

    def _say(self, line: Line) -> None:
        message = health_message(
            self._topics, self._health(), self._now(), self._every_s
        )
        try:
            self._sparing.publish(line, message)
        except (DeliveryFailed, DeliveryRefused) as error:
            if not line.is_connected:
                raise DeliveryFailed(str(error)) from error
            self._cannot_be_sent(str(error))
        else:
            self._trouble = None

    def problems(self) -> Iterator[Problem]:
        """That others do not hear how the device is; from any thread."""
        if trouble := self._trouble:
            yield Problem(
                "delivery",
                f"The health of this device cannot be sent: {trouble}.",
                "See to what the broker lets this device write.",
            )

    def _cannot_be_sent(self, why: str) -> None:
        if why != self._trouble:  # say it once, not every minute
            log.warning("The health of this device cannot be sent: %s", why)
        self._trouble = why
