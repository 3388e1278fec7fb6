"""Price the models in `models/` on real pictures that no training step has seen.

`python -m models.training.evaluate --data FOLDER` asks `edge-anpr read` itself for
the int8 figures, runs the float weights through the same code for the float ones, and
writes `models/metrics.json`, the plots, and the tables of `models/README.md`.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import click
import numpy as np
import yaml
from tqdm import tqdm

from edge_anpr.config import DetectorSize, RecognitionConfig
from edge_anpr.errors import ModelMismatch
from edge_anpr.recognition.card import DetectorCard, ReaderCard, load_card
from edge_anpr.recognition.detector import (
    CARD_FILES,
    Detector,
    detector_card,
    load_detector,
)
from edge_anpr.recognition.image import letterbox
from edge_anpr.recognition.picture_file import load_picture
from edge_anpr.recognition.reader import CARD_FILE, Reader
from edge_anpr.records import Detection, Plate
from edge_anpr.stills.reading import StillReader
from models.training.cards import MODELS, write_card
from models.training.crops import crop_labels
from models.training.export import to_tflite
from models.training.float_models import FloatNetwork
from models.training.frames import LabelledFrame, load_frames, source_of
from models.training.graph import Graph
from models.training.networks import detector, reader
from models.training.plots import draw_plots
from models.training.scoring import (
    ReadCrop,
    ReadFrame,
    by_source,
    confident_share,
    crop_figures,
    frame_figures,
    is_doubtful,
    reading_by_width,
    recall_by_width,
    reported_plates,
)
from models.training.shipped import box_array, int8_crops, int8_frames
from models.training.tables import as_markdown, update_tables
from models.training.weights import load_weights
from models.training.wrong_labels import load_wrong_labels

NORMAL = DetectorSize.NORMAL
CANDIDATES_FROM = 0.03
"""Detection confidence from which the precision-recall curve is drawn."""


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--no-float", is_flag=True, help="Leave the float columns out.")
def main(data: Path, no_float: bool) -> None:
    """Evaluate on the validation part of DATA."""
    frames = load_frames(data, "validation")
    crops = crop_labels(data, "validation")
    metrics: dict[str, Any] = {}
    read_frames = int8_frames(frames)
    read_crops = int8_crops(data, crops)
    metrics["int8"] = summary(read_frames, read_crops)
    metrics["wrong labels"] = without_wrong_labels(
        load_wrong_labels(), frames, crops, read_frames, read_crops
    )
    if not no_float:
        metrics["float"] = summary(*float_reads(data, frames, crops))
    metrics["sizes"] = {
        size: detection_summary(int8_frames(frames, size.value), frames, size)
        for size in CARD_FILES
    }
    figures = rounded(metrics)
    (MODELS / "metrics.json").write_text(json.dumps(figures, indent=1) + "\n")
    note_in_cards(figures)
    update_tables(MODELS.parent, figures)
    config = RecognitionConfig(min_detection_confidence=CANDIDATES_FROM)
    curve = candidates(frames, load_detector(config, NORMAL))
    draw_plots(MODELS / "plots", curve, read_frames, read_crops)
    click.echo(as_markdown(figures))


def summary(frames: Sequence[ReadFrame], crops: Sequence[ReadCrop]) -> dict[str, Any]:
    plates = reported_plates(frames)
    return {
        "frames": by_source(frames, frame_figures),
        "crops": by_source(crops, crop_figures),
        "confident": {
            "plates of frames": confident_share(plates),
            "crops": confident_share(crops),
        },
        "reading by width": reading_by_width(frames),
    }


def without_wrong_labels(
    wrong: Collection[str],
    frames: Sequence[LabelledFrame],
    crops: Sequence[dict[str, str]],
    read_frames: Sequence[ReadFrame],
    read_crops: Sequence[ReadCrop],
) -> dict[str, Any]:
    """The main figures once more, less the texts known to be labelled wrongly."""
    right_frames = [
        replace(read, texts=("",) * len(read.texts))
        if relative(frame.path) in wrong
        else read
        for frame, read in zip(frames, read_frames, strict=True)
    ]
    right_crops = [
        read
        for row, read in zip(crops, read_crops, strict=True)
        if row["path"] not in wrong
    ]
    return {
        "labels": len(wrong),
        "frames": frame_figures(right_frames),
        "crops": crop_figures(right_crops),
    }


def relative(path: Path) -> str:
    """As `detection.csv` and `plates.csv` name a picture."""
    return "/".join(path.parts[-3:])


def detection_summary(
    read: Sequence[ReadFrame], frames: Sequence[LabelledFrame], size: DetectorSize
) -> dict[str, Any]:
    card = load_card(MODELS / CARD_FILES[size])
    scales = [
        letterbox(frame.pixels(), card.input.width, card.input.height).scale_x
        for frame in frames
    ]
    return {
        "all": frame_figures(read),
        "doubtful": sum(is_doubtful(frame) for frame in read) / len(read),
        "recall by width": recall_by_width(read, scales),
    }


def note_in_cards(figures: dict[str, Any]) -> None:
    """The main figures, on validation pictures, into the models' own cards."""
    for size, file in CARD_FILES.items():
        found = figures["sizes"][size]["all"]
        wide = detector_card(MODELS / file).wide  # its share of the frames is in these
        for each in (file, wide) if wide else (file,):
            _note(
                MODELS / each,
                {
                    "recall at IoU 0.5": found["recall50"],
                    "recall at IoU 0.3": found["recall30"],
                    "false plates a frame": found["false"],
                    "end to end folded": found["folded"],
                },
            )
    crops, sure = figures["int8"]["crops"]["all"], figures["int8"]["confident"]["crops"]
    _note(
        MODELS / CARD_FILE,
        {
            "crops exact": crops["exact"],
            "crops folded": crops["folded"],
            "character error": crops["character_error"],
            "reported at 0.9 or more": sure["kept"],
            "right of those": sure["right"],
        },
    )


def _note(file: Path, metrics: dict[str, float]) -> None:
    card = yaml.safe_load(file.read_text(encoding="utf-8"))
    write_card(file, card | {"metrics": metrics})


def float_reads(
    data: Path, frames: Sequence[LabelledFrame], crops: Sequence[dict[str, str]]
) -> tuple[list[ReadFrame], list[ReadCrop]]:
    """The same code as `edge-anpr read`, over the float weights."""
    config, reader = RecognitionConfig(), _float_reader()
    finder_of = cache(_float_detector)
    whole = StillReader(config, finder_of, reader)
    read_frames = [
        _read_frame(frame, whole.read(str(frame.path)).plates)
        for frame in tqdm(frames, unit="frame")
    ]
    part = StillReader(config, finder_of, reader, is_plate=True)
    read_crops = []
    for row in tqdm(crops, unit="crop"):
        (plate,) = part.read(str(data / row["path"])).plates
        text, confidence = plate.read.text, plate.read.confidence
        read_crops.append(ReadCrop(source_of(row), row["text"], text, confidence))
    return read_frames, read_crops


def _float_detector(size: DetectorSize) -> Detector:
    """The product's own over the float weights, its card unchanged."""
    card = detector_card(MODELS / CARD_FILES[size])

    def detector_of(shown: DetectorCard, wide: Detector | None = None) -> Detector:
        network = _float_network(detector(), shown)
        return Detector(network, shown, card.threshold, card.faint_threshold, wide)

    wide = detector_of(detector_card(MODELS / card.wide)) if card.wide else None
    return detector_of(card, wide)


def _float_reader() -> Reader:
    card = load_card(MODELS / CARD_FILE)
    if not isinstance(card, ReaderCard):
        raise ModelMismatch(f"{CARD_FILE} is not a reader's card.")
    return Reader(_float_network(reader(), card), card)


def _float_network(graph: Graph, card: DetectorCard | ReaderCard) -> FloatNetwork:
    weights = load_weights(MODELS / f"{graph.name}.npz")
    size = card.input.width, card.input.height
    return FloatNetwork(to_tflite(graph, weights, size, None), card)


def candidates(frames: Sequence[LabelledFrame], detector: Detector) -> list[ReadFrame]:
    """Detections without their reads, for the precision-recall curve."""
    return [
        _without_reads(frame, detector.detect(load_picture(frame.path)))
        for frame in tqdm(frames, unit="frame")
    ]


def rounded(value: Any) -> Any:
    """Figures as people compare them; NaN (nothing to count) as null."""
    if isinstance(value, dict):
        return {str(key): rounded(inner) for key, inner in value.items()}
    if isinstance(value, float):
        return None if np.isnan(value) else round(value, 4)
    return value


def _read_frame(frame: LabelledFrame, plates: Sequence[Plate]) -> ReadFrame:
    return replace(
        _without_reads(frame, [plate.detection for plate in plates]),
        found_texts=tuple(plate.read.text for plate in plates),
        found_confidences=np.array([plate.read.confidence for plate in plates]),
    )


def _without_reads(frame: LabelledFrame, found: Sequence[Detection]) -> ReadFrame:
    return ReadFrame(
        frame.source,
        frame.boxes,
        frame.texts,
        box_array((d.box.x1, d.box.y1, d.box.x2, d.box.y2) for d in found),
        np.array([detection.confidence for detection in found]),
        ("",) * len(found),
        np.zeros(len(found)),
    )


if __name__ == "__main__":
    main()
