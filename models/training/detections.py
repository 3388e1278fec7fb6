"""Running the float detector while it trains, and scoring what it finds."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from models.training.arrays import Boxes, Floats, Pixels
from models.training.frames import LabelledFrame, overlaps
from models.training.network import Network
from models.training.networks import DETECTOR_STRIDE

CANDIDATE = 0.05
NMS_OVERLAP = 0.45
RATES = (0.1, 0.2, 0.3)
"""False plates a frame at which recall is quoted while training."""


@dataclass(frozen=True, slots=True)
class Found:
    """Boxes N×4 in the frame's pixels with scores N, best first."""

    boxes: Boxes
    scores: Floats


@torch.no_grad()
def detect(network: Network, pixels: Pixels, canvas: tuple[int, int]) -> Found:
    """All candidates in H×W×3 uint8 BGR pixels, letterboxed to the canvas."""
    width, height = canvas
    rows, columns = pixels.shape[:2]
    scale = min(width / columns, height / rows)
    size = round(columns * scale), round(rows * scale)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    board = np.full((height, width, 3), 114, np.uint8)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    board[top : top + size[1], left : left + size[0]] = cv2.resize(
        pixels, size, interpolation=method
    )
    device = next(network.parameters()).device
    batch = torch.from_numpy(board).permute(2, 0, 1)[None].to(device).float() / 255
    heat, box, *_ = network(batch.contiguous(memory_format=torch.channels_last))
    found = candidates(
        heat[0, 0].sigmoid().cpu().numpy(), box[0].permute(1, 2, 0).cpu().numpy()
    )
    offset = np.array([left, top, left, top], np.float32)
    return Found((found.boxes - offset) / np.float32(scale), found.scores)


def candidates(heat: Floats, box: Floats, threshold: float = CANDIDATE) -> Found:
    """Peaks of heat h×w with the box h×w×4 there, in canvas pixels, after NMS."""
    peak = (heat == cv2.dilate(heat, np.ones((3, 3)))) & (heat > threshold)
    rows, columns = np.nonzero(peak)
    scores, values = heat[rows, columns], box[rows, columns]
    centre = np.stack([columns, rows], 1) + 0.5 + values[:, :2]
    half = np.exp(values[:, 2:]) / 2
    boxes = (
        np.concatenate([centre - half, centre + half], 1) * DETECTOR_STRIDE
    ).astype(np.float32)
    order = np.argsort(-scores)
    kept: list[int] = []
    for index in order:
        if not kept or overlaps(boxes[[index]], boxes[kept]).max() < NMS_OVERLAP:
            kept.append(int(index))
    return Found(boxes[kept].reshape(-1, 4), scores[kept])


def score_detections(
    frames: Sequence[LabelledFrame], found: Sequence[Found]
) -> dict[str, float]:
    """Recall at IoU 0.5 and 0.3 for a few rates of false plates a frame."""
    false: list[float] = []
    for frame, result in zip(frames, found, strict=True):
        touched = overlaps(result.boxes, frame.boxes)
        is_false = touched.max(1, initial=0) < 0.1
        false += result.scores[is_false].tolist()
    false.sort(reverse=True)
    figures = {}
    plates = sum(len(frame.boxes) for frame in frames)
    for rate in RATES:
        rank = int(rate * len(frames))
        threshold = false[rank] if rank < len(false) else CANDIDATE
        hits = np.zeros(2)
        for frame, result in zip(frames, found, strict=True):
            reported = result.boxes[result.scores > threshold]
            best = overlaps(frame.boxes, reported).max(1, initial=0)
            hits += [(best >= 0.5).sum(), (best >= 0.3).sum()]
        figures[f"threshold@{rate}"] = threshold
        figures[f"recall50@{rate}"] = hits[0] / plates
        figures[f"recall30@{rate}"] = hits[1] / plates
    return figures
