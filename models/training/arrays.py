"""Names for the arrays that training passes around."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""H×W×3 BGR or H×W grey."""

Boxes = NDArray[np.float32]
"""N×4: x1, y1, x2, y2 in pixels."""

Floats = NDArray[np.floating[Any]]

Random = np.random.Generator
