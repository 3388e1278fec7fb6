"""A pool of synthetic crops on disk, made once so that training does not wait for it.

`python -m models.training.pool --out FOLDER --count 200000 --fonts FOLDER`
"""

from collections.abc import Sequence
from pathlib import Path
from typing import overload

import click
import numpy as np
from tqdm import tqdm

from models.training.arrays import Floats, Pixels, Random
from models.training.crops import CANVAS, INNER, Crop, on_canvas
from models.training.synthesis import PlateSynthesiser, photograph

CHUNK = 5000


class Pool(Sequence[Crop]):
    """Chunks of synthetic crops; `refresh` takes in those made since."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pixels: list[Pixels] = []
        self._texts: list[str] = []
        self._places: list[Floats] = []
        self._loaded: set[Path] = set()
        self.refresh()

    def refresh(self) -> None:
        for file in sorted(self._folder.glob("*.npz")):
            if file in self._loaded:
                continue
            with np.load(file) as chunk:
                places = np.split(chunk["places"], np.cumsum(chunk["lengths"])[:-1])
                self._pixels.append(chunk["pixels"])
                self._texts += chunk["texts"].tolist()
                self._places += places
            self._loaded.add(file)

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, index: int) -> Crop: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Crop]: ...
    def __getitem__(self, index: int | slice) -> Crop | Sequence[Crop]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        pixels = self._pixels[index // CHUNK][index % CHUNK]
        text, places = self._texts[index], self._places[index]
        return Crop(pixels, text, "synthetic", places, is_framed=True)


def make_crop(synthesiser: PlateSynthesiser, rng: Random) -> Crop:
    """One synthetic plate, photographed and put on the canvas as a detector would."""
    plate = photograph(synthesiser.make(rng), rng)
    grey = plate.pixels
    if grey.ndim == 3:
        # Weights vary: an infra-red or cheap sensor does not see as ITU-R BT.601 does.
        weights = rng.dirichlet((2.0, 8.0, 5.0))
        grey = np.asarray(np.rint(grey @ weights), np.uint8)
    quad = plate.plate_quad
    box = np.concatenate([quad.min(0), quad.max(0)]).astype(np.float32)
    size = box[2:] - box[:2]
    middles = (plate.character_boxes[:, :2] + plate.character_boxes[:, 2:]) / 2
    inner = (middles - box[:2]) / size
    places = np.column_stack([_to_canvas(inner), _line_numbers(plate.lines, middles)])
    return Crop(on_canvas(grey, box), plate.text, "synthetic", places)


def _to_canvas(inner: Floats) -> Floats:
    size = np.array(INNER)
    return np.asarray(inner * size + (np.array(CANVAS) - size) / 2)


def _line_numbers(lines: int, middles: Floats) -> Floats:
    """A text of two lines jumps back to the left once, where the lower line begins."""
    if lines == 1:
        return np.zeros(len(middles), np.float32)
    split = int(np.argmin(np.diff(middles[:, 0]))) + 1
    return (np.arange(len(middles)) >= split).astype(np.float32)


@click.command()
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.option("--count", default=200_000, show_default=True)
@click.option("--fonts", type=click.Path(path_type=Path), multiple=True)
@click.option("--only", default="", help="How the layouts' names begin.")
@click.option("--seed", default=1, show_default=True)
def main(out: Path, count: int, fonts: tuple[Path, ...], only: str, seed: int) -> None:
    """Fill OUT with COUNT synthetic crops in chunks; goes on where it stopped."""
    out.mkdir(parents=True, exist_ok=True)
    synthesiser = PlateSynthesiser(fonts, only=only)
    for first in tqdm(range(0, count, CHUNK), unit="chunk"):
        file = out / f"{first // CHUNK:05}.npz"
        if file.exists():
            continue
        rng = np.random.default_rng((seed, first))
        crops = [make_crop(synthesiser, rng) for _ in range(CHUNK)]
        unfinished = file.with_suffix(".part")
        with unfinished.open("wb") as stream:
            np.savez(
                stream,
                pixels=np.stack([crop.pixels for crop in crops]),
                texts=np.array([crop.text for crop in crops]),
                lengths=np.array([len(crop.text) for crop in crops]),
                places=np.concatenate(
                    [crop.places for crop in crops if crop.places is not None]
                ).astype(np.float32),
            )
        unfinished.replace(file)


if __name__ == "__main__":
    main()
