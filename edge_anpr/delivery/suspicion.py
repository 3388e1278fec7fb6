"""Tell what a broker will never take from what a bad network has broken off.

A broker of MQTT 3.1.1 cannot say that a message is too large: it hangs up, each time,
and nothing behind that message would ever be sent. A bad network does so now and then.
The difference: the connection had held for a while, a small message was acknowledged on
it just before, and that is how it ends again and again, with this message only.

Silence is likelier the network's, in any version of MQTT. After more tries it tells as
much of a crop, which the line may be too slow for; never of what matters more.
"""

import math
from dataclasses import dataclass

from edge_anpr.delivery.courier import Owed
from edge_anpr.errors import HungUp, TimedOut
from edge_anpr.records import Kind

STEADY_S = 1.0  # a connection that has held for so long is no broken one
CROP_TRIES = 3  # on steady connections
OTHER_TRIES = 10  # for silence, and what matters most is given up last,
AT_ONCE = 5  # and not held back before it was lost so often
REPEATED_TRIES = 100  # of a crop whose size tells nothing: about an hour


@dataclass(frozen=True, slots=True)
class _Suspect:
    kind: Kind
    id: str
    revision: int


class Suspicion:
    """Of one message at a time: that it never passes, for its size most likely."""

    def __init__(self) -> None:
        self._suspect: _Suspect | None = None
        self._fault: type[HungUp | TimedOut] = HungUp  # how it was lost
        self._losses = 0  # of it, in a row
        self._steady_losses = 0  # on steady connections
        self._largest_bytes = 0  # that was acknowledged

    def falls_on(self, owed: Owed) -> bool:
        """Whether it is to be tried on a steady connection now and then."""
        enough = 1 if owed.kind is Kind.CROP else AT_ONCE
        return _suspect(owed) == self._suspect and self._losses >= enough

    def is_strong(self, owed: Owed) -> bool:
        """Whether it is lost so regularly that nothing else is to wait for it.

        Some brokers hang up on what they forbid. Crops hold up nothing anyway.
        """
        is_crop = owed.kind is Kind.CROP
        is_same = _suspect(owed) == self._suspect
        return is_same and not is_crop and self._steady_losses >= AT_ONCE

    def acknowledged(self, size_bytes: int) -> None:
        self._largest_bytes = max(self._largest_bytes, size_bytes)

    def is_certain(
        self,
        owed: Owed,
        size_bytes: int,
        fault: HungUp | TimedOut,
        *,
        was_steady: bool,
    ) -> bool:
        """Take note that it was lost like this; whether it always will be."""
        if isinstance(fault, TimedOut) and owed.kind is not Kind.CROP:
            self._suspect = None  # the line is slow for more than a crop
            return False
        if _suspect(owed) != self._suspect or type(fault) is not self._fault:
            self._suspect, self._fault = _suspect(owed), type(fault)
            self._losses = self._steady_losses = 0
        self._losses += 1
        self._steady_losses += was_steady
        return self._steady_losses >= self._tries(owed.kind, size_bytes)

    def _tries(self, kind: Kind, size_bytes: int) -> float:
        """After how many on steady connections it is certain."""
        is_crop = kind is Kind.CROP
        if size_bytes <= self._largest_bytes:
            return REPEATED_TRIES if is_crop else math.inf
        return CROP_TRIES if is_crop and self._fault is HungUp else OTHER_TRIES


def _suspect(owed: Owed) -> _Suspect:
    return _Suspect(Kind(owed.kind), owed.sighting.id, owed.sighting.revision)
