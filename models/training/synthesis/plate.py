"""What the generator makes: a plate's picture, and where everything in it is."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

# cv2's own stubs promise no more than "some array of numbers".
Picture = npt.NDArray[Any]
"""uint8; H x W x 3 in BGR, or H x W for a mask (0 nothing, 255 fully covered)."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SyntheticPlate:
    """One made-up plate with its surroundings, and the truth about it."""

    pixels: Picture
    """H x W x 3 uint8 BGR."""
    text: str
    """A-Z and 0-9 in reading order; of two lines, the top one first."""
    lines: int
    """1 or 2."""
    character_boxes: Floats
    """N x 4: x1, y1, x2, y2 in pixels, one row per character of `text`."""
    plate_quad: Floats
    """4 x 2: the plate's own corners, top-left and on clockwise; may lie outside."""
