"""Choosing thresholds and confidences, by pictures held out from training."""

from collections.abc import Sequence

import numpy as np

from models.training.arrays import Floats

FALSE_RATE = 0.2
"""False plates a frame, at most, on held-out frames, where some are not labelled.

A missed vehicle is lost for good, while what is no plate seldom reads as one.
"""

FAINT_RATE = 0.7
"""False detections a frame, at most, that are read to see whether they are plates."""

BELIEVED, REFUSED = 0.5, 0.12
"""What detector and reader together must think, and what the reader alone may refuse.

On the held-out frames the same recall costs half as many false plates then as by the
detector alone.
"""

_EASY = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
POINTS = (*_EASY, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0)
"""Raw probabilities at which the confidence curve is written down."""


def fit_confidence(raw: Floats, right: Floats) -> list[tuple[float, float]]:
    """Points (raw, confidence) of a logistic curve through what proved right.

    Platt scaling on the log odds of the raw probability (Platt 1999), with his
    smoothed targets: two numbers only, so that a few hundred reads are enough.
    """
    x = _log_odds(raw)
    yes, no = right.sum(), (1 - right).sum()
    target = np.where(right > 0, (yes + 1) / (yes + 2), 1 / (no + 2))
    slope, offset = 1.0, 0.0
    for _ in range(100):
        p = _logistic(slope * x + offset)
        weight = np.maximum(p * (1 - p), 1e-9)
        gradient = np.array([((p - target) * x).sum(), (p - target).sum()])
        curvature = np.array(
            [
                [(weight * x * x).sum() + 1e-3, (weight * x).sum()],
                [(weight * x).sum(), weight.sum() + 1e-3],
            ]
        )
        # Newton's method, held back where the curve is too flat to trust it.
        step = np.clip(np.linalg.solve(curvature, gradient), -1.0, 1.0)
        slope, offset = slope - step[0], offset - step[1]
        if np.abs(step).max() < 1e-6:
            break
    # A curve that falls would contradict the reader's own ranking.
    slope = max(slope, 0.05)
    points = np.array(POINTS)
    curve = _logistic(slope * _log_odds(points) + offset)
    curve[0] = 0.0
    return [(float(p), round(float(c), 4)) for p, c in zip(points, curve, strict=True)]


def pick_threshold(false_scores: Sequence[float], frames: int, rate: float) -> float:
    """The lowest score that lets through no more than `rate` a frame."""
    ranked = sorted(false_scores, reverse=True)
    rank = int(rate * frames)
    return round(ranked[rank] + 0.005, 2) if rank < len(ranked) else 0.2


def _logistic(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(x, -40, 40)))


def _log_odds(p: Floats) -> Floats:
    p = np.clip(p, 1e-4, 1 - 1e-4)
    return np.log(p / (1 - p))
