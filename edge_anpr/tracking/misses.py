"""Vehicles that passed and were not reported: the last of them, with the reason.

They are kept in memory alone and end with the program: what was not worth reporting is
not worth storing.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Lock

from edge_anpr.tracking.look import Look
from edge_anpr.tracking.track import Passage

MOST = 48  # with crops of about 5 kB
LEAST_SHARP = 0.2  # of a look; below this a plate is blurred


class Reason(StrEnum):
    """Why a vehicle was not reported; in the order in which it could have gone well."""

    SMALL = "too small"
    BLURRED = "blurred"
    UNREAD = "unread"
    MISREAD = "misread"  # much the same plate was read there, and more often
    FEW_READS = "too few reads"
    UNSURE = "unsure"  # whatever was read, it is hardly that
    NO_FORMAT = "no format"


@dataclass(frozen=True, slots=True)
class Miss:
    """One vehicle that was not reported."""

    number: int  # from 1, since the start
    reason: Reason
    seen_at: datetime  # aware, UTC
    seconds: float  # in view
    width_px: float  # of the plate, at its best look
    sharpness: float  # 0..1, likewise
    text: str  # what it may have said; empty: nothing was read
    confidence: float  # 0..1
    crop_jpeg: bytes | None


class Misses:
    """The last ones; one thread adds, others look."""

    def __init__(self, most: int = MOST) -> None:
        self._lock = Lock()
        self._number = 0
        self._misses: deque[Miss] = deque(maxlen=most)

    def add(self, reason: Reason, passage: Passage) -> None:
        best = passage.looks[0] if passage.looks else passage.unread
        if best is None:
            return
        vote, first, last = passage.vote, passage.first, passage.last
        with self._lock:
            self._number += 1
            self._misses.append(
                Miss(
                    number=self._number,
                    reason=reason,
                    seen_at=last.taken_at,
                    seconds=last.taken_s - first.taken_s,
                    width_px=best.box.width,
                    sharpness=best.sharpness,
                    text=vote.text if vote else "",
                    confidence=vote.confidence if vote else 0.0,
                    crop_jpeg=best.crop_jpeg,
                )
            )

    def recent(self) -> list[Miss]:
        """Newest first."""
        with self._lock:
            return [*reversed(self._misses)]

    def forget(self, plate: str) -> int:
        """Erase those that may have been this plate; count them."""
        with self._lock:
            kept = [each for each in self._misses if each.text != plate]
            count = len(self._misses) - len(kept)
            self._misses = deque(kept, self._misses.maxlen)
        return count


def unread_reason(look: Look | None) -> Reason:
    """Why a vehicle was never read, by its best look."""
    if look is None:
        return Reason.UNREAD
    if not look.is_large:
        return Reason.SMALL
    return Reason.BLURRED if look.sharpness < LEAST_SHARP else Reason.UNREAD
