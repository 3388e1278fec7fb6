"""Train the plate detector: `python -m models.training.train_detector --help`."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from models.training.arrays import Floats, Pixels
from models.training.detections import detect, score_detections
from models.training.frames import NEGATIVE_SOURCES, LabelledFrame, load_frames
from models.training.loading import batches
from models.training.network import Network
from models.training.networks import DETECTOR_INPUT, DETECTOR_STRIDE, detector
from models.training.pasting import PlatePaster, loose_plates
from models.training.run import Plan, Run, run_options
from models.training.scenes import Scene, SceneMaker
from models.training.signs import Sign, SignPainter, make_signs

CANVASES = (
    (0.40, ((256, 192), (224, 192), (320, 192))),
    (0.78, ((320, 256), (320, 224), (384, 192))),
    (1.00, ((416, 256), DETECTOR_INPUT, (384, 320))),
)
"""Until which progress, and the sizes drawn from; small first, because cheap."""

BOX_WEIGHT = 3.0

CORNER_WEIGHT = 1.0

SMALLEST_SIGN_PX = 6
IMAGINED = 0.15
"""Confidence from which a place of a frame without plates is laid into others."""
REAL_SIGNS = 4
"""How much oftener than a drawn sign each of them is."""

Maps = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]
"""Heat N×1×h×w, where heat counts N×1×h×w, boxes N×4×h×w in pixels, weight N×1×h×w,
corners N×8×h×w as parts of the box from its middle, NaN where they are not known."""


class SceneBatches:
    """Batches without end, one a call."""

    def __init__(
        self, maker: SceneMaker, seed: int, batch: int, progress: Callable[[], float]
    ) -> None:
        self._maker = maker
        self._rng = np.random.default_rng(seed)
        self._batch = batch
        self._progress = progress

    def __call__(self) -> tuple[Tensor, Maps]:
        progress = min(self._progress(), 0.999)
        sizes = next(sizes for until, sizes in CANVASES if progress < until)
        width, height = sizes[self._rng.integers(len(sizes))]
        scenes = [
            self._maker.make(self._rng, width, height) for _ in range(self._batch)
        ]
        return collate(scenes, DETECTOR_STRIDE)


def collate(scenes: list[Scene], stride: int) -> tuple[Tensor, Maps]:
    pixels = torch.from_numpy(np.stack([scene.pixels for scene in scenes]))
    maps = [target_maps(scene, stride) for scene in scenes]
    stacked = [torch.from_numpy(np.stack(parts)) for parts in zip(*maps, strict=True)]
    heat, counts, boxes, weight, corners = stacked
    return pixels.permute(0, 3, 1, 2), (heat, counts, boxes, weight, corners)


def target_maps(scene: Scene, stride: int) -> tuple[Floats, ...]:
    """What the network should say of a scene; the heat is that of CenterNet.

    Zhou, Wang and Krähenbühl, Objects as Points (2019); the box is learnt around the
    centre with the heat as weight, as in Liu et al., Training-Time-Friendly Network
    (2020).
    """
    rows, columns = (size // stride for size in scene.pixels.shape[:2])
    heat = np.zeros((rows, columns), np.float32)
    counts = np.ones((rows, columns), np.float32)
    boxes = np.zeros((4, rows, columns), np.float32)
    weight = np.zeros((rows, columns), np.float32)
    corners = np.full((8, rows, columns), np.nan, np.float32)
    y, x = np.mgrid[:rows, :columns]
    for x1, y1, x2, y2 in scene.ignored / stride:
        counts[
            int(max(y1, 0)) : int(np.ceil(y2)), int(max(x1, 0)) : int(np.ceil(x2))
        ] = 0
    areas = (scene.boxes[:, 2:] - scene.boxes[:, :2]).prod(1)
    for index in np.argsort(-areas):
        box = scene.boxes[index]
        x1, y1, x2, y2 = box / stride
        spread_x, spread_y = max(0.45, 0.11 * (x2 - x1)), max(0.45, 0.13 * (y2 - y1))
        column = min(int((x1 + x2) / 2), columns - 1)
        row = min(int((y1 + y2) / 2), rows - 1)
        hill = np.exp(
            -((x - column) ** 2) / (2 * spread_x**2)
            - ((y - row) ** 2) / (2 * spread_y**2)
        ).astype(np.float32)
        heat = np.maximum(heat, hill)
        mine = hill > 0.25
        boxes[:, mine] = box[:, None]
        weight[mine] = hill[mine] / hill[mine].sum()
        counts[mine] = 1
        middle, size = (box[2:] + box[:2]) / 2, box[2:] - box[:2]
        corners[:, mine] = ((scene.corners[index] - middle) / size).reshape(8, 1)
    return heat[None], counts[None], boxes, weight[None], corners


def losses(results: tuple[Tensor, ...], truth: Maps, stride: int) -> dict[str, Tensor]:
    heat, counts, boxes, weight, corners = (
        part.to(results[0].device) for part in truth
    )
    plates = (heat == 1).sum().clamp(min=1)
    score = results[0].float()
    log_yes, log_no = functional.logsigmoid(score), functional.logsigmoid(-score)
    chance = score.sigmoid()
    found = torch.where(heat == 1, (1 - chance) ** 2 * log_yes, 0.0)
    imagined = (1 - heat) ** 4 * chance**2 * log_no * (heat < 1)
    heat_loss = -((found + imagined) * counts).sum() / plates

    predicted = boxes_of(results[1].float(), stride)
    size = (boxes[:, 2:] - boxes[:, :2]).clamp(min=1)
    centre = (boxes[:, 2:] + boxes[:, :2]) / 2
    their_size = predicted[:, 2:] - predicted[:, :2]
    their_centre = (predicted[:, 2:] + predicted[:, :2]) / 2
    apart = (their_size / size).log().abs().sum(1, keepdim=True)
    apart = apart + (2 * (their_centre - centre).abs() / size).sum(1, keepdim=True)
    each = (1 - generalised_overlap(predicted, boxes)) + 0.25 * apart
    box_loss = BOX_WEIGHT * (each * weight).sum() / weight.sum().clamp(min=1)
    known = weight * ~corners[:, :1].isnan()
    off = (results[2].float() - corners.nan_to_num()).abs().sum(1, keepdim=True)
    corner_loss = CORNER_WEIGHT * (off * known).sum() / known.sum().clamp(min=1)
    return {"heat": heat_loss, "box": box_loss, "corners": corner_loss}


def boxes_of(result: Tensor, stride: int) -> Tensor:
    """The box output N×4×h×w as x1, y1, x2, y2 in pixels."""
    rows, columns = result.shape[2:]
    x = torch.arange(columns, device=result.device) + 0.5
    y = torch.arange(rows, device=result.device)[:, None] + 0.5
    centre_x, centre_y = (x + result[:, 0]) * stride, (y + result[:, 1]) * stride
    half = result[:, 2:].clamp(-5, 5).exp() * stride / 2
    return torch.stack(
        [
            centre_x - half[:, 0],
            centre_y - half[:, 1],
            centre_x + half[:, 0],
            centre_y + half[:, 1],
        ],
        1,
    )


def generalised_overlap(first: Tensor, second: Tensor) -> Tensor:
    """GIoU (Rezatofighi et al. 2019) of N×4×h×w boxes: N×1×h×w."""
    shared = (
        torch.minimum(first[:, 2:], second[:, 2:])
        - torch.maximum(first[:, :2], second[:, :2])
    ).clamp(min=0)
    around = torch.maximum(first[:, 2:], second[:, 2:]) - torch.minimum(
        first[:, :2], second[:, :2]
    )
    both = shared[:, :1] * shared[:, 1:]
    areas = [(b[:, 2:3] - b[:, :1]) * (b[:, 3:] - b[:, 1:2]) for b in (first, second)]
    union = (areas[0] + areas[1] - both).clamp(min=1e-3)
    hull = (around[:, :1] * around[:, 1:]).clamp(min=1e-3)
    return both / union - (hull - union) / hull


def _imagined(network: Network, pixels: Pixels) -> float:
    """The highest confidence of any plate found."""
    return float(detect(network, pixels, DETECTOR_INPUT).scores.max(initial=0))


def imagined_plates(network: Network, frames: Sequence[LabelledFrame]) -> list[Sign]:
    """What of the frames without plates the network takes for plates, cut out."""
    signs = []
    for frame in frames:
        if frame.source in NEGATIVE_SOURCES:
            pixels = frame.pixels()
            found = detect(network, pixels, DETECTOR_INPUT)
            for box in found.boxes[found.scores > IMAGINED]:
                x1, y1, x2, y2 = np.maximum(np.rint(box), 0).astype(int).tolist()
                place = pixels[y1:y2, x1:x2]
                if min(place.shape[:2]) >= SMALLEST_SIGN_PX:
                    signs.append(Sign(place, None))
    return signs


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--fonts", type=click.Path(path_type=Path), multiple=True)
@click.option("--drawn", default=4000, show_default=True, help="Plates to paste.")
@click.option("--signs", default=3000, show_default=True, help="Signs to lay in.")
@run_options(images=500_000, batch=16, rate=3e-3)
def main(
    data: Path,
    fonts: tuple[Path, ...],
    drawn: int,
    signs: int,
    out: Path,
    resume: bool,
    start: Path | None,
    threads: int,
    workers: int,
    **schedule: Any,
) -> None:
    """Train on DATA (layout: see models/README.md); checkpoints and curve go to OUT."""
    torch.set_num_threads(threads)
    plan = Plan(**schedule, decay=0.02, average=0.998)
    run = Run(detector(), plan, out)
    with torch.no_grad():
        run.network.convs["heat"].bias.fill_(-4.0)
    run.begin(start, resume=resume)
    paster = PlatePaster(loose_plates(data, fonts, drawn, plan.seed))
    frames, laid = load_frames(data, "train"), make_signs(fonts, signs, plan.seed)
    if run.images or start:
        laid += REAL_SIGNS * imagined_plates(run.average.network, frames)
    maker = SceneMaker(frames, paster, SignPainter(laid))
    if run.images or start:
        maker.favour(lambda pixels: _imagined(run.average.network, pixels))
    guard = load_frames(data, "held out")
    source = batches(
        lambda seed, progress: SceneBatches(maker, seed, plan.batch, progress),
        plan.seed + run.images,
        workers,
        lambda: run.progress,
    )

    def judge(network: Network) -> dict[str, float]:
        found = [detect(network, frame.pixels(), DETECTOR_INPUT) for frame in guard]
        return score_detections(guard, found)

    run.train(
        source, partial(losses, stride=DETECTOR_STRIDE), judge, judge_every=16_000
    )


if __name__ == "__main__":
    main()
