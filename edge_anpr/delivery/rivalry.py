"""Tell when another device uses the same id, and the two throw each other out.

A broker lets each name in once, and hangs up on whoever came first. MQTT 5 has a word
for that, which not every broker says: Mosquitto 2.0.11 does not. What is left is the
pattern: connections that stand, break off soon while nothing is under way, again and
again, and can be made anew at once. A broker that restarts is out of reach meanwhile,
and a line that breaks now and then holds for longer.

Once is no rivalry: `edge-anpr check` throws the service out where the broker makes one
name of user and client.
"""

import logging
from collections.abc import Iterator
from enum import Enum, auto

from edge_anpr.records import Problem

log = logging.getLogger(__name__)

TAKEN_OVER_TIMES = 3  # in a row, before it is told
HUNG_UP_TIMES = 5  # likewise, where the broker does not say why
SHORT_S = 10.0  # a connection that has held for longer says nothing by hanging up
OVER_WAITS = 2  # of the longest length: the other has had its turn and did not come


class Ending(Enum):
    """How a broker has ended a connection on which nothing was under way."""

    TAKEN_OVER = auto()  # by another client of the same name
    HUNG_UP = auto()  # it does not say why


class Rivalry:
    """Of this device with another of the same id, who knows no more than this one."""

    def __init__(self, device: str, max_retry_s: float) -> None:
        self._device = device
        self._over_s = OVER_WAITS * max_retry_s
        self._times = 0  # that it was thrown out, in a row
        self._is_certain = False
        self._problem: Problem | None = None

    @property
    def is_on(self) -> bool:
        enough = TAKEN_OVER_TIMES if self._is_certain else HUNG_UP_TIMES
        return self._times >= enough

    def thrown_out(self, how: Ending, held_s: float) -> None:
        """Take note that a connection has ended, which had held for so long."""
        is_certain = how is Ending.TAKEN_OVER
        if held_s > (self._over_s if is_certain or self.is_on else SHORT_S):
            self._forget()
        self._times += 1
        self._is_certain |= is_certain
        self._tell()

    def holds(self, held_s: float) -> None:
        """Take note of how long the connection has held by now."""
        if held_s > self._over_s:
            self._forget()
            self._tell()

    def out_of_reach(self) -> None:
        """Take note that no connection could be made: no rival is needed for that."""
        if not self._is_certain:
            self._forget()
            self._tell()

    def problems(self) -> Iterator[Problem]:
        """From any thread."""
        if problem := self._problem:
            yield problem

    def _forget(self) -> None:
        self._times = 0
        self._is_certain = False

    def _tell(self) -> None:
        before, self._problem = self._problem, self._now()
        if self._problem and self._problem != before:
            log.warning("%s", self._problem.sentence)
        elif before and not self._problem:
            log.info("The broker no longer throws this device out.")

    def _now(self) -> Problem | None:
        if not self.is_on:
            return None
        if self._is_certain:
            return Problem(
                "delivery",
                f"Another device uses the same device.id, {self._device}, or the same "
                "credentials, and the broker lets in only one of them at a time.",
                "Give each its own device.id, and its own credentials.",
            )
        return Problem(
            "delivery",
            "The broker lets this device in and soon hangs up, again and again: "
            f"perhaps another device uses the same device.id, {self._device}, or the "
            "same credentials.",
            "Give each its own device.id, and its own credentials; if none has the "
            "same, see what the broker's log says.",
        )
