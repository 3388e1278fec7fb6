"""What a reader in training reads, where it sees each character, and how well.

By one straight look and the likeliest class of every step; what is shipped reads as
`edge_anpr.recognition.reader` does.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from models.training.arrays import Floats, Pixels
from models.training.crops import INNER, Crop, inner_part
from models.training.looks import straight
from models.training.network import Network
from models.training.networks import READER_STEPS
from models.training.rewriting import Line, Rewriter, line_of
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

FOLLOWED = 2, 3
"""A plate is written on in training if that many of so many trials with its own
characters were read right before it."""


def sequence(scores: Tensor) -> Tensor:
    """N×37×2×32 scores as N×65×37 log chances: upper row, a sure blank, lower row.

    The blank keeps a character that ends the upper line apart from an equal one that
    begins the lower.
    """
    chances = scores.log_softmax(1).permute(0, 2, 3, 1)
    gap = torch.full_like(chances[:, 0, :1], -30.0)
    gap[..., BLANK] = 0.0
    return torch.cat([chances[:, 0], gap, chances[:, 1]], 1)


@torch.no_grad()
def read_greedily(network: Network, looks: Pixels) -> list[str]:
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
            _, columns = inner_part(crop.pixels)
            found.append(line_of(crop.pixels, columns.start + across * INNER[0]))
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
