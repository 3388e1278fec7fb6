"""From checkpoints to what is shipped: weights, int8 models and their cards.

`python -m models.training.release --data FOLDER --detector RUN --reader RUN` writes
into `models/`. Thresholds and confidences are chosen on training pictures that were
held out from training; no validation picture is touched.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np
import torch
import yaml

from edge_anpr import __version__
from edge_anpr.config import DetectorSize, RecognitionConfig
from edge_anpr.recognition.card import EDGES_OUTPUT, PLATE_OUTPUT
from edge_anpr.recognition.detector import CARD_FILES, Detector, load_detector
from edge_anpr.recognition.image import letterbox
from edge_anpr.recognition.picture_file import load_picture
from edge_anpr.recognition.reader import CARD_FILE, load_reader
from edge_anpr.records import Box, Detection, Pixels, Point, Quad
from models.training.calibration import (
    BELIEVED,
    FAINT_RATE,
    FALSE_RATE,
    REFUSED,
    fit_confidence,
    pick_threshold,
)
from models.training.cards import MODELS, write_card
from models.training.crops import Crop, crop_labels, load_crops
from models.training.export import sha256, to_tflite
from models.training.frames import LabelledFrame, load_frames, overlaps
from models.training.graph import Graph
from models.training.looks import HEIGHT, WIDTH, straight
from models.training.negatives import no_plates
from models.training.networks import (
    DETECTOR_INPUT,
    DETECTOR_INPUT_WIDE,
    DETECTOR_STRIDE,
    detector,
    reader,
)
from models.training.pool import Pool
from models.training.reading import (
    ALPHABET,
    MARGIN,
    SECOND_LOOKS,
    SECOND_LOOKS_BELOW,
    TEXT_SHARE,
)
from models.training.scoring import FALSE_BELOW, folded
from models.training.sources import LICENCES
from models.training.weights import Weights, averaged, load_weights, save_weights

SIZES = {
    DetectorSize.SMALL: (320, 192),
    DetectorSize.NORMAL: DETECTOR_INPUT,
    DetectorSize.LARGE: (640, 384),
}
WIDE_CARD_FILES = {DetectorSize.NORMAL: "plate_detector_wide.yaml"}
SMALLEST_PLATE_PX = 20
"""At the input, for all sizes alike: the same weights look at the same pixels."""

NMS_OVERLAP = 0.45
LEAST_CONFIDENCE = 0.05
"""Of a detection, while thresholds are being chosen."""
EDGES_OFF = 0.05
"""By how much of a plate's size each edge of its box is moved, at most, and ..."""
TURNS = 4
"""... how often, to see how sure the reader may be: as is, it errs too seldom."""
FEWEST_PX = 40
"""Width of the smallest plates it is seen with then; photographs are of larger ones."""
SURROUNDINGS = 0.5
"""In parts of a plate's size, what is kept beside it."""
EXAMPLES = 200
"""Pictures whose activations set the int8 ranges."""


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--detector", "detector_run", type=click.Path(path_type=Path))
@click.option("--reader", "reader_run", type=click.Path(path_type=Path))
@click.option(
    "--averaged-with",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="Weights of earlier readers (.npz); what is kept is the mean of all.",
)
@click.option("--pool", type=click.Path(path_type=Path), help="Synthetic crops used.")
def main(
    data: Path,
    detector_run: Path | None,
    reader_run: Path | None,
    averaged_with: tuple[Path, ...],
    pool: Path | None,
) -> None:
    """Write models/ from the runs given; a model without a run keeps its weights."""
    if detector_run:
        _keep_weights(detector_run, "plate_detector")
    if reader_run:
        _keep_weights(reader_run, "plate_reader", averaged_with)
    _release_detectors(data, _images_seen(detector_run, "plate_detector"))
    _release_reader(data, pool, _images_seen(reader_run, "plate_reader"))


def _release_detectors(data: Path, images_seen: int) -> None:
    weights = load_weights(MODELS / "plate_detector.npz")
    frames = load_frames(data, "train")
    held = load_frames(data, "held out")
    rng = np.random.default_rng(0)
    chosen = [frames[i] for i in rng.permutation(len(frames))[:EXAMPLES]]
    training = _training(images_seen, [frame.source for frame in frames])

    def written(file: str, width: int, height: int) -> dict[str, Any]:
        examples = [letterbox(f.pixels(), width, height).pixels for f in chosen]
        rows, columns = height // DETECTOR_STRIDE, width // DETECTOR_STRIDE
        outputs = {
            "heat": [1, rows, columns, 1],
            "box": [1, rows, columns, 4],
            "corners": [1, rows, columns, 8],
        }
        name, size = Path(file).stem, (width, height)
        card = write_model(MODELS, detector(), weights, name, size, examples, outputs)
        return card | {
            "kind": "detector",
            "stride": DETECTOR_STRIDE,
            "threshold": LEAST_CONFIDENCE,
            "nms_overlap": NMS_OVERLAP,
            "smallest_plate_px": SMALLEST_PLATE_PX,
            "training": training,
        }

    for size, shape in SIZES.items():
        cards = {CARD_FILES[size]: written(CARD_FILES[size], *shape)}
        if wide := WIDE_CARD_FILES.get(size):
            cards[CARD_FILES[size]]["wide"] = wide
            cards[wide] = written(wide, *DETECTOR_INPUT_WIDE)
        _write_cards(cards)
        sure, faint = _thresholds(size, held)
        for card in cards.values():
            card["threshold"], card["faint_threshold"] = sure, faint
        _write_cards(cards)
        click.echo(f"{Path(CARD_FILES[size]).stem}: threshold {sure}")


def _write_cards(cards: Mapping[str, dict[str, Any]]) -> None:
    for file, card in cards.items():
        write_card(MODELS / file, card)


def _release_reader(data: Path, pool: Path | None, images_seen: int) -> None:
    weights = load_weights(MODELS / "plate_reader.npz")
    crops = load_crops(data, "train")
    rng = np.random.default_rng(0)
    made = Pool(pool) if pool else []
    mixed: list[Crop] = [crops[i] for i in rng.permutation(len(crops))[:EXAMPLES]]
    if len(made):
        mixed += [made[int(i)] for i in rng.integers(0, len(made), EXAMPLES)]
    # Without them, whatever says "no plate" would have no place in the int8 range.
    mixed += no_plates(data, "train", most_frames=EXAMPLES // 2)
    examples = [straight(crop, MARGIN)[..., None] for crop in mixed]
    card = write_model(
        MODELS,
        reader(),
        weights,
        "plate_reader",
        (WIDTH, HEIGHT),
        examples,
        {
            "characters": [1, 2, 32, 37],
            PLATE_OUTPUT: [1, 1, 1, 1],
            EDGES_OUTPUT: [1, 1, 1, 4],
        },
    )
    sources = [crop.source for crop in crops] + ["synthetic"] * len(made)
    card |= {
        "kind": "reader",
        "alphabet": ALPHABET,
        "margin": list(MARGIN),
        "believed": BELIEVED,
        "refused": REFUSED,
        "second_looks": {
            "below": SECOND_LOOKS_BELOW,
            "margins": [list(margin) for margin in SECOND_LOOKS],
            "text_share": TEXT_SHARE,
        },
        "calibration": {"temperature": 1.0, "confidence": [[0.0, 0.0], [1.0, 1.0]]},
        "training": _training(images_seen, sources),
    }
    write_card(MODELS / CARD_FILE, card)
    card["calibration"]["confidence"] = _confidence_curve(data)
    write_card(MODELS / CARD_FILE, card)


def _thresholds(
    size: DetectorSize, frames: Sequence[LabelledFrame]
) -> tuple[float, float]:
    """From where detections are believed, and from where they may be read."""
    model = load_detector(RecognitionConfig(models=MODELS), size)
    false = [found.confidence for _, found in _mistaken(model, frames)]
    sure = pick_threshold(false, len(frames), FALSE_RATE)
    return sure, min(pick_threshold(false, len(frames), FAINT_RATE), sure)


def _mistaken(
    finder: Detector, frames: Sequence[LabelledFrame]
) -> Iterator[tuple[Pixels, Detection]]:
    """What is found where no plate is labelled, each with its picture."""
    for frame in frames:
        pixels = frame.pixels()
        for found in finder.detect(pixels):
            box = found.box
            corners = np.array([[box.x1, box.y1, box.x2, box.y2]], np.float32)
            if overlaps(corners, frame.boxes).max(initial=0) < FALSE_BELOW:
                yield pixels, found


def _confidence_curve(data: Path) -> list[list[float]]:
    """Read held-out crops, and held-out frames' plates as the detector boxes them,
    and both from farther away with boxes a little off.
    """
    model = load_reader(RecognitionConfig(models=MODELS))
    finder = load_detector(RecognitionConfig(models=MODELS), DetectorSize.NORMAL)
    rng = np.random.default_rng(0)
    reads: list[tuple[float, bool]] = []

    def note(pixels: Pixels, detection: Detection, text: str) -> None:
        looks = [(pixels, detection)]
        for _ in range(TURNS):
            smaller = _from_farther(pixels, detection, rng)
            looks.append((smaller[0], _astray(smaller[1], rng)))
        for each in looks:
            read = model.read(*each)
            if read:
                reads.append((read.confidence, folded(read.text) == folded(text)))

    for row in crop_labels(data, "held out"):
        pixels = load_picture(data / row["path"])
        height, width = pixels.shape[:2]
        note(pixels, Detection(Box(0, 0, width, height), 1.0), row["text"])
    for frame in load_frames(data, "held out"):
        pixels = frame.pixels()
        for found in finder.detect(pixels):
            box = found.box
            corners = np.array([[box.x1, box.y1, box.x2, box.y2]], np.float32)
            reach = overlaps(corners, frame.boxes)[0]
            if reach.max(initial=0) > 0.5 and frame.texts[int(reach.argmax())]:
                note(pixels, found, frame.texts[int(reach.argmax())])
    raw, right = np.array(reads, np.float64).T
    click.echo(f"plate_reader: {len(reads)} held-out reads, {right.mean():.1%} right")
    return [[p, c] for p, c in fit_confidence(raw, right)]


def _from_farther(
    pixels: Pixels, found: Detection, rng: np.random.Generator
) -> tuple[Pixels, Detection]:
    """The plate with what surrounds it, of as many or of fewer pixels."""
    height, width = pixels.shape[:2]
    shown = found.box.grown(SURROUNDINGS, SURROUNDINGS).clipped(width, height)
    left, top = math.floor(shown.x1), math.floor(shown.y1)
    part = pixels[top : math.ceil(shown.y2), left : math.ceil(shown.x2)]
    widest = max(found.box.width, FEWEST_PX)
    scale = np.exp(rng.uniform(np.log(FEWEST_PX / widest), 0))
    size = max(round(part.shape[1] * scale), 1), max(round(part.shape[0] * scale), 1)
    small = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    across, down = size[0] / part.shape[1], size[1] / part.shape[0]

    def there(point: Point) -> Point:
        return Point((point.x - left) * across, (point.y - top) * down)

    box, corners = found.box, found.corners
    first, last = there(Point(box.x1, box.y1)), there(Point(box.x2, box.y2))
    moved = Quad(*(there(point) for point in corners.points)) if corners else None
    return small, replace(
        found, box=Box(first.x, first.y, last.x, last.y), corners=moved
    )


def _astray(found: Detection, rng: np.random.Generator) -> Detection:
    box = found.box
    left, top, right, bottom = rng.uniform(-EDGES_OFF, EDGES_OFF, 4)
    return Detection(
        Box(
            box.x1 + left * box.width,
            box.y1 + top * box.height,
            box.x2 + right * box.width,
            box.y2 + bottom * box.height,
        ),
        found.confidence,
    )


def write_model(
    folder: Path,
    graph: Graph,
    weights: Weights,
    name: str,
    size: tuple[int, int],
    examples: Sequence[Pixels],
    outputs: dict[str, list[int]],
) -> dict[str, Any]:
    """Write the int8 file; return the part of its card that any model has."""
    content = to_tflite(graph, weights, size, examples)
    (folder / f"{name}.tflite").write_bytes(content)
    colour = "BGR" if graph.input_channels == 3 else "grey"
    return {
        "name": name,
        "version": __version__,
        "file": f"{name}.tflite",
        "sha256": sha256(content),
        "input": {
            "width": size[0],
            "height": size[1],
            "channels": graph.input_channels,
            "colour": colour,
            "scale": 1 / 255,
            "zero_point": -128,
        },
        "outputs": [
            {"name": output, "shape": shape} for output, shape in outputs.items()
        ],
        "metrics": {},
    }


def _training(images_seen: int, sources: Sequence[str]) -> dict[str, Any]:
    counts = Counter(sources)
    return {
        "images_seen": images_seen,
        "data": [
            {"source": source, "images": counts[source], "licence": LICENCES[source]}
            for source in sorted(counts)
        ],
    }


def _keep_weights(run: Path, name: str, others: Sequence[Path] = ()) -> None:
    state = torch.load(run / "last.pt", map_location="cpu", weights_only=True)
    arrays = {
        key: value.numpy()
        for key, value in state["average"].items()
        if value.is_floating_point()
    }
    earlier = [load_weights(file) for file in others]
    save_weights(averaged([arrays, *earlier]), MODELS / f"{name}.npz")


def _images_seen(run: Path | None, name: str) -> int:
    if run:
        state = torch.load(run / "last.pt", map_location="cpu", weights_only=True)
        return int(state["images"] + state["images_before"])
    card = yaml.safe_load((MODELS / f"{name}.yaml").read_text(encoding="utf-8"))
    return int(card["training"]["images_seen"])


if __name__ == "__main__":
    main()
