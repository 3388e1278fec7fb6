"""Where a point of the street falls in the picture.

Metres, X to the right, Y up from the road, Z away from the camera.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]  # Nx3 in the street, Nx2 in the picture

NEAREST_M = 0.4


@dataclass(frozen=True, slots=True)
class View:
    """A level pinhole camera above the road."""

    width_px: int
    height_px: int
    focal_px: float
    horizon_px: float
    camera_m: float  # above the road
    roll: float  # radians

    def project(self, points: Points) -> Points:
        """Nx3 metres to Nx2 pixels; what is behind the camera is held before it."""
        away = np.maximum(points[:, 2], NEAREST_M)
        x = self.focal_px * points[:, 0] / away
        y = self.focal_px * (self.camera_m - points[:, 1]) / away
        y += self.horizon_px - self.height_px / 2
        cos, sin = np.cos(self.roll), np.sin(self.roll)
        turned: Points = np.stack([x * cos - y * sin, x * sin + y * cos], axis=1)
        turned += np.array([self.width_px / 2, self.height_px / 2])
        return turned

    def px_per_m(self, away_m: float) -> float:
        return self.focal_px / max(away_m, NEAREST_M)


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a vehicle stands: the middle of the end that faces the camera."""

    x_m: float
    away_m: float
    yaw: float  # radians, 0 is straight towards the camera

    def place(self, points: Points) -> Points:
        """From the vehicle's own metres (Z into the vehicle) to the street's."""
        cos, sin = np.cos(self.yaw), np.sin(self.yaw)
        x, y, z = points.T
        return np.stack(
            [x * cos + z * sin + self.x_m, y, z * cos - x * sin + self.away_m], axis=1
        )

    def camera(self, height_m: float) -> Points:
        """The camera, seen from the vehicle: 3 metres."""
        cos, sin = np.cos(self.yaw), np.sin(self.yaw)
        x, z = -self.x_m, -self.away_m
        return np.array([x * cos - z * sin, height_m, x * sin + z * cos])
