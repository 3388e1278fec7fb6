"""Small writing: states, slogans, dealers, the letters in a band."""

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import ImageFont

from models.training.synthesis.colours import Colour
from models.training.synthesis.faces import open_font, raster
from models.training.synthesis.lettering import Area
from models.training.synthesis.plate import Picture


def write_small(
    plate: Picture, text: str, area: Area, colour: Colour, font: Path | None
) -> None:
    """Small writing, as large as fits, centred in the area."""
    mask = _writing(text, font)
    scale = min(area.width / mask.shape[1], area.height / mask.shape[0])
    width, height = int(mask.shape[1] * scale), int(mask.shape[0] * scale)
    if width < 2 or height < 2:
        return
    mask = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA)
    x = int(area.x + (area.width - width) / 2)
    y = int(area.y + (area.height - height) / 2)
    stain(plate, mask, x, y, colour)


def stain(plate: Picture, mask: Picture, x: int, y: int, colour: Colour) -> None:
    """Paint the colour through the mask; what falls outside is left out."""
    mask = mask[max(0, -y) :, max(0, -x) :]
    x, y = max(0, x), max(0, y)
    under = plate[y : y + mask.shape[0], x : x + mask.shape[1]]
    if not under.size:
        return
    cover = mask[: under.shape[0], : under.shape[1], None].astype(np.float32) / 255
    under[:] = under + (np.array(colour, np.float32) - under) * cover


@lru_cache(maxsize=4096)
def _writing(text: str, font: Path | None) -> Picture:
    if font is None:
        (width, height), base = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 1, 2)
        mask = np.zeros((height + base, width + 4), np.uint8)
        origin = (2, height + 1)
        cv2.putText(mask, text, origin, cv2.FONT_HERSHEY_DUPLEX, 1, 255, 2, cv2.LINE_AA)
        return mask
    return raster(_small_font(font), text)[0]


@lru_cache(maxsize=256)
def _small_font(path: Path) -> ImageFont.FreeTypeFont:
    return open_font(path, 30)
