"""How a vehicle moves, with its plate as the ruler.

All plates being about equally wide, a plate's width tells how far away it is and its
place how far to the side. The lens is taken for one whose focal length is the width of
the picture (53 degrees), which is near enough to tell along from across.
"""

from edge_anpr.records import Box, Direction
from edge_anpr.tracking.look import FrameSize
from edge_anpr.tracking.motion import apart, growth

LEAST_GROWTH = 0.15  # of the width, as a logarithm; less is within a box's error
LEAST_MOVE = 1.0  # in widths of the plate; less is within the vehicle's sway
ALONG = 2.0  # roads seldom run straight to the camera: along counts double


def direction(first: Box, last: Box, frame: FrameSize) -> Direction:
    """From where a plate was first seen to where it was last seen."""
    swollen = growth(first, last)
    away = frame.width / max(last.width, 1.0) - frame.width / max(first.width, 1.0)
    aside = _aside(last, frame) - _aside(first, frame)
    if abs(swollen) >= LEAST_GROWTH and ALONG * abs(away) >= abs(aside):
        return Direction.APPROACHING if away < 0 else Direction.LEAVING
    if apart(first, last) < LEAST_MOVE:
        return Direction.UNKNOWN
    dx = first.x1 + first.x2 - last.x1 - last.x2
    dy = first.y1 + first.y2 - last.y1 - last.y2
    if abs(dx) >= abs(dy):
        return Direction.LEFT if dx > 0 else Direction.RIGHT
    # A camera looks down on a road: what comes nearer sinks.
    return Direction.APPROACHING if dy < 0 else Direction.LEAVING


def _aside(box: Box, frame: FrameSize) -> float:
    """How far right of the middle, in plate widths on the road."""
    return ((box.x1 + box.x2 - frame.width) / 2) / max(box.width, 1.0)
