"""One look at one plate, and when and in how large a picture it was taken."""

from dataclasses import dataclass
from datetime import datetime

from edge_anpr.records import Box, ClockQuality, Detection, PlateRead

FULL_WIDTH_PX = 130.0  # a one-line plate is legible from here on (Milestone XProtect)
LEAST_QUALITY = 0.01  # of the poorest look: its vote is small, not nothing


@dataclass(frozen=True, slots=True)
class Moment:
    """When a frame was taken, on both clocks."""

    taken_at: datetime  # aware, UTC
    taken_s: float  # the monotonic clock, for intervals
    clock: ClockQuality = ClockQuality.SYNCED  # of taken_at


@dataclass(frozen=True, slots=True)
class FrameSize:
    """How large a frame is, in pixels."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Look:
    """One plate in one frame."""

    detection: Detection
    read: PlateRead | None  # None: a plate is there, but could not be read
    sharpness: float  # 0..1, 1 as crisp as a plate gets
    crop_jpeg: bytes | None = None  # the very crop that was read
    is_large: bool = True  # enough to be read

    @property
    def box(self) -> Box:
        return self.detection.box

    @property
    def quality(self) -> float:
        """How much the picture can be trusted, 0..1: sharpness times size."""
        size = min(self.box.width / FULL_WIDTH_PX, 1.0)
        return max(self.sharpness * size, LEAST_QUALITY)

    @property
    def weight(self) -> float:
        """How much the read can be trusted, 0..1."""
        return self.quality * self.read.confidence if self.read else 0.0
