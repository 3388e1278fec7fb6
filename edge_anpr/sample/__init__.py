"""Street scenes with number plates of known truth, drawn rather than photographed.

They prove that an installation can find and read plates, on the device itself, without
a camera, a network or anybody's real number plate.
"""

from edge_anpr.sample.plate import STYLES, DrawnPlate, PlateStyle, render_plate
from edge_anpr.sample.scene import Scene, ScenePlate, render_scene

__all__ = [
    "STYLES",
    "DrawnPlate",
    "PlateStyle",
    "Scene",
    "ScenePlate",
    "render_plate",
    "render_scene",
]
