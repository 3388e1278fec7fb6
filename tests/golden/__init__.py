"""Scenes with what the shipped models read in them, kept in `scenes.json`."""

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from edge_anpr.config import DetectorSize, RecognitionConfig
from edge_anpr.recognition.detector import Detector, detector_size_for, load_detector
from edge_anpr.recognition.reader import Reader, load_reader
from edge_anpr.sample import render_scene

FILE = Path(__file__).parent / "scenes.json"
CONFIG = RecognitionConfig()
SURE = 0.5
"""Confidence from which a read is expected to stay what it is on any processor."""

Scene = dict[str, Any]
"""Arguments of `render_scene`."""

SCENES: list[Scene] = [
    {"seed": seed, "width": width, "height": height, "plates": plates, "light": light}
    for seed, (width, height, plates, light) in enumerate(
        [
            (960, 540, 1, "day"),
            (1280, 720, 2, "day"),
            (1280, 720, 3, "day"),
            (960, 540, 2, "dusk"),
            (1280, 720, 1, "night"),
            (960, 540, 1, "infrared"),
        ]
        * 4
    )
]


@dataclass(frozen=True, slots=True)
class Expected:
    """A scene, its plates in truth, and those that were read, sorted."""

    scene: Scene
    truth: list[str]
    reads: list[str]

    @property
    def name(self) -> str:
        return f"{self.scene['light']}-{self.scene['seed']}"


def expectations() -> list[Expected]:
    return [Expected(**row) for row in json.loads(FILE.read_text())]


def read_scene(scene: Scene) -> list[str]:
    """The texts that are read with some confidence, sorted."""
    pixels = render_scene(**scene).pixels
    size = detector_size_for(pixels, CONFIG.detector_size)
    found = _detector(size).detect(pixels)
    reads = [_reader().judge(pixels, each).read for each in found]
    return sorted(read.text for read in reads if read and read.confidence >= SURE)


def write() -> None:
    rows = [
        asdict(
            Expected(
                scene,
                sorted(plate.text for plate in render_scene(**scene).plates),
                read_scene(scene),
            )
        )
        for scene in SCENES
    ]
    FILE.write_text(json.dumps(rows, indent=1) + "\n")


@cache
def _detector(size: DetectorSize) -> Detector:
    return load_detector(CONFIG, size)


@cache
def _reader() -> Reader:
    return load_reader(CONFIG)
