"""Plates of known texts laid over those of training frames, as crops for the reader.

Text and edges are known of them, and what surrounds them is a vehicle: files of crops
end where the plate ends, and drawn surroundings are seen through.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from models.training.arrays import Boxes, Pixels, Random
from models.training.crops import LONGEST, WIDE, Crop, on_canvas
from models.training.frames import LabelledFrame
from models.training.pasting import PlatePaster

NARROWEST_PX = 40
"""Of the plates that others are laid over: what is round them is to be seen."""
WIDTHS_PX = 60, 180
"""To which they are scaled before."""
ROOM = 0.9
"""Of what is kept round a plate, in parts of its width and height."""


def relaid_crops(
    frames: Sequence[LabelledFrame], paster: PlatePaster, count: int, rng: Random
) -> Iterator[Crop]:
    """So many, of places drawn by lot among the frames' plates."""
    places = [
        (frame, box)
        for frame in frames
        for box in frame.boxes
        if box[2] - box[0] >= NARROWEST_PX
    ]
    for pick in rng.integers(len(places), size=count):
        frame, box = places[pick]
        pixels, place = _close_up(frame.pixels(), box, rng)
        corners, plate = paster.paste(pixels, place, rng)
        if 0 < len(plate.text) <= LONGEST:
            edges = np.concatenate([corners.min(0), corners.max(0)])
            grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
            canvas = on_canvas(grey, edges, WIDE)
            yield Crop(canvas, plate.text, "relaid", is_framed=True)


def _close_up(pixels: Pixels, box: Boxes, rng: Random) -> tuple[Pixels, Boxes]:
    """The box with some room, to another scale; and where the box is there."""
    height, width = pixels.shape[:2]
    across, down = ROOM * (box[2:] - box[:2])
    x1, y1 = max(int(box[0] - across), 0), max(int(box[1] - down), 0)
    x2, y2 = min(int(box[2] + across), width), min(int(box[3] + down), height)
    scale = np.exp(rng.uniform(*np.log(WIDTHS_PX))) / (box[2] - box[0])
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    part = cv2.resize(
        pixels[y1:y2, x1:x2], None, fx=scale, fy=scale, interpolation=method
    )
    place = (box - np.array([x1, y1, x1, y1])) * scale
    return np.asarray(part, np.uint8), place.astype(np.float32)
