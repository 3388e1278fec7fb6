"""Draws a sheet of made-up plates, to be looked at."""

import argparse
import sys
import time
from pathlib import Path

import cv2
import numpy as np

from models.training.synthesis import PlateSynthesiser, SyntheticPlate, photograph
from models.training.synthesis.plate import Picture

_CELL = (206, 128)
_COLUMNS = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fonts", type=Path, action="append", default=[])
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sheet", type=Path, required=True)
    parser.add_argument("--bare", action="store_true", help="without the camera")
    parser.add_argument(
        "--boxes", action="store_true", help="show the characters' boxes"
    )
    options = parser.parse_args()

    synthesiser = PlateSynthesiser(options.fonts)
    rng = np.random.default_rng(options.seed)
    started = time.perf_counter()
    plates = [synthesiser.make(rng) for _ in range(options.count)]
    if not options.bare:
        plates = [photograph(plate, rng) for plate in plates]
    took_s = time.perf_counter() - started

    cells = [_cell(plate, options.boxes) for plate in plates]
    cells += [np.zeros_like(cells[0])] * (-len(cells) % _COLUMNS)
    rows = [np.hstack(cells[at : at + _COLUMNS]) for at in range(0, len(cells), 8)]
    cv2.imwrite(str(options.sheet), np.vstack(rows))
    sys.stdout.write(
        f"{options.count} plates, {options.count / took_s:.0f} a second, "
        f"{len(synthesiser.faces)} faces\n"
    )


def _cell(plate: SyntheticPlate, with_boxes: bool) -> Picture:
    """The plate as large as fits, its text below."""
    width, height = _CELL
    picture = plate.pixels.copy()
    scale = min((width - 4) / picture.shape[1], (height - 18) / picture.shape[0])
    picture = cv2.resize(picture, None, fx=scale, fy=scale)
    if with_boxes:
        for x1, y1, x2, y2 in np.round(plate.character_boxes * scale).astype(int):
            cv2.rectangle(picture, (int(x1), int(y1)), (int(x2), int(y2)), (0, 0, 255))
    cell = np.full((height, width, 3), 60, np.uint8)
    cell[: picture.shape[0], : picture.shape[1]] = picture[:height, :width]
    font = cv2.FONT_HERSHEY_SIMPLEX
    cv2.putText(cell, plate.text, (2, height - 4), font, 0.42, (0, 255, 255), 1)
    return cell


if __name__ == "__main__":
    main()
