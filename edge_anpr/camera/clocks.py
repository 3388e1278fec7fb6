"""When a frame was taken, on both clocks."""

import time
from datetime import UTC, datetime, timedelta

from edge_anpr.records import Frame, Pixels


def frame_taken(age_s: float, pixels: Pixels, small: Pixels | None = None) -> Frame:
    """A frame that was taken this many seconds ago."""
    return Frame(
        pixels,
        taken_at=datetime.now(UTC) - timedelta(seconds=age_s),
        taken_s=time.monotonic() - age_s,
        small=small,
    )
