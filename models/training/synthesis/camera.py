"""A bad camera: takes a picture of a plate, and says where the characters went."""

from dataclasses import replace

import cv2
import numpy as np

from models.training.synthesis.plate import Floats, Picture, SyntheticPlate
from models.training.synthesis.surface import grain, lightened
from models.training.synthesis.weather import EFFECTS, infra_red, night

MAX_WIDTH_PX = 200


_LEGIBLE = 0.7
"""Least likeness of the characters to themselves before the weather."""

_LEAST_SPREAD = 7.0
"""Standard deviation of the grey values where the characters are."""

_TRIES = 4


def photograph(plate: SyntheticPlate, rng: np.random.Generator) -> SyntheticPlate:
    """The plate as a camera by the road would show it, at most `MAX_WIDTH_PX` wide."""
    seen = tilt(plate, rng)
    for _ in range(_TRIES):
        pixels = expose(seen.pixels, seen.plate_quad, rng)
        if is_legible(pixels, seen):
            return replace(seen, pixels=pixels)
    return seen


def is_legible(pixels: Picture, plate: SyntheticPlate) -> bool:
    """Whether something is left of the characters; a guess would teach nothing."""
    before = cv2.cvtColor(plate.pixels, cv2.COLOR_BGR2GRAY)
    after = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    x1, y1 = np.floor(plate.character_boxes[:, :2]).astype(int).T
    x2, y2 = np.ceil(plate.character_boxes[:, 2:]).astype(int).T
    whole = np.s_[y1.min() : y2.max(), x1.min() : x2.max()]
    if (
        cv2.meanStdDev(after[whole])[1].item() < _LEAST_SPREAD
        or _likeness(before[whole], after[whole]) < _LEGIBLE
    ):
        return False
    # Glare or snow may leave all characters but one.
    places = [
        np.s_[top:bottom, max(left - 1, 0) : right + 1]
        for top, bottom, left, right in zip(y1, y2, x1, x2, strict=True)
    ]
    return all(
        _likeness(before[place], after[place]) > _LEGIBLE / 1.6 for place in places
    )


def _likeness(one: Picture, other: Picture) -> float:
    """Correlation, whichever of the two is the negative: 0..1."""
    return abs(cv2.matchTemplate(one, other, cv2.TM_CCOEFF_NORMED).item())


def tilt(plate: SyntheticPlate, rng: np.random.Generator) -> SyntheticPlate:
    """Seen from the side, from above, with a turned camera, and from further away."""
    height, width = plate.pixels.shape[:2]
    scale = _size_px(width, rng) / width
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32) * (width, height)
    seen = _turned(corners, rng) * scale
    seen -= seen.min(0)
    size = np.maximum(np.ceil(seen.max(0)).astype(int), 8)
    matrix = cv2.getPerspectiveTransform(
        corners.astype(np.float32), seen.astype(np.float32)
    )
    pixels = plate.pixels
    if scale < 0.7:  # else thin strokes fall between the pixels
        pixels = cv2.GaussianBlur(pixels, (0, 0), 0.35 / scale)
    pixels = cv2.warpPerspective(
        pixels,
        matrix,
        (int(size[0]), int(size[1])),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return replace(
        plate,
        pixels=pixels,
        character_boxes=_moved_boxes(plate.character_boxes, matrix, size),
        plate_quad=_moved(plate.plate_quad, matrix),
    )


def expose(pixels: Picture, plate_quad: Floats, rng: np.random.Generator) -> Picture:
    """Light, weather, lens and sensor; nothing moves any more."""
    scene: Picture = pixels.astype(np.float32)
    kind = rng.choice(3, p=(0.7, 0.14, 0.16))
    if kind == 1:
        scene = infra_red(scene, plate_quad, rng)
    elif kind == 2:
        scene = night(scene, plate_quad, rng)
    for effect, chance in EFFECTS:
        if rng.random() < chance:
            scene = effect(scene, rng)
    scene = _blurred(scene, rng)
    if rng.random() < 0.03:
        scene = _interlaced(scene, rng)
    pixels = _developed(np.clip(scene, 0, 255).astype(np.uint8), rng)
    return _compressed(pixels, rng)


def _size_px(width: int, rng: np.random.Generator) -> float:
    """Width of the picture; small ones are common where cameras watch a road."""
    smallest = 46 if width > 200 else 34
    return float(rng.triangular(smallest, 110, min(MAX_WIDTH_PX, width) + 1))


def _turned(corners: Floats, rng: np.random.Generator) -> Floats:
    centre = corners.mean(0)
    width, height = corners[2]
    angle = np.deg2rad(np.clip(rng.normal(0, 3.5), -14, 14))
    shear_x = np.clip(rng.normal(0, 0.08), -0.35, 0.35)
    shear_y = np.clip(rng.normal(0, 0.03), -0.12, 0.12)
    narrow = rng.uniform(0.78, 1.05)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shape = turn @ np.array([[narrow, shear_x], [shear_y, 1.0]])
    seen = (corners - centre) @ shape.T
    # The far side of a plate is smaller; each corner errs a little of its own.
    far = rng.normal(0, 0.04, 2)
    side = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    seen = seen * (1 + (side * far).sum(1, keepdims=True))
    seen += rng.normal(0, 0.012, seen.shape) * (width, height)
    return np.asarray(seen, np.float32)


def _moved(points: Floats, matrix: Picture) -> Floats:
    shaped = points.reshape(-1, 1, 2).astype(np.float32)
    return np.asarray(
        cv2.perspectiveTransform(shaped, matrix).reshape(-1, 2), np.float32
    )


def _moved_boxes(boxes: Floats, matrix: Picture, size: Picture) -> Floats:
    """Upright boxes round the moved ones."""
    corners = boxes[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 2)
    moved = _moved(corners, matrix).reshape(-1, 4, 2)
    upright = np.concatenate([moved.min(1), moved.max(1)], 1)
    return np.asarray(np.clip(upright, 0, np.tile(size, 2)), np.float32)


def _blurred(scene: Picture, rng: np.random.Generator) -> Picture:
    """Out of focus, shaken, or moving along the road."""
    # A blur of the same pixels hides more the fewer pixels a character has.
    unit = scene.shape[1] / 130
    kind = rng.random()
    if kind < 0.4:
        return cv2.GaussianBlur(scene, (0, 0), max(0.3, rng.uniform(0.3, 1.5) * unit))
    if kind < 0.6:
        return _moved_while_open(scene, rng.uniform(1.5, 6.5) * unit, rng)
    if kind < 0.7:
        soft = cv2.GaussianBlur(scene, (0, 0), 1.2)
        return np.asarray(scene + (scene - soft) * rng.uniform(0.5, 2.0))
    return scene


def _moved_while_open(
    scene: Picture, length_px: float, rng: np.random.Generator
) -> Picture:
    side = 2 * int(np.ceil(length_px / 2)) + 1
    kernel = np.zeros((side, side), np.float32)
    # Mostly along the road: across the picture, seldom down it.
    angle = rng.normal(0, 0.25) if rng.random() < 0.7 else rng.uniform(0, np.pi)
    half = np.array([np.cos(angle), np.sin(angle)]) * length_px / 2
    middle = side // 2
    start, end = np.round(middle - half), np.round(middle + half)
    cv2.line(
        kernel,
        (int(start[0]), int(start[1])),
        (int(end[0]), int(end[1])),
        1.0,
        1,
        cv2.LINE_AA,
    )
    return cv2.filter2D(scene, -1, kernel / max(float(kernel.sum()), 1e-6))


def _developed(pixels: Picture, rng: np.random.Generator) -> Picture:
    """Exposure, haze, white balance, gamma and sensor noise."""
    gain = float(np.exp(rng.normal(0, 0.25)))
    if rng.random() < 0.06:
        gain *= rng.uniform(1.3, 2.0)  # over-exposed
    # One table for all that treats every pixel alike.
    table = np.arange(256)[:, None] * gain * rng.normal(1, 0.05, 3)
    if rng.random() < 0.2:  # haze, a wet lens, a dirty window
        haze = rng.uniform(0.15, 0.6)
        table = table * (1 - haze) + haze * rng.uniform(90, 210)
    gamma = float(np.exp(rng.normal(0, 0.22)))
    table = 255 * (np.clip(table, 0, 255) / 255) ** gamma
    pixels = cv2.LUT(pixels, table.astype(np.uint8)[:, None, :])
    if rng.random() < 0.45:
        strength = rng.gamma(2.0, 2.5)
        noise = grain(pixels.shape, 0, rng) * strength
        if rng.random() < 0.4:
            noise = noise + grain(pixels.shape, 1, rng) * strength * 0.7
        pixels = lightened(pixels, noise.astype(np.float32))
    return pixels


def _interlaced(pixels: Picture, rng: np.random.Generator) -> Picture:
    """Half the rows were taken a moment later, as by old analogue cameras."""
    shift = int(rng.integers(1, 3))
    combed = pixels.copy()
    combed[1::2, shift:] = pixels[1::2, :-shift]
    return combed


def _compressed(pixels: Picture, rng: np.random.Generator) -> Picture:
    if rng.random() < 0.45:
        return pixels
    quality = int(rng.integers(15, 90))
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))
