"""What makes a plate's surface more than two flat colours."""

import cv2
import numpy as np

from models.training.synthesis.colours import Colour
from models.training.synthesis.plate import Picture

_NOISE_SIDE = 512


def _noise_tiles() -> list[Picture]:
    """Grain of several sizes around zero; made once, for random numbers are slow."""
    rng = np.random.default_rng(20261122)
    side = _NOISE_SIDE
    fine = rng.normal(0, 1, (side, side)).astype(np.float32)
    tiles: list[Picture] = [fine]
    for sigma in (1.2, 4.0, 14.0):
        blurred = cv2.GaussianBlur(fine, (0, 0), sigma)
        tiles.append(blurred / float(blurred.std()))
    return tiles


_TILES = _noise_tiles()


def grain(shape: tuple[int, ...], coarseness: int, rng: np.random.Generator) -> Picture:
    """H x W float32 of mean 0 and deviation 1; coarseness 0 (pixels) to 3 (clouds)."""
    tile = _TILES[coarseness]
    height, width = min(shape[0], _NOISE_SIDE), min(shape[1], _NOISE_SIDE)
    y = int(rng.integers(_NOISE_SIDE - height + 1))
    x = int(rng.integers(_NOISE_SIDE - width + 1))
    piece = tile[y : y + height, x : x + width]
    if rng.random() < 0.5:
        piece = piece[:, ::-1]
    if (height, width) != shape[:2]:
        piece = cv2.resize(piece, (shape[1], shape[0]))
    return piece


def cover(plate: Picture, mask: Picture, colour: Colour, strength: float) -> Picture:
    """The plate painted through the mask."""
    share = mask.astype(np.float32) * np.float32(strength / 255)
    paint = np.empty_like(plate)
    cv2.rectangle(paint, (0, 0), plate.shape[1::-1], colour, -1)
    return cv2.blendLinear(paint, plate, share, 1 - share)


def weighted(mask: Picture, weight: float) -> Picture:
    """The mask with fatter (positive) or thinner strokes, in pixels of about ±1."""
    if abs(weight) < 0.08:
        return mask
    kernel = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    change = cv2.dilate if weight > 0 else cv2.erode
    share = min(abs(weight), 1.0)
    return cv2.addWeighted(change(mask, kernel), share, mask, 1 - share, 0)


def pressed(plate: Picture, mask: Picture, rng: np.random.Generator) -> Picture:
    """Characters that stand out: a light rim towards the light, a dark one opposite."""
    angle = rng.uniform(0, 2 * np.pi)
    reach = int(rng.integers(1, 3))
    dx, dy = round(np.cos(angle) * reach), round(np.sin(angle) * reach)
    body = mask
    if rng.random() < 0.6:  # the pressed form is wider than the paint on top of it
        body = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    kernel[reach + dy, reach + dx] = 1
    kernel[reach - dy, reach - dx] = -1
    lit = cv2.filter2D(body, cv2.CV_32F, kernel * rng.uniform(0.06, 0.3))
    return lightened(plate, cv2.blur(lit, (3, 3)))


def lightened(plate: Picture, light: Picture) -> Picture:
    """The plate with H x W float32 light added to all its colours."""
    return cv2.add(plate, cv2.merge([light] * 3), dtype=cv2.CV_8U)


def aged(plate: Picture, rng: np.random.Generator) -> Picture:
    """Grain of the reflecting sheet, clouds of dirt, and scratches."""
    light = grain(plate.shape, 1, rng) * rng.uniform(0.5, 4.0)
    if rng.random() < 0.5:
        light = light + grain(plate.shape, 3, rng) * rng.uniform(2, 14)
    if rng.random() < 0.07:
        spots = np.maximum(grain(plate.shape, int(rng.integers(1, 3)), rng) - 1.6, 0)
        light = light - spots * rng.uniform(15, 60)
    worn = lightened(plate, light.astype(np.float32))
    if rng.random() < 0.12:
        height, width = plate.shape[:2]
        for _ in range(rng.integers(1, 6)):
            start = (int(rng.integers(width)), int(rng.integers(height)))
            end = (start[0] + int(rng.normal(0, 30)), start[1] + int(rng.normal(0, 9)))
            shade = float(rng.uniform(40, 220))
            cv2.line(worn, start, end, (shade, shade, shade), 1, cv2.LINE_AA)
    return worn


def gradient(
    width: int, height: int, colours: list[Colour], rng: np.random.Generator
) -> Picture:
    """Soft patches of these colours: H x W x 3 uint8."""
    rows, columns = int(rng.integers(1, 4)), int(rng.integers(1, 5))
    picks = rng.integers(len(colours), size=(rows, columns))
    small = np.array(colours, np.float32)[picks]
    small += rng.normal(0, 8, small.shape).astype(np.float32)
    return cv2.resize(
        np.clip(small, 0, 255).astype(np.uint8),
        (width, height),
        interpolation=cv2.INTER_LINEAR,
    )
