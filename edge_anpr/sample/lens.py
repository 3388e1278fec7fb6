"""What the camera does to a picture: glare, blur, vignetting, noise, compression."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from edge_anpr.sample import paint
from edge_anpr.sample.brush import Lamp
from edge_anpr.sample.light import Light
from edge_anpr.sample.paint import Pixels

GLARE_SHRINK = 4  # glare is soft enough to be worked out on a smaller picture


@dataclass(frozen=True, slots=True)
class Lens:
    """How good the camera is."""

    blur_px: float = 0.55
    motion_px: float = 0.0
    """Length of the smear along the direction of travel, down the picture."""

    vignette: float = 0.18
    jpeg_quality: int = 88


def expose(pixels: Pixels, light: Light) -> Pixels:
    """Turn the picture painted by daylight into one taken by `light`."""
    if light.is_grey:
        grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
        pixels = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
    curve = np.clip(np.arange(256)[:, None] * light.gain, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(pixels, curve[:, None]), np.uint8)


def light_lamps(pixels: Pixels, lamps: list[Lamp], light: Light) -> None:
    """Switch the lamps on: a burnt-out core, a halo and a beam's flare, in place."""
    if not light.lamps:
        return
    height, width = pixels.shape[:2]
    small = (height // GLARE_SHRINK + 1, width // GLARE_SHRINK + 1)
    glare = np.zeros((*small, 3), np.float32)
    for lamp in lamps:
        colour = np.full(3, 255.0) if light.is_grey else lamp.colour
        core = paint.oval(lamp.x, lamp.y, lamp.radius_px, lamp.radius_px * 0.85)
        hot = np.minimum(colour * 0.6 + 120, 255)
        paint.shade(pixels, core, (hot, hot), light.lamps, lamp.radius_px * 0.2)
        glare += _halo(lamp, small)[..., None] * colour.astype(np.float32)
    spread = cv2.resize(glare, (width, height), interpolation=cv2.INTER_LINEAR)
    lit = pixels + np.asarray(spread) * np.float32(light.lamps)
    pixels[:] = np.minimum(lit, 255).astype(np.uint8)


def _halo(lamp: Lamp, shape: tuple[int, int]) -> npt.NDArray[np.float32]:
    y = np.arange(shape[0], dtype=np.float32)[:, None]
    x = np.arange(shape[1], dtype=np.float32)[None]
    dx = (x * GLARE_SHRINK - lamp.x) / lamp.radius_px
    dy = (y * GLARE_SHRINK - lamp.y) / lamp.radius_px
    far = dx**2 + dy**2
    flare = 0.16 * np.exp(-np.abs(dy) * 1.8 - np.abs(dx) / 5)
    halo = 0.75 * np.exp(-far / 2.2) + 0.3 * np.exp(-np.sqrt(far) / 2.6) + flare
    return np.asarray(halo, np.float32)


def take(pixels: Pixels, lens: Lens, light: Light, rng: np.random.Generator) -> Pixels:
    """Take the picture: HxWx3 uint8 BGR in and out."""
    seen = cv2.GaussianBlur(pixels, (0, 0), lens.blur_px)
    if lens.motion_px > 1:
        seen = _smear(np.asarray(seen, np.uint8), lens.motion_px)
    height, width = pixels.shape[:2]
    patches = 1 + 0.05 * paint.clouds(rng, width // 4 + 1, height // 4 + 1, 5)
    gain = 128 * patches * _falloff(patches.shape, lens)
    even = cv2.resize(np.asarray(gain, np.float32), (width, height)).astype(np.uint8)
    seen = cv2.multiply(seen, cv2.cvtColor(even, cv2.COLOR_GRAY2BGR), scale=1 / 128)
    noise = _noise(height, width, light, rng)
    raw = cv2.add(seen, noise, dtype=cv2.CV_8U)
    quality = [cv2.IMWRITE_JPEG_QUALITY, lens.jpeg_quality]
    _, packed = cv2.imencode(".jpg", raw, quality)
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def _smear(pixels: Pixels, motion_px: float) -> Pixels:
    reach = round(motion_px)
    kernel = np.full((reach, 1), 1 / reach, np.float32)
    return np.asarray(cv2.filter2D(pixels, -1, kernel), np.uint8)


def _falloff(shape: tuple[int, ...], lens: Lens) -> npt.NDArray[np.float32]:
    y = np.linspace(-1, 1, shape[0])[:, None]
    x = np.linspace(-1, 1, shape[1])[None]
    return np.asarray(1 - lens.vignette * (x**2 + y**2) / 2, np.float32)


def _noise(
    height: int, width: int, light: Light, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """In colour it is coarser than in brightness: cameras smooth it."""
    fine = rng.standard_normal((height, width), np.float32) * np.float32(light.noise)
    fine = np.asarray(cv2.GaussianBlur(fine, (0, 0), 0.5), np.float32) * 1.4
    if light.is_grey:
        return np.asarray(cv2.cvtColor(fine, cv2.COLOR_GRAY2BGR), np.float32)
    coarse = rng.standard_normal((height // 2 + 1, width // 2 + 1, 3), np.float32)
    coarse *= np.float32(light.noise * 0.5)
    grown = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(grown, np.float32) + fine[..., None]
