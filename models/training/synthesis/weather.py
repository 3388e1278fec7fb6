"""Light and weather on a scene; nothing in it moves."""

import cv2
import numpy as np

from models.training.synthesis.plate import Floats, Picture
from models.training.synthesis.surface import grain


def _plate_mask(shape: tuple[int, ...], quad: Floats) -> Picture:
    mask = np.zeros(shape[:2], np.float32)
    cv2.fillConvexPoly(mask, np.round(quad).astype(np.int32), 1.0)
    return mask[..., None]


def infra_red(scene: Picture, quad: Floats, rng: np.random.Generator) -> Picture:
    """Grey; the sheet throws the lamp's light back, coloured ink turns pale."""
    dyes_vanish = rng.uniform(0.3, 0.9)
    grey = scene.mean(2, keepdims=True)
    grey = grey + (scene.max(2, keepdims=True) - grey) * dyes_vanish
    mask = _plate_mask(scene.shape, quad)
    gain = rng.uniform(0.8, 1.7)
    grey = grey * (mask * gain + (1 - mask) * rng.uniform(0.05, 0.5))
    return np.repeat(grey, 3, 2)


def night(scene: Picture, quad: Floats, rng: np.random.Generator) -> Picture:
    """Only lamps light the plate: dark round it, warm or cold, often hardly lit."""
    mask = _plate_mask(scene.shape, quad)
    lamp = rng.uniform((0.5, 0.7, 0.8), 1.0)
    plate_gain = rng.uniform(0.2, 1.1)
    return np.asarray(
        scene * lamp.astype(np.float32) * (mask * plate_gain + (1 - mask) * 0.15)
    )


def _dirty(scene: Picture, rng: np.random.Generator) -> Picture:
    """Mud, dust or snow in patches; seldom thick enough to hide a character."""
    height, width = scene.shape[:2]
    colour = np.array(
        ((40, 60, 80), (90, 110, 125), (235, 235, 235))[rng.integers(3)], np.float32
    )
    patches = cv2.resize(grain((24, 48), 2, rng), (width, height))
    patches = patches + grain(scene.shape, 1, rng) * 0.3
    share = np.clip((patches - rng.uniform(0.6, 1.6)) * 1.6, 0, rng.uniform(0.3, 0.8))
    if rng.random() < 0.5:  # dirt gathers below, snow lies above
        share = share * np.linspace(0, 1.3, height, dtype=np.float32)[:, None]
    return np.asarray(scene + (colour - scene) * np.clip(share, 0, 1)[..., None])


def _shadowed(scene: Picture, rng: np.random.Generator) -> Picture:
    """The edge of a shadow across the plate."""
    height, width = scene.shape[:2]
    angle = rng.uniform(0, np.pi)
    x, y = np.cos(angle), np.sin(angle)
    ramp = (
        np.arange(width, dtype=np.float32) * x
        + (np.arange(height, dtype=np.float32) * y)[:, None]
    )
    edge = rng.uniform(ramp.min(), ramp.max())
    softness = rng.uniform(0.5, 6)
    lit = np.clip((ramp - edge) / softness + 0.5, 0, 1)
    dark = rng.uniform(0.3, 0.8)
    return np.asarray(scene * (dark + (1 - dark) * lit)[..., None])


def _lit_unevenly(scene: Picture, rng: np.random.Generator) -> Picture:
    corners = rng.uniform(0.5, 1.4, (2, 2)).astype(np.float32)
    light = cv2.resize(corners, (scene.shape[1], scene.shape[0]))
    return np.asarray(scene * light[..., None])


def _glaring(scene: Picture, rng: np.random.Generator) -> Picture:
    """A head lamp or the sun: a white spot that fades outwards."""
    height, width = scene.shape[:2]
    x = np.arange(width, dtype=np.float32) - rng.uniform(-0.1, 1.1) * width
    y = np.arange(height, dtype=np.float32) - rng.uniform(-0.1, 1.1) * height
    reach = rng.uniform(0.08, 0.3) * width
    spot = np.exp(-(x**2 + (y**2)[:, None]) / (2 * reach**2))
    return np.asarray(scene + spot[..., None] * rng.uniform(60, 260))


def _rained_on(scene: Picture, rng: np.random.Generator) -> Picture:
    """Drops that show the scene displaced and a little brighter."""
    wet = scene.copy()
    height, width = scene.shape[:2]
    blurred = cv2.blur(scene, (5, 5)) * 1.08
    mask = np.zeros((height, width), np.uint8)
    for _ in range(rng.integers(3, 14)):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        radius = int(rng.integers(1, max(2, height // 12) + 1))
        cv2.circle(mask, centre, radius, 255, -1)
    inside = mask > 0
    wet[inside] = blurred[inside]
    return wet


def _lamps_above(scene: Picture, rng: np.random.Generator) -> Picture:
    """The plate's own lamps at night: two bright spots at its upper edge."""
    height, width = scene.shape[:2]
    x = np.arange(width, dtype=np.float32) / width
    y = np.arange(height, dtype=np.float32)[:, None] / height
    middle, apart = rng.uniform(0.4, 0.6), rng.uniform(0.0, 0.3)
    reach = rng.uniform(0.1, 0.3)
    spots = sum(
        np.exp(-(((x - middle - side * apart) / reach) ** 2)) for side in (-1, 1)
    )
    light = rng.uniform(0.4, 0.9) + spots * np.exp(-y / rng.uniform(0.2, 0.7)) * 0.9
    return np.asarray(scene * light[..., None])


EFFECTS = (
    (_dirty, 0.15),
    (_shadowed, 0.22),
    (_lit_unevenly, 0.3),
    (_glaring, 0.06),
    (_rained_on, 0.05),
    (_lamps_above, 0.06),
)
"""What may befall a scene (H x W x 3 float32), and how often it does."""
