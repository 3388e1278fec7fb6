"""Fine-tune the reader for one site: `python -m models.training.tune --help`.

It begins from the shipped float weights, mixes the operator's own crops with made-up
plates so that nothing else is forgotten, and hands out a folder for `--models` only
when the result reads no worse.
"""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import torch
import yaml

from edge_anpr.config import RecognitionConfig
from edge_anpr.recognition.reader import CARD_FILE, load_reader
from edge_anpr.records import Box, Detection
from models.training.cards import MODELS, write_card
from models.training.crops import Crop
from models.training.loading import batches
from models.training.looks import HEIGHT, WIDTH, LookMaker, straight
from models.training.negatives import drawn_signs
from models.training.networks import reader
from models.training.own_plates import LabelsUnusable, OwnPlate, load_own_plates
from models.training.pool import make_crop
from models.training.reading import MARGIN, score
from models.training.release import write_model
from models.training.run import Plan, Run
from models.training.scoring import folded
from models.training.synthesis import PlateSynthesiser
from models.training.train_reader import LookBatches, losses
from models.training.weights import load_weights, save_weights

WORSE = 0.01
"""How much less of the made-up plates may be read than before."""
GUARDS = 400
SIGNS = 600
EXAMPLES = 200
"""Made-up plates, and signs, among the pictures that set the int8 ranges."""
FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
OUT = click.Path(file_okay=False, path_type=Path)


def _can_be_written(ctx: click.Context, param: click.Parameter, out: Path) -> Path:
    """Asked before the training, which may take hours, and not after it."""
    there = next(each for each in (out, *out.absolute().parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise click.BadParameter(
            f"{out} cannot be written; give a folder that you may write to.", ctx, param
        )
    return out


@click.command()
@click.option("--plates", type=FOLDER, required=True, help="Folder of plate crops.")
@click.option("--labels", type=FILE, required=True, help="CSV file: file,text.")
@click.option(
    "--out",
    type=OUT,
    required=True,
    callback=_can_be_written,
    help="For edge-anpr's --models.",
)
@click.option(
    "--fonts", type=FOLDER, multiple=True, help="More faces for made-up ones."
)
@click.option(
    "--images",
    type=click.IntRange(1),
    default=20_000,
    show_default=True,
    help="To learn from, one plate often seen anew.",
)
@click.option(
    "--drawn",
    type=click.IntRange(0),
    default=3_000,
    show_default=True,
    help="Made-up plates.",
)
@click.option(
    "--threads",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Processor threads.",
)
def main(
    plates: Path,
    labels: Path,
    out: Path,
    fonts: tuple[Path, ...],
    images: int,
    drawn: int,
    threads: int,
) -> None:
    """Fine-tune the plate reader on your own crops and write a model folder.

    Exits with 1, writing nothing, when the result reads worse on plates that were kept
    aside; with 2 when the labels cannot be used.
    """
    try:
        own = load_own_plates(plates, labels)
    except LabelsUnusable as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error
    torch.set_num_threads(threads)
    made = _made_up(fonts, drawn + GUARDS)
    made_guard, made = made[:GUARDS], made[GUARDS:]
    signs = drawn_signs(fonts, SIGNS, seed=1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "models"
        folder.mkdir()
        for file in (*MODELS.glob("*.tflite"), *MODELS.glob("*.yaml")):
            shutil.copy(file, folder)
        crops = [plate.as_crop() for plate in own if not plate.is_guard]
        _train(crops, made, signs, Path(name) / "run", images)
        examples = [*crops, *made[:EXAMPLES], *signs[:EXAMPLES]]
        _write_reader(Path(name) / "run", folder, len(crops), examples, images)
        guard = [plate for plate in own if plate.is_guard]
        before, after = (_figures(each, guard, made_guard) for each in (MODELS, folder))
        for what, old, new in zip(("your own", "made-up"), before, after, strict=True):
            click.echo(
                f"{what} plates kept aside: {old:.1%} read before, {new:.1%} now"
            )
        if after[0] < before[0] or after[1] < before[1] - WORSE:
            click.echo("edge-anpr: worse than before, so nothing is written.", err=True)
            raise SystemExit(1)
        shutil.copytree(folder, out, dirs_exist_ok=True)
    click.echo(f"{out}: use it with --models, or recognition.models in config.yaml")


def _made_up(fonts: Sequence[Path], count: int) -> list[Crop]:
    synthesiser, rng = PlateSynthesiser(fonts), np.random.default_rng(1)
    return [make_crop(synthesiser, rng) for _ in range(count)]


def _train(
    crops: Sequence[Crop],
    made: Sequence[Crop],
    signs: Sequence[Crop],
    folder: Path,
    images: int,
) -> None:
    plan = Plan(images, hours=24, batch=64, rate=3e-4, decay=0.03, average=0.99)
    run = Run(reader(), plan, folder)
    run.begin(MODELS / "plate_reader.npz", resume=False)
    # Without them the reader would forget what is no plate.
    maker = LookMaker(crops, made, without_text=((), signs))
    source = batches(
        lambda seed, progress: LookBatches(maker, None, seed, plan.batch, progress),
        plan.seed,
        0,
        lambda: run.progress,
    )
    run.train(source, losses, lambda network: score(network, crops), judge_every=images)
    weights = {k: v.numpy() for k, v in run.average.network.cpu().state_dict().items()}
    save_weights(weights, folder / "plate_reader.npz")


def _write_reader(
    run: Path,
    folder: Path,
    own: int,
    examples: Sequence[Crop],
    images: int,
) -> None:
    """The int8 model, and its card: the shipped one's but for what is new.

    own: crops of the operator's that it learnt from. examples: set the int8 ranges.
    """
    weights = load_weights(run / "plate_reader.npz")
    card = yaml.safe_load((MODELS / CARD_FILE).read_text(encoding="utf-8"))
    outputs = {each["name"]: each["shape"] for each in card["outputs"]}
    looks = [straight(crop, MARGIN)[..., None] for crop in examples]
    card |= write_model(
        folder, reader(), weights, card["name"], (WIDTH, HEIGHT), looks, outputs
    )
    # Or nobody could tell from a sighting or the page which of them has read.
    card["version"] += f"+own.{card['sha256'][:8]}"
    card["training"]["images_seen"] += images
    card["training"]["data"].append(
        {"source": "own plates", "images": own, "licence": "the operator's own"}
    )
    write_card(folder / CARD_FILE, card)
    shutil.copy(run / "plate_reader.npz", folder)


def _figures(
    models: Path, guard: Sequence[OwnPlate], made: Sequence[Crop]
) -> tuple[float, float]:
    """Shares read by the int8 model, O as 0 and I as 1: own plates, made-up plates."""
    model = load_reader(RecognitionConfig(models=models))

    def right(pixels: np.ndarray, text: str) -> bool:
        height, width = pixels.shape[:2]
        whole = Detection(Box(0, 0, width, height), 1.0)
        read = model.read(pixels, whole)
        return read is not None and folded(read.text) == folded(text)

    own = [right(plate.pixels, plate.text) for plate in guard]
    others = [
        right(np.repeat(straight(crop, (0, 0))[..., None], 3, 2), crop.text)
        for crop in made
    ]
    return float(np.mean(own)), float(np.mean(others))


if __name__ == "__main__":
    main()
