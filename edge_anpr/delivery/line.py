"""What speaks over a line to a broker, and what a line is to it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from edge_anpr.delivery.messages import Message
from edge_anpr.delivery.rivalry import Ending
from edge_anpr.records import Problem


class Line(Protocol):
    """A line to a broker; used from one thread."""

    @property
    def is_connected(self) -> bool: ...

    @property
    def held_s(self) -> float:
        """For how long it has been connected, or was."""

    @property
    def ending(self) -> Ending | None:
        """How the broker has ended the last connection.

        None where it did not, or instead of an answer, which may have other reasons.
        """

    @property
    def trusted_until(self) -> datetime | None:
        """When the broker's certificate ends, as the last connection has shown it."""

    def connect(self) -> None:
        """Raise DeliveryFailed."""

    def publish(self, message: Message) -> None:
        """Return once the broker has it; raise DeliveryFailed or DeliveryRefused.

        Of DeliveryFailed, it is DeliveryForbidden when the broker does not let this
        device write it, and HungUp or TimedOut when the connection or the broker's time
        ended instead.
        """

    def subscribe(self, filters: Sequence[str]) -> None:
        """Raise DeliveryFailed or DeliveryRefused."""

    def hurry(self, limit_s: float) -> None:
        """Wait for no longer than this in all, until disconnect(); from any thread."""

    def disconnect(self) -> None:
        """Say goodbye, so that nobody is told that the device is gone."""


class Speaker(Protocol):
    """Something a device says besides its sightings."""

    def greet(self, line: Line) -> None:
        """Say what is due on a new connection; raise DeliveryFailed."""

    def attend(self, line: Line) -> None:
        """Say what has become due since; raise DeliveryFailed."""

    def problems(self) -> Iterable[Problem]:
        """What it cannot say and someone should mend; from any thread."""
