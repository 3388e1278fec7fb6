"""What the shipped models say of labelled pictures, by asking `edge-anpr read`."""

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.training.arrays import Boxes
from models.training.frames import LabelledFrame, source_of
from models.training.scoring import ReadCrop, ReadFrame

BATCH = 200
"""Pictures handed to one call: command lines have a limit."""

NOTHING_READ = {"text": "", "confidence": 0.0}


def int8_frames(frames: Sequence[LabelledFrame], size: str = "auto") -> list[ReadFrame]:
    """What `edge-anpr read` reports of each frame."""
    paths = [str(frame.path) for frame in frames]
    reports = edge_anpr_read(paths, "--detector-size", size)
    return [
        _read_frame(frame, reports[path])
        for frame, path in zip(frames, paths, strict=True)
    ]


def int8_crops(data: Path, crops: Sequence[dict[str, str]]) -> list[ReadCrop]:
    paths = [str(data / row["path"]) for row in crops]
    reports = edge_anpr_read(paths, "--whole")
    reads = []
    for row, path in zip(crops, paths, strict=True):
        plates = reports[path]["plates"]
        best: dict[str, Any] = plates[0] if plates else NOTHING_READ
        reads.append(
            ReadCrop(source_of(row), row["text"], best["text"], best["confidence"])
        )
    return reads


def edge_anpr_read(paths: Sequence[str], *options: str) -> dict[str, dict[str, Any]]:
    """The JSON objects of `edge-anpr read`, by path."""
    reports = {}
    for first in range(0, len(paths), BATCH):
        command = [sys.executable, "-m", "edge_anpr", "read", "--json", *options]
        result = subprocess.run(  # noqa: S603 our own program
            [*command, *paths[first : first + BATCH]],
            check=True,
            capture_output=True,
            text=True,
        )
        for line in result.stdout.splitlines():
            report = json.loads(line)
            reports[report["image"]] = report
    return reports


def _read_frame(frame: LabelledFrame, report: dict[str, Any]) -> ReadFrame:
    plates = report["plates"]
    return ReadFrame(
        frame.source,
        frame.boxes,
        frame.texts,
        box_array(plate["box"] for plate in plates),
        np.array([plate["detection_confidence"] for plate in plates]),
        tuple(plate["text"] for plate in plates),
        np.array([plate["confidence"] for plate in plates]),
    )


def box_array(boxes: Iterable[Sequence[float]]) -> Boxes:
    return np.array(list(boxes), np.float32).reshape(-1, 4)
