"""Figures from what was read and what is true; no models here.

Definitions, so that figures compare: *recall* counts labelled plates whose best
reported box reaches an overlap (IoU); *false* are reported boxes that overlap every
labelled one by less than 0.1, a frame; *end to end* counts labelled texts that any
plate reported in the frame has exactly; *folded* takes O as 0 and I as 1.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from edge_anpr.stills.reading import SURE
from models.training.arrays import Boxes, Floats
from models.training.frames import overlaps

FALSE_BELOW = 0.1

WIDTHS_PX = (0, 16, 20, 26, 32, 40, 60, 80, 120, 160, 10_000)
READING_WIDTHS_PX = (0, 50, 70, 90, 120, 160, 10_000)


@dataclass(frozen=True, slots=True)
class ReadFrame:
    """A labelled frame and what was reported of it, best first."""

    source: str
    boxes: Boxes
    texts: tuple[str, ...]
    found_boxes: Boxes
    found_scores: Floats
    found_texts: tuple[str, ...]
    found_confidences: Floats


@dataclass(frozen=True, slots=True)
class ReadCrop:
    """A labelled crop and the text reported of it."""

    source: str
    text: str
    read: str
    confidence: float


Figures = dict[str, float]


def folded(text: str) -> str:
    """O as 0 and I as 1: many national faces draw them alike."""
    return text.replace("O", "0").replace("I", "1")


Read = TypeVar("Read", ReadFrame, ReadCrop)


def by_source(
    reads: Sequence[Read], figures: Callable[[Sequence[Read]], Figures]
) -> dict[str, Figures]:
    """The figures of each source in turn, then of `all`."""
    groups: dict[str, list[Read]] = defaultdict(list)
    for read in reads:
        groups[read.source].append(read)
    table = {source: figures(groups[source]) for source in sorted(groups)}
    return table | {"all": figures(reads)}


def frame_figures(frames: Sequence[ReadFrame]) -> Figures:
    """Detection and end-to-end figures; a share of nothing is NaN."""
    plates = sum(len(frame.boxes) for frame in frames)
    best = [
        overlaps(frame.boxes, frame.found_boxes).max(1, initial=0) for frame in frames
    ]
    reach = np.concatenate(best) if best else np.zeros(0)
    labelled = [
        (text, frame.found_texts) for frame in frames for text in frame.texts if text
    ]
    return {
        "frames": len(frames),
        "plates": plates,
        "recall50": _share(reach >= 0.5),
        "recall30": _share(reach >= 0.3),
        "false": sum(int(is_false(frame).sum()) for frame in frames) / len(frames),
        "texts": len(labelled),
        "exact": _share([text in found for text, found in labelled]),
        "folded": _share(
            [folded(text) in map(folded, found) for text, found in labelled]
        ),
    }


def crop_figures(crops: Sequence[ReadCrop]) -> Figures:
    characters = sum(len(crop.text) for crop in crops)
    errors = sum(distance(folded(crop.read), folded(crop.text)) for crop in crops)
    return {
        "crops": len(crops),
        "exact": _share([crop.read == crop.text for crop in crops]),
        "folded": _share([is_right(crop) for crop in crops]),
        "character_error": errors / max(characters, 1),
    }


def is_false(frame: ReadFrame) -> NDArray[np.bool_]:
    """Which reported boxes touch no labelled plate: N booleans."""
    best = overlaps(frame.found_boxes, frame.boxes).max(1, initial=0)
    return np.asarray(best < FALSE_BELOW)


def is_doubtful(frame: ReadFrame, below: float = SURE) -> bool:
    """Whether `edge-anpr read` looks at it again: see `stills/reading.py`."""
    sure = frame.found_confidences >= below
    return not (len(sure) and sure.all())


def is_right(crop: ReadCrop) -> bool:
    return folded(crop.read) == folded(crop.text)


def reported_plates(frames: Sequence[ReadFrame]) -> list[ReadCrop]:
    """What was read of every labelled plate that was found and whose text is known."""
    reads = []
    for frame in frames:
        if not len(frame.found_boxes):
            continue
        for box, text in zip(frame.boxes, frame.texts, strict=True):
            reach = overlaps(box[None], frame.found_boxes)[0]
            index = int(reach.argmax())
            if text and reach[index] >= 0.3:
                reads.append(
                    ReadCrop(
                        frame.source,
                        text,
                        frame.found_texts[index],
                        float(frame.found_confidences[index]),
                    )
                )
    return reads


def confident_share(crops: Sequence[ReadCrop], at_least: float = 0.9) -> Figures:
    """How many are reported this confidently, and how many of those are right."""
    sure = [crop for crop in crops if crop.confidence >= at_least]
    return {
        "kept": len(sure) / max(len(crops), 1),
        "right": _share([is_right(crop) for crop in sure]),
    }


def distance(first: str, second: str) -> int:
    """Levenshtein's: characters to change, drop or add."""
    row = list(range(len(second) + 1))
    for i, mine in enumerate(first, 1):
        previous, row[0] = row[0], i
        for j, theirs in enumerate(second, 1):
            previous, row[j] = (
                row[j],
                min(row[j] + 1, row[j - 1] + 1, previous + (mine != theirs)),
            )
    return row[-1]


def _share(hits: Sequence[bool] | NDArray[np.bool_]) -> float:
    return float(np.mean(hits)) if len(hits) else float("nan")


def recall_by_width(
    frames: Sequence[ReadFrame], scales: Sequence[float]
) -> dict[str, Figures]:
    """Recall of plates by their width at the detector's input.

    `scales`: input pixels per frame pixel, one a frame.
    """
    widths, reach = [], []
    for frame, scale in zip(frames, scales, strict=True):
        widths.append((frame.boxes[:, 2] - frame.boxes[:, 0]) * scale)
        reach.append(overlaps(frame.boxes, frame.found_boxes).max(1, initial=0))
    wide, best = np.concatenate(widths), np.concatenate(reach)
    return {
        name: {
            "plates": int(mine.sum()),
            "recall50": _share(best[mine] >= 0.5),
            "recall30": _share(best[mine] >= 0.3),
        }
        for name, mine in _bands(wide, WIDTHS_PX)
    }


def reading_by_width(frames: Sequence[ReadFrame]) -> dict[str, Figures]:
    """End to end folded, by the plate's width in the frame's own pixels."""
    widths, hits = [], []
    for frame in frames:
        for box, text in zip(frame.boxes, frame.texts, strict=True):
            if text:
                widths.append(box[2] - box[0])
                found = [folded(other) for other in frame.found_texts]
                hits.append(folded(text) in found)
    right = np.array(hits, bool)
    return {
        name: {"texts": int(mine.sum()), "folded": _share(right[mine])}
        for name, mine in _bands(np.array(widths), READING_WIDTHS_PX)
    }


def _bands(
    values: Floats, edges: Sequence[float]
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    for low, high in pairwise(edges):
        name = f"{low}-{high - 1}" if high < edges[-1] else f"{low}+"
        mine = (values >= low) & (values < high)
        if mine.any():
            yield name, mine
