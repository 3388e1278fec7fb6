"""Pictures printed under the characters, as American states like them."""

import cv2
import numpy as np

from models.training.synthesis.colours import Colour, tint
from models.training.synthesis.lettering import Area
from models.training.synthesis.plate import Picture
from models.training.synthesis.silhouettes import draw_figure
from models.training.synthesis.surface import gradient

_TINTS = ("skyblue", "white", "yellow", "pink", "lightgreen", "orange", "cream")
_STRONG = ("blue", "navy", "green", "red", "yellow", "orange", "maroon", "purple")


def draw_backdrop(
    plate: Picture, background: Colour, rng: np.random.Generator
) -> Picture:
    """The plate with a tint, hills, stripes or a pale picture in its middle."""
    height, width = plate.shape[:2]
    picks = rng.integers(len(_TINTS), size=2)
    tints = [tint(_TINTS[pick], rng) for pick in picks]
    clouds = gradient(width, height, [background, background, *tints], rng)
    share = rng.uniform(0.3, 0.8)
    scene: Picture = cv2.addWeighted(plate, 1 - share, clouds, share, 0)
    # Some are as dark as the characters that stand before them.
    strength = rng.uniform(0.15, 0.5) if rng.random() < 0.7 else rng.uniform(0.5, 0.85)
    layer = scene.copy()
    colour = tint(_STRONG[rng.integers(len(_STRONG))], rng)
    if rng.random() < 0.4:
        _hills(layer, colour, rng)
    if rng.random() < 0.4:
        _emblem(layer, colour, rng)
    scene = cv2.addWeighted(scene, 1 - strength, layer, strength, 0)
    if rng.random() < 0.3:  # a full band behind the state's name or the slogan
        depth = round(height * rng.uniform(0.14, 0.24))
        y = 0 if rng.random() < 0.6 else height - depth
        cv2.rectangle(scene, (0, y), (width, y + depth), colour, -1)
    return scene


def _hills(layer: Picture, colour: Colour, rng: np.random.Generator) -> None:
    """A line of hills, trees or towers along the lower half."""
    height, width = layer.shape[:2]
    count = int(rng.integers(5, 16))
    xs = np.linspace(0, width, count)
    ys = height * (rng.uniform(0.35, 0.8) + rng.normal(0, 0.1, count))
    line = np.stack([xs, ys], 1)
    corners = np.concatenate([line, [(width, height), (0, height)]])
    cv2.fillPoly(layer, [corners.astype(np.int32)], colour, cv2.LINE_AA)


def _emblem(layer: Picture, colour: Colour, rng: np.random.Generator) -> None:
    """A large shape behind the middle of the text: a fruit, a tree, a map."""
    height, width = layer.shape[:2]
    if rng.random() < 0.6:
        tall, wide = height * rng.uniform(0.35, 0.8), height * rng.uniform(0.25, 0.7)
        x = (width - wide) * rng.uniform(0.2, 0.8)
        y = (height - tall) * rng.uniform(0.2, 0.8)
        draw_figure(layer, Area(x, y, wide, tall), rng)
        return
    centre = np.array([width * rng.uniform(0.35, 0.65), height * rng.uniform(0.4, 0.6)])
    angles = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    reach = height * rng.uniform(0.12, 0.35) * rng.uniform(0.6, 1.2, 14)
    corners = centre + np.stack([np.cos(angles), np.sin(angles)], 1) * reach[:, None]
    cv2.fillPoly(layer, [corners.astype(np.int32)], colour, cv2.LINE_AA)
