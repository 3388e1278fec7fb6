"""Judge float readers by what none of them has seen, and nobody picks releases by.

`python -m models.training.judge_readers --data FOLDER M1=one.npz M2=two.npz,one.npz`
prints one line a reader; several files are taken as the mean of their weights. All is
made of held-out training crops and of newly drawn plates: validation stays out of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click
import cv2
import numpy as np
import torch

from models.training.arrays import Pixels, Random
from models.training.crops import Crop, load_crops
from models.training.looks import HEIGHT, WIDTH, spoilt, straight
from models.training.negatives import no_plates
from models.training.network import Network
from models.training.networks import reader
from models.training.pool import make_crop
from models.training.reading import (
    MARGIN,
    character_lines,
    plate_chances,
    read_greedily,
)
from models.training.restacking import can_be_restacked, restacked
from models.training.rewriting import Rewriter
from models.training.scoring import folded
from models.training.spoil import compress
from models.training.synthesis import PlateSynthesiser
from models.training.weights import Weights, averaged, load_weights

DRAWN = 3000
TIMES = 8
"""How often a held-out crop is spoilt, and ..."""
ANEW = 4
"""... how often it is written anew or in two lines."""
TURNED = 12.0, 16.0
"""Degrees, either way, of a plate twice as wide as high, as a look shows all."""
NOISE = 25.0
"""Grey levels, one standard deviation."""

NIGHT_LIGHT, NIGHT_NOISE = 0.3, (3.0, 6.0)
"""Of the light by day, and grey levels, one standard deviation."""
NIGHT_WIDTHS, NIGHT_ASPECTS, NIGHT_QUALITY = (60, 128), (2.0, 4.5), (88, 89)
"""In pixels; width for height; and of a camera's JPEG."""

Looks = tuple[Pixels, list[str]]
"""N×64×128, and their texts."""


def seen_straight(crops: Sequence[Crop]) -> Looks:
    pixels = np.stack([straight(crop, MARGIN) for crop in crops])
    return pixels, [crop.text for crop in crops]


def seen_spoilt(crops: Sequence[Crop], times: int, rng: Random) -> Looks:
    """As in training, but never with a part of the text cut off."""
    found = []
    for crop in crops:
        whole = replace(crop, is_framed=False)
        found += [spoilt(whole, rng) for _ in range(times)]
    return np.stack([look.pixels for look in found]), [look.text for look in found]


def seen_otherwise(
    crops: Sequence[Crop], change: Callable[[Pixels, Random], Pixels], rng: Random
) -> Looks:
    pixels, texts = seen_straight(crops)
    return np.stack([change(each, rng) for each in pixels]), texts


def turned(pixels: Pixels, rng: Random) -> Pixels:
    degrees = rng.uniform(*TURNED) * rng.choice([-1, 1])
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), degrees, 0.85)
    mode = cv2.BORDER_REPLICATE
    turned = cv2.warpAffine(pixels, matrix, (WIDTH, HEIGHT), borderMode=mode)
    return np.asarray(turned, np.uint8)


def noisy(pixels: Pixels, rng: Random) -> Pixels:
    level = pixels + rng.normal(0, NOISE, pixels.shape)
    return np.clip(level, 0, 255).astype(np.uint8)


def by_night(pixels: Pixels, rng: Random) -> Pixels:
    """As small as a plate is from afar, in little light, with a sensor's noise."""
    width = rng.uniform(*NIGHT_WIDTHS)
    size = int(width), int(width / rng.uniform(*NIGHT_ASPECTS))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
    noise = rng.normal(0, rng.uniform(*NIGHT_NOISE), small.shape)
    level = np.clip(small * NIGHT_LIGHT + noise, 0, 255).astype(np.uint8)
    seen = compress(level, rng, NIGHT_QUALITY)
    return np.asarray(cv2.resize(seen, (WIDTH, HEIGHT)), np.uint8)


def written_anew(
    base: Network, crops: Sequence[Crop], rng: Random
) -> tuple[list[Crop], list[Crop]]:
    """Held-out crops with other texts, and with their own in two lines."""
    lines = character_lines(base, crops)
    rewriter = Rewriter(crops, lines)
    known = [(i, line) for i, line in enumerate(lines) if line]
    anew = [rewriter.rewritten(i, rng) for i, _ in known for _ in range(ANEW)]
    two = [
        restacked(crops[i], line, rng)
        for i, line in known
        if can_be_restacked(crops[i], line)
        for _ in range(ANEW)
    ]
    return anew, two


def measures(data: Path, fonts: Sequence[Path], base: Network) -> Mapping[str, Looks]:
    """Looks by the names of what is measured; `base` finds where characters stand."""
    rng = np.random.default_rng(20261128)
    held = load_crops(data, "held out")
    synthesiser = PlateSynthesiser(fonts)
    drawn = [make_crop(synthesiser, rng) for _ in range(DRAWN)]
    anew, two = written_anew(base, held, rng)
    return {
        "held out": seen_straight(held),
        "spoilt": seen_spoilt(held, TIMES, rng),
        "drawn": seen_straight(drawn),
        "drawn, spoilt": seen_spoilt(drawn, 1, rng),
        "anew": seen_straight(anew),
        "anew, spoilt": seen_spoilt(anew, 1, rng),
        "two lines": seen_straight(two),
        "two lines, spoilt": seen_spoilt(two, 1, rng),
        "turned": seen_otherwise(held, turned, rng),
        "noisy": seen_otherwise(held, noisy, rng),
        "by night": seen_otherwise(held * TIMES, by_night, rng),
    }


def network_of(weights: Weights) -> Network:
    network = Network(reader())
    tensors = {name: torch.from_numpy(value) for name, value in weights.items()}
    network.load_state_dict(tensors, strict=False)
    network.eval()
    return network


def right(network: Network, looks: Looks) -> float:
    """The share read right, folded."""
    pixels, texts = looks
    pairs = zip(read_greedily(network, pixels), texts, strict=True)
    return float(np.mean([folded(read) == folded(text) for read, text in pairs]))


def _named(argument: str) -> tuple[str, Network]:
    name, _, files = argument.partition("=")
    paths = [Path(file) for file in files.split(",")]
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        raise click.BadParameter(f"{missing[0]} is no file; say NAME=weights.npz.")
    weights = averaged([load_weights(path) for path in paths])
    return name, network_of(weights)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--fonts", type=click.Path(path_type=Path), multiple=True)
@click.argument("readers", nargs=-1, required=True)
def main(data: Path, fonts: tuple[Path, ...], readers: tuple[str, ...]) -> None:
    """Judge READERS, each NAME=weights.npz[,more.npz]; the first finds characters."""
    networks = dict(_named(each) for each in readers)
    looks = measures(data, fonts, next(iter(networks.values())))
    others = no_plates(data, "held out")
    for name, network in networks.items():
        shares = {what: right(network, each) for what, each in looks.items()}
        taken = float((plate_chances(network, others) > 0.5).mean())
        shares["others taken"] = taken
        figures = (f"{what} {100 * share:.1f}" for what, share in shares.items())
        click.echo(f"{name}: {', '.join(figures)}")


if __name__ == "__main__":
    main()
