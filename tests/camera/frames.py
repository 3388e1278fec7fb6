"""Frames of which only the time matters."""

from datetime import UTC, datetime

import numpy as np

from edge_anpr.records import Frame

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def frame_at(taken_s: float) -> Frame:
    return Frame(np.zeros((2, 2, 3), np.uint8), NOON, taken_s)
