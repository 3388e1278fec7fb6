"""Train the plate reader: `python -m models.training.train_reader --help`."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from edge_anpr.recognition.card import PLATE_OUTPUT
from models.training.arrays import Floats
from models.training.crops import Crop, load_crops
from models.training.frames import load_frames
from models.training.loading import batches
from models.training.looks import (
    UNDECIDED_SHARES,
    WIDTH,
    WITHOUT_TEXT_SHARES,
    Look,
    LookMaker,
)
from models.training.negatives import no_plates, plates_without_text
from models.training.network import Network
from models.training.networks import READER_ROWS, READER_STEPS, reader
from models.training.pasting import PlatePaster, loose_plates
from models.training.pool import Pool
from models.training.reading import (
    ALPHABET,
    BLANK,
    character_lines,
    edges_off,
    plate_chances,
    score,
    sequence,
)
from models.training.relaid import relaid_crops
from models.training.run import Plan, Run, run_options

SYNTHETIC_SHARES = 0.75, 0.45
"""At the start and at the end of a run."""
PLACE_WEIGHT = 0.5
PLACES_UNTIL = 0.8
"""Progress at which the hint of where each character stands has faded out."""

RELAID = 2000
"""Crops of plates laid over others; none where a source is left out of training."""

PLATE_WEIGHT = 0.4
EDGES_WEIGHT = 6.0

Truth = tuple[list[str], list[Floats | None], list[bool], list[Floats | None], float]
"""Texts, places, which are plates, their edges, and how much the places count now."""


class LookBatches:
    """Batches without end, one a call."""

    def __init__(
        self,
        maker: LookMaker,
        pool: Pool | None,
        seed: int,
        batch: int,
        progress: Callable[[], float],
    ) -> None:
        self._maker = maker
        self._pool = pool
        self._rng = np.random.default_rng(seed)
        self._batch = batch
        self._progress = progress
        self._made = 0

    def __call__(self) -> tuple[Tensor, Truth]:
        progress = min(self._progress(), 1.0)
        first, last = SYNTHETIC_SHARES
        share = first + (last - first) * progress
        if self._pool is not None and self._made % 500 == 0:
            self._pool.refresh()
        self._made += 1
        looks = [self._maker.make(self._rng, share) for _ in range(self._batch)]
        hint = PLACE_WEIGHT * max(0.0, 1 - progress / PLACES_UNTIL)
        return collate(looks), (
            [look.text for look in looks],
            [look.places for look in looks],
            [look.is_plate for look in looks],
            [look.edges for look in looks],
            hint,
        )


def collate(looks: Sequence[Look]) -> Tensor:
    return torch.from_numpy(np.stack([look.pixels for look in looks]))[:, None]


def losses(results: tuple[Tensor, ...], truth: Truth) -> dict[str, Tensor]:
    texts, places, are_plates, edges, hint = truth
    scores = results[0].float()
    targets = [[ALPHABET.index(c) + 1 for c in text] for text in texts]
    legible = [index for index, text in enumerate(texts) if text]
    steps = sequence(scores[legible])
    found = {
        "ctc": functional.ctc_loss(
            steps.permute(1, 0, 2),
            torch.tensor([c for text in targets for c in text]),
            torch.full((len(legible),), steps.shape[1]),
            torch.tensor([len(targets[index]) for index in legible]),
            blank=BLANK,
            reduction="sum",
            zero_infinity=True,
        )
        / sum(len(text) for text in targets),
        "plate": _plate_loss(results[1], are_plates),
        "edges": _edges_loss(results[2], edges),
    }
    known = [
        (sample, row, step, label)
        for sample, (text, where) in enumerate(zip(targets, places, strict=True))
        if where is not None
        for label, row, step in zip(text, *_cells(where), strict=True)
    ]
    if hint and known:
        at = torch.tensor(known, device=scores.device).T
        log_chances = scores.log_softmax(1)
        found["place"] = (
            -hint * log_chances[at[0], at[3], at[1], at[2]].sum() / len(known)
        )
    else:
        found["place"] = scores.new_zeros(())
    return found


def _plate_loss(scores: Tensor, are_plates: Sequence[bool]) -> Tensor:
    if all(are_plates):
        return scores.new_zeros(())  # of plates alone nothing is to be learnt
    wanted = torch.tensor(are_plates, dtype=torch.float32, device=scores.device)
    flat = scores.flatten().float()
    return PLATE_WEIGHT * functional.binary_cross_entropy_with_logits(flat, wanted)


def _edges_loss(found: Tensor, edges: Sequence[Floats | None]) -> Tensor:
    known = [index for index, each in enumerate(edges) if each is not None]
    if not known:
        return found.new_zeros(())
    wanted = np.stack([each for each in edges if each is not None])
    off = found.flatten(1).float()[known] - torch.from_numpy(wanted).to(found.device)
    return EDGES_WEIGHT * off.abs().mean()


def _cells(places: Floats) -> tuple[list[int], list[int]]:
    steps = np.clip(places[:, 0] / WIDTH * READER_STEPS, 0, READER_STEPS - 1)
    rows = np.clip(places[:, 2], 0, READER_ROWS - 1)
    return rows.astype(int).tolist(), steps.astype(int).tolist()


def _all_of(data: Path, source: str) -> list[Crop]:
    """Every crop file of a source, whatever its split: none of it is trained on."""
    splits = ("train", "held out", "validation")
    every = [crop for split in splits for crop in load_crops(data, split)]
    return [crop for crop in every if crop.source == source]


def _relaid(data: Path, fonts: Sequence[Path], seed: int) -> list[Crop]:
    paster = PlatePaster(loose_plates(data, fonts, 0, seed))
    rng = np.random.default_rng(seed)
    return list(relaid_crops(load_frames(data, "train"), paster, RELAID, rng))


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--pool", type=click.Path(path_type=Path), help="Made by pool.py.")
@click.option("--fonts", type=click.Path(path_type=Path), multiple=True)
@click.option("--leave-out", multiple=True, help="A source to keep from training.")
@click.option(
    "--only-plate", is_flag=True, help="Train what tells plates from others alone."
)
@run_options(images=5_000_000, batch=64, rate=4e-3)
def main(
    data: Path,
    pool: Path | None,
    fonts: tuple[Path, ...],
    leave_out: tuple[str, ...],
    only_plate: bool,
    out: Path,
    resume: bool,
    start: Path | None,
    threads: int,
    workers: int,
    **schedule: Any,
) -> None:
    """Train on DATA and the synthetic POOL; checkpoints and curve go to OUT."""
    torch.set_num_threads(threads)
    plan = Plan(**schedule, decay=0.03, average=0.998)
    run = Run(reader(), plan, out, PLATE_OUTPUT if only_plate else None)
    run.begin(start, resume=resume)
    synthetic = Pool(pool) if pool else None
    mined = no_plates(data, "train", fonts)
    real = load_crops(data, "train", leave_out)
    if not leave_out:
        real += _relaid(data, fonts, plan.seed)
    maker = LookMaker(
        real,
        synthetic or [],
        (plates_without_text(data, "train"), mined),
        UNDECIDED_SHARES if only_plate else WITHOUT_TEXT_SHARES,
    )
    if run.images or start:
        with run.quickly():
            maker.favour(plate_chances(run.average.network, mined))
            maker.rewrite(character_lines(run.average.network, real))
    source = batches(
        lambda seed, progress: LookBatches(
            maker, synthetic, seed, plan.batch, progress
        ),
        plan.seed + run.images,
        workers,
        lambda: run.progress,
    )
    guard = load_crops(data, "held out", leave_out)
    unseen = {source: _all_of(data, source) for source in leave_out}
    plates = [*guard, *plates_without_text(data, "held out")]
    others = no_plates(data, "held out")
    framed = [crop for crop in plates if crop.is_framed]

    def judge(network: Network) -> dict[str, float]:
        figures = score(network, guard)
        figures["plates known"] = float((plate_chances(network, plates) > 0.5).mean())
        figures["others taken"] = float((plate_chances(network, others) > 0.5).mean())
        figures["edges off"] = edges_off(network, framed)
        for name, crops in unseen.items():
            figures[f"unseen {name}"] = score(network, crops)["folded"]
        return figures

    run.train(source, losses, judge, judge_every=100_000)


if __name__ == "__main__":
    main()
