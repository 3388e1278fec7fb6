"""Make the README's pictures of what the tests have taken: `make page-pictures`."""

import sys
from pathlib import Path

from PIL import Image

PHONES = ("status-phone", "sighting-phone", "why-phone", "aim-phone")
DESKTOP = "sightings-desktop"
BOARDS = ("board-raspberry-pi", "board-jetson", "board-pc")
BETWEEN_PX, BETWEEN = 24, (214, 220, 217)
COLOURS = 160


def main(taken: Path, docs: Path) -> None:
    """taken: what `pytest --screenshots` left."""
    phones = [Image.open(taken / f"{name}.png").convert("RGB") for name in PHONES]
    width = sum(each.width + BETWEEN_PX for each in phones) + BETWEEN_PX
    height = max(each.height for each in phones) + 2 * BETWEEN_PX
    strip, left = Image.new("RGB", (width, height), BETWEEN), BETWEEN_PX
    for each in phones:
        strip.paste(each, (left, BETWEEN_PX))
        left += each.width + BETWEEN_PX
    _save(strip, docs / "page-phone.png")
    desktop = Image.open(taken / f"{DESKTOP}.png").convert("RGB")
    _save(desktop, docs / "page-desktop.png")
    for name in BOARDS:
        _save(Image.open(taken / f"{name}.png").convert("RGB"), docs / f"{name}.png")


def _save(picture: Image.Image, path: Path) -> None:
    few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
