"""What light, lens, sensor and codec do to a picture; pixels in, pixels out."""

import cv2
import numpy as np

from models.training.arrays import Pixels, Random

NOISE = 2.0, 28.0
"""Grey levels, one standard deviation: from a good day to a cheap sensor's night."""
QUALITIES = 12, 75
"""Of a JPEG, from a thumbnail to a web page."""


def spoil_frame(pixels: Pixels, rng: Random) -> Pixels:
    """A whole frame, H×W×3 BGR: colours, darkness, blur, noise, compression."""
    if rng.random() < 0.2:
        grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
        pixels = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
    elif rng.random() < 0.08:
        pixels = shift_hue(pixels, rng)
    if rng.random() < 0.8:
        pixels = change_tones(pixels, rng, per_channel=rng.random() < 0.2)
    if rng.random() < 0.15:
        pixels = darken(pixels, rng)
    if rng.random() < 0.16:
        pixels = blur(pixels, rng)
    if rng.random() < 0.15:
        pixels = add_noise(pixels, rng)
    if rng.random() < 0.15:
        pixels = compress(pixels, rng)
    return pixels


def change_tones(pixels: Pixels, rng: Random, *, per_channel: bool = False) -> Pixels:
    """Gamma, contrast and brightness by look-up table."""
    tables = [_tone_table(rng) for _ in range(3 if per_channel else 1)]
    if per_channel:
        table = np.stack(tables, -1)[None]
        shared = _tone_table(rng, strength=0.5)
        table = shared[table]
    else:
        table = tables[0]
    return np.asarray(cv2.LUT(pixels, table), np.uint8)


def shift_hue(pixels: Pixels, rng: Random) -> Pixels:
    colours = cv2.cvtColor(pixels, cv2.COLOR_BGR2HSV)
    colours[..., 0] = (colours[..., 0] + rng.integers(0, 180)) % 180
    colours[..., 1] = cv2.convertScaleAbs(colours[..., 1], alpha=rng.uniform(0.3, 1.5))
    return np.asarray(cv2.cvtColor(colours, cv2.COLOR_HSV2BGR), np.uint8)


def darken(pixels: Pixels, rng: Random) -> Pixels:
    """Night: little light, a colour cast, the sensor's noise in what is left."""
    cast = rng.uniform(0.7, 1.0, 3) * np.exp(rng.uniform(np.log(0.08), np.log(0.5)))
    dark = np.clip(pixels * cast.astype(np.float32), 0, 255).astype(np.uint8)
    return add_noise(dark, rng)


def blur(pixels: Pixels, rng: Random, largest: float = 7.0) -> Pixels:
    """Out of focus, or moved while the shutter was open (mostly along the road)."""
    if rng.random() < 0.5:
        sigma = rng.uniform(0.5, largest / 4)
        return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)
    length = rng.uniform(2, largest)
    size = int(np.ceil(length)) | 1
    turn = rng.normal(0, 0.5) if rng.random() < 0.75 else rng.uniform(0, np.pi)
    step = np.array([np.cos(turn), np.sin(turn)]) * length / 2
    kernel = np.zeros((size, size), np.float32)
    middle = np.array([size // 2, size // 2])
    start, end = (np.rint((middle + s * step) * 16).astype(int) for s in (-1, 1))
    cv2.line(kernel, start.tolist(), end.tolist(), 1.0, 1, cv2.LINE_AA, 4)
    total = float(kernel.sum())
    if total <= 0:
        return pixels
    return np.asarray(cv2.filter2D(pixels, -1, kernel / total), np.uint8)


def add_noise(pixels: Pixels, rng: Random) -> Pixels:
    grain = np.empty(pixels.shape, np.int16)
    cv2.setRNGSeed(int(rng.integers(1 << 31)))
    strength = np.full((4, 1), np.exp(rng.uniform(*np.log(NOISE))))
    cv2.randn(grain, np.zeros((4, 1)), strength)
    return np.asarray(cv2.add(pixels, grain, dtype=cv2.CV_8U), np.uint8)


def compress(
    pixels: Pixels, rng: Random, qualities: tuple[int, int] = QUALITIES
) -> Pixels:
    quality = int(rng.integers(*qualities))
    _, code = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    flag = cv2.IMREAD_COLOR if pixels.ndim == 3 else cv2.IMREAD_GRAYSCALE
    return np.asarray(cv2.imdecode(code, flag), np.uint8)


def _tone_table(rng: Random, strength: float = 1.0) -> Pixels:
    gamma = np.exp(rng.normal(0, 0.3 * strength))
    contrast = np.exp(rng.normal(0, 0.28 * strength))
    offset = rng.normal(0, 0.09 * strength)
    values = (np.arange(256) / 255) ** gamma
    values = (values - 0.5) * contrast + 0.5 + offset
    return np.asarray(np.clip(values * 255, 0, 255), np.uint8)
