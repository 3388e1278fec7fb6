"""Train the plate reader: `python -m models.training.train_reader --help`."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from edge_anpr.recognition.card import PLATE_OUTPUT
from models.training.arrays import Floats
from models.training.crops import INNER, Crop, load_crops
from models.training.frames import load_frames
from models.training.loading import batches
from models.training.looks import (
    UNDECIDED_SHARES,
    WIDTH,
    WITHOUT_TEXT_SHARES,
    Look,
    LookMaker,
    straight,
)
from models.training.negatives import no_plates, plates_without_text
from models.training.network import Network
from models.training.networks import READER_ROWS, READER_STEPS, reader
from models.training.pasting import PlatePaster, loose_plates
from models.training.pool import Pool
from models.training.relaid import relaid_crops
from models.training.rewriting import Line, Rewriter, line_of
from models.training.run import Plan, Run, run_options
from models.training.scoring import folded

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BLANK = 0
MARGIN = 0.03, 0.05
"""What the device adds to a box on each side, chosen on training frames."""
SECOND_LOOKS_BELOW = 0.9
SECOND_LOOKS = (-0.02, -0.1), (0.1, 0.16), (0.0, -0.05)
"""How the device cuts a plate again whose first read is unsure, chosen on training rows
of sources that were left out of the training of the readers they were chosen with."""

TEXT_SHARE = 0.75
"""Of a second look's width, that its text is to fill; chosen on training frames."""

SYNTHETIC_SHARES = 0.75, 0.45
"""At the start and at the end of a run."""
PLACE_WEIGHT = 0.5
PLACES_UNTIL = 0.8
"""Progress at which the hint of where each character stands has faded out."""

FOLLOWED = 2, 3
"""A plate is written on in training if that many of so many trials with its own
characters were read right before it."""

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


def sequence(scores: Tensor) -> Tensor:
    """N×37×2×32 scores as N×65×37 log chances: upper row, a sure blank, lower row.

    The blank keeps a character that ends the upper line apart from an equal one that
    begins the lower.
    """
    chances = scores.log_softmax(1).permute(0, 2, 3, 1)
    gap = torch.full_like(chances[:, 0, :1], -30.0)
    gap[..., BLANK] = 0.0
    return torch.cat([chances[:, 0], gap, chances[:, 1]], 1)


def _cells(places: Floats) -> tuple[list[int], list[int]]:
    steps = np.clip(places[:, 0] / WIDTH * READER_STEPS, 0, READER_STEPS - 1)
    rows = np.clip(places[:, 2], 0, READER_ROWS - 1)
    return rows.astype(int).tolist(), steps.astype(int).tolist()


@torch.no_grad()
def read_greedily(network: Network, looks: Floats) -> list[str]:
    """Texts of N×64×128 uint8 looks: the likeliest class a step, repeats merged."""
    device = next(network.parameters()).device
    texts = []
    for first in range(0, len(looks), 256):
        batch = torch.from_numpy(looks[first : first + 256])[:, None].to(device)
        best = sequence(network(batch.float() / 255)[0]).argmax(2).cpu().numpy()
        for row in best:
            changes = row[np.flatnonzero(np.diff(row, prepend=-1))]
            texts.append("".join(ALPHABET[c - 1] for c in changes if c != BLANK))
    return texts


@torch.no_grad()
def character_lines(network: Network, crops: Sequence[Crop]) -> list[Line | None]:
    """Where the characters stand on plates of one line that it reads right.

    None, too, where it cannot follow when they change places: they are then not cut
    where one ends and the next begins, or lie so askew that it shows.
    """
    found: list[Line | None] = []
    for crop, (text, steps) in zip(crops, _read_where(network, crops), strict=True):
        lines = set((steps // (READER_STEPS + 1)).astype(int).tolist())
        if text and text == crop.text and len(lines) == 1:
            shares = (steps % (READER_STEPS + 1) + 0.5) / READER_STEPS
            across = shares * (1 + 2 * MARGIN[0]) - MARGIN[0]
            left = (crop.pixels.shape[1] - INNER[0]) / 2
            found.append(line_of(crop.pixels, left + across * INNER[0]))
        else:
            found.append(None)
    known = [index for index, line in enumerate(found) if line]
    followed = np.zeros(len(crops), int)
    rng = np.random.default_rng(0)
    rewriter = Rewriter(crops, found)
    for _ in range(FOLLOWED[1] if known else 0):
        drawn = [rewriter.rewritten(index, rng, elsewhere=0) for index in known]
        looks = np.stack([straight(crop, MARGIN) for crop in drawn])
        texts = read_greedily(network, looks)
        followed[known] += [
            folded(text) == folded(crop.text)
            for text, crop in zip(texts, drawn, strict=True)
        ]
    return [
        line if count >= FOLLOWED[0] else None
        for line, count in zip(found, followed, strict=True)
    ]


def _read_where(
    network: Network, crops: Sequence[Crop]
) -> Iterator[tuple[str, Floats]]:
    """Texts, and the step in the sequence where each character's middle is."""
    device = next(network.parameters()).device
    for first in range(0, len(crops), 256):
        looks = [straight(crop, MARGIN) for crop in crops[first : first + 256]]
        batch = torch.from_numpy(np.stack(looks))[:, None].to(device)
        scores = network(batch.float() / 255)[0].float()
        chances = sequence(scores).exp().cpu().numpy()
        for row in chances:
            best = row.argmax(1)
            begins = np.flatnonzero(np.diff(best, prepend=-1))
            ends = np.append(begins[1:], len(best))
            runs = [
                (ALPHABET[best[begin] - 1], np.arange(begin, end))
                for begin, end in zip(begins, ends, strict=True)
                if best[begin] != BLANK
            ]
            middles = [np.average(run, weights=row[run].max(1)) for _, run in runs]
            yield "".join(character for character, _ in runs), np.array(middles)


def score(network: Network, crops: Sequence[Crop]) -> dict[str, float]:
    looks = np.stack([straight(crop, MARGIN) for crop in crops])
    pairs = [
        (read, crop.text)
        for read, crop in zip(read_greedily(network, looks), crops, strict=True)
    ]
    return {
        "exact": float(np.mean([read == text for read, text in pairs])),
        "folded": float(np.mean([folded(r) == folded(t) for r, t in pairs])),
    }


@torch.no_grad()
def plate_chances(network: Network, crops: Sequence[Crop]) -> Floats:
    """How sure it is of each that it is a plate."""
    device = next(network.parameters()).device
    chances = []
    for first in range(0, len(crops), 256):
        looks = [straight(crop, MARGIN) for crop in crops[first : first + 256]]
        batch = torch.from_numpy(np.stack(looks))[:, None].to(device)
        scores = network(batch.float() / 255)[1].flatten().float()
        chances.append(scores.sigmoid().cpu())
    return np.asarray(torch.cat(chances))


@torch.no_grad()
def edges_off(network: Network, crops: Sequence[Crop]) -> float:
    """How far its edges are off, of crops cut straight: the mean, in the plate's size.

    Only what cannot be told by always saying the same is counted: the same crops are
    cut once as the device does, once with less and once with more of what surrounds.
    """
    device = next(network.parameters()).device
    off = []
    for across, along in (MARGIN, (-0.08, -0.08), (0.11, 0.12)):
        looks = np.stack([straight(crop, (across, along)) for crop in crops])
        batch = torch.from_numpy(looks)[:, None].to(device)
        found = network(batch.float() / 255)[2].flatten(1).cpu().numpy()
        size = np.array([1 + 2 * across, 1 + 2 * along] * 2)
        ends = np.array([across, along, 1 + across, 1 + along]) / size
        off.append(np.abs((found - ends) * size).mean())
    return float(np.mean(off))


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
