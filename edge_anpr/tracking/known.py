"""Plates that were reported, so that one vehicle is not reported twice.

A plate that is in view twice at once is one vehicle: that of a lorry and its trailer,
or a reflection. One that is found where it stood, and never seen to move, has been
there all along, however long it was hidden or overlooked. One that is soon found where
it was lost on its way had stopped there: it has had no time to turn and come back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from edge_anpr.config.tracking import TrackingConfig
from edge_anpr.records import Box
from edge_anpr.tracking.track import Passage, is_still

MOST = 200  # plates that are remembered, for parked_forget_s
STOOD_S = 0.3  # in one place; what drives past has moved on by then
TURNED_S = 15.0  # in which no vehicle has driven off and come back


@dataclass(frozen=True, slots=True)
class _Known:
    plate: str
    first_s: float
    last_s: float
    place: Box  # where it was when last seen
    stood: bool  # there, rather than was on its way


class KnownPlates:
    """Those that were reported last."""

    def __init__(self, config: TrackingConfig) -> None:
        self._forget_s = config.parked_forget_s
        self._known: dict[int, _Known] = {}  # by number of the passage

    def learn(self, passage: Passage, plate: str) -> None:
        """A passage was reported, with this plate."""
        self._forget_old(passage.last.taken_s)
        self._known = dict([*self._known.items()][-MOST:])
        self._known[passage.number] = _known(passage, plate)

    def follow(self, passage: Passage) -> None:
        """A passage goes on; it may be one that was reported."""
        if known := self._known.get(passage.number):
            self._known[passage.number] = _known(passage, known.plate)

    def stay(self, until_s: Mapping[int, float]) -> None:
        """These were there until then, by number of the passage, now over."""
        for number in until_s.keys() & self._known.keys():
            known = self._known[number]
            last_s = max(known.last_s, until_s[number])
            self._known[number] = replace(known, last_s=last_s)

    def account_for(self, passage: Passage, plate: str) -> bool:
        """Whether a passage is of a vehicle that was reported as another passage."""
        self._forget_old(passage.first.taken_s)
        for number, known in self._known.items():
            is_other = number != passage.number and known.plate == plate
            if is_other and self._are_one(known, passage):
                last_s = max(known.last_s, passage.last.taken_s)
                same = replace(known, last_s=last_s)  # under either number
                self._known[number] = self._known[passage.number] = same
                return True
        return False

    def _forget_old(self, now_s: float) -> None:
        since_s = now_s - self._forget_s
        self._known = {
            number: known
            for number, known in self._known.items()
            if known.last_s >= since_s
        }

    def _are_one(self, known: _Known, passage: Passage) -> bool:
        first_s, last_s = passage.first.taken_s, passage.last.taken_s
        if first_s <= known.last_s and known.first_s <= last_s:
            return True
        within_s = self._forget_s if known.stood else min(TURNED_S, self._forget_s)
        return (
            not passage.has_moved
            and is_still(known.place, passage.place)
            and first_s - known.last_s <= within_s
        )


def _known(passage: Passage, plate: str) -> _Known:
    first_s, last_s = passage.first.taken_s, passage.last.taken_s
    stood = last_s - passage.still_since_s >= STOOD_S
    return _Known(plate, first_s, last_s, passage.place, stood)
