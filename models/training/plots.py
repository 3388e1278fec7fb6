"""The pictures of the model card, as SVG."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from models.training.arrays import Floats
from models.training.frames import overlaps
from models.training.scoring import (
    ReadCrop,
    ReadFrame,
    is_false,
    is_right,
    reading_by_width,
)

INK, MARK, FAINT = "#1d2733", "#0b6e4f", "#c8d0d8"
CONFIDENCE_BANDS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0001)


def draw_plots(
    folder: Path,
    candidates: Sequence[ReadFrame],
    frames: Sequence[ReadFrame],
    crops: Sequence[ReadCrop],
) -> None:
    """Write the three plots; `candidates` are detections down to a low confidence."""
    # Without a fixed salt every run would change the ids inside the files.
    mpl.rcParams |= {"svg.hashsalt": "edge-anpr", "font.size": 9}
    folder.mkdir(exist_ok=True)
    _precision_recall(folder / "precision-recall.svg", candidates)
    _reading_by_width(folder / "reading-by-width.svg", frames)
    _reliability(folder / "reliability.svg", crops)


def _precision_recall(file: Path, frames: Sequence[ReadFrame]) -> None:
    scores = np.concatenate([frame.found_scores for frame in frames])
    false = np.concatenate([is_false(frame) for frame in frames])
    plates = sum(len(frame.boxes) for frame in frames)
    axes = _axes("Finding plates", "recall (IoU ≥ 0.5)", "precision")
    thresholds = np.unique(np.round(scores, 3))
    recall, precision = [], []
    for threshold in thresholds:
        hits = sum(_hits(frame, threshold) for frame in frames)
        wrong = int((false & (scores >= threshold)).sum())
        recall.append(hits / plates)
        precision.append(hits / max(hits + wrong, 1))
    axes.plot(recall, precision, color=MARK)
    axes.set_xlim(0.5, 1.005)
    axes.set_ylim(0.5, 1.005)
    _save(axes, file)


def _reading_by_width(file: Path, frames: Sequence[ReadFrame]) -> None:
    bands = reading_by_width(frames)
    axes = _axes("Reading plates", "plate width in the frame, pixels", "read right")
    names = [f"{name}\n({band['texts']})" for name, band in bands.items()]
    shares = [band["folded"] for band in bands.values()]
    bars = axes.bar(names, shares, color=MARK)
    axes.bar_label(bars, [f"{share:.0%}" for share in shares], padding=2)
    axes.set_ylim(0, 1.1)
    _save(axes, file)


def _reliability(file: Path, crops: Sequence[ReadCrop]) -> None:
    confidence: Floats = np.array([crop.confidence for crop in crops])
    right = np.array([is_right(crop) for crop in crops])
    axes = _axes("Confidence", "reported confidence", "share that was right")
    axes.plot([0, 1], [0, 1], color=FAINT, zorder=0)
    for low, high in pairwise(CONFIDENCE_BANDS):
        mine = (confidence >= low) & (confidence < high)
        if mine.any():
            x, y = float(confidence[mine].mean()), float(right[mine].mean())
            axes.scatter(x, y, s=12 + mine.sum(), color=MARK, alpha=0.8)
            axes.annotate(f"{mine.sum()}", (x, y), (6, -10), textcoords="offset points")
    axes.set_xlim(0, 1.04)
    axes.set_ylim(0, 1.04)
    _save(axes, file)


def _hits(frame: ReadFrame, threshold: float) -> int:
    reported = frame.found_boxes[frame.found_scores >= threshold]
    best = overlaps(frame.boxes, reported).max(1, initial=0)
    return int((best >= 0.5).sum())


def _axes(title: str, across: str, up: str) -> Axes:
    _, axes = plt.subplots(figsize=(4.6, 3.4), layout="constrained")
    axes.set_title(title, loc="left", color=INK, weight="bold")
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=FAINT, linewidth=0.4)
    axes.set_axisbelow(True)
    return axes


def _save(axes: Axes, file: Path) -> None:
    plt.savefig(file, metadata={"Date": None})
    plt.close(axes.get_figure())
