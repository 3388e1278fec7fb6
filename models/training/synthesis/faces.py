"""Faces: where a character's shape comes from, and which country writes with which.

A face is either a font file or a pen (`strokes.py`). Every character is drawn once per
face, at `MASTER_PX`, and scaled from there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import ascii_uppercase, digits

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from models.training.synthesis.plate import Picture
from models.training.synthesis.strokes import PENS, Pen

MASTER_PX = 96
"""Capital height of the stored masks."""

ALPHABET = ascii_uppercase + digits

SYSTEM_FOLDERS = (Path("/usr/share/fonts/truetype"), Path("/usr/share/fonts/opentype"))

# Parts of file names in lower case, or names of pens; the first are the best likeness.
FAMILIES: dict[str, tuple[str, ...]] = {
    "din": (
        "altedin",
        "altedin",
        "osp-din",
        "osp-din",
        "osifont",
        "pen din",
        "pen din",
    ),
    "fe": ("europlate", "europlate", "pen fe", "pen mercosur"),
    "uk": ("uknumberplate", "uknumberplate", "pen uk"),
    "dutch": ("kenteken", "kenteken", "kenteken", "pen polish"),
    "swedish": ("tratex", "tratex", "pen spanish"),
    "us": (
        *("licenseplate",) * 4,
        "pen us",
        "rg2014",
        "pen us round",
        "pen condensed",
    ),
    "polish": ("altedin", "pen polish", "barlow-latin", "pen din"),
    "italian": ("pen italian", "altedin", "rajdhani-latin-700", "osifont"),
    "french": (
        "altedin",
        "pen din",
        "overpass-latin",
        "roboto-condensed",
        "pen spanish",
    ),
    "spanish": ("altedin", "pen spanish", "altedin", "pen din"),
    "belgian": ("altedin", "pen polish", "pen din narrow", "osp-din"),
    "irish": ("uknumberplate", "altedin", "pen uk", "rg2014b"),
    "danish": ("altedin", "pen din", "pen polish"),
    "norwegian": ("pen polish", "altedin", "pen mercosur", "overpass"),
    "finnish": ("altedin", "pen spanish", "pen wide", "tratex"),
    "turkish": ("altedin", "pen polish", "pen indian", "uknumberplate"),
    "russian": ("pen russian", "pen russian", "pen spanish", "pen polish"),
    "brazilian": ("pen brazilian", "altedin", "pen brazilian", "pen din", "overpass"),
    "argentinian": ("pen din narrow", "pen brazilian", "pen us"),
    "chilean": ("altedin", "pen fe", "pen brazilian"),
    "square": ("pen square", "pen brazilian", "pen us boxy"),
    "indian": (
        "pen indian",
        "pen indian wide",
        "altedin",
        "liberationsans",
        "licenseplate",
        "pen condensed",
        "dejavusanscondensed",
        "uknumberplate",
        "pen thin",
    ),
    "gulf": ("pen polish", "altedin", "liberationsans", "pen spanish"),
    "south african": ("altedin", "pen spanish", "pen din"),
    "chinese": ("pen chinese", "pen chinese", "pen condensed", "osp-din"),
    "vietnamese": ("pen vietnamese", "pen vietnamese", "pen din narrow", "altedin"),
    "malaysian": ("uknumberplate", "liberationsans", "pen bold", "altedin"),
    "indonesian": ("pen condensed", "pen us", "pen brazilian", "pen din narrow"),
    "australian": ("pen us round", "pen din", "pen spanish", "rg2014"),
    "israeli": ("altedin", "pen polish", "overpass", "pen spanish"),
    "any": (),
}


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character of one face, cut to its ink."""

    mask: Picture
    top: float
    """First row above (negative) or below the capital line, in capital heights."""

    @property
    def width(self) -> float:
        """In capital heights."""
        return float(self.mask.shape[1] / MASTER_PX)


@dataclass(slots=True)
class Face:
    """All the characters of one face, each drawn when first asked for."""

    name: str
    source: Path | Pen
    _glyphs: dict[str, Glyph] = field(default_factory=dict)
    _font: ImageFont.FreeTypeFont | None = None

    def glyph(self, char: str) -> Glyph:
        if char not in self._glyphs:
            self._glyphs[char] = self._draw(char)
        return self._glyphs[char]

    def _draw(self, char: str) -> Glyph:
        if isinstance(self.source, Pen):
            return _cut(self.source.draw(char, MASTER_PX), 0)
        if self._font is None:
            self._font = _sized(self.source, MASTER_PX)
        mask, base_line = raster(self._font, char)
        return _cut(mask, MASTER_PX - base_line)


def find_fonts(
    folders: Sequence[Path], system: Sequence[Path] = SYSTEM_FOLDERS
) -> list[Path]:
    """Usable font files among these files and folders, then those of the system."""
    names: set[str] = set()
    usable = []
    for path in [
        *sorted({path for folder in folders for path in _font_files(folder)}),
        *sorted({path for folder in system for path in _font_files(folder)}),
    ]:
        if path.stem.lower() not in names and _is_usable(path):
            names.add(path.stem.lower())
            usable.append(path)
    return usable


def load_faces(fonts: Iterable[Path]) -> list[Face]:
    """Pens first, then the font files."""
    faces = [Face(pen.name, pen) for pen in PENS]
    return faces + [Face(path.stem.lower(), path) for path in fonts]


def family(name: str, faces: Sequence[Face]) -> list[Face]:
    """The faces at hand that a layout may be written with; repeated means likelier."""
    return [
        face for part in FAMILIES[name] for face in faces if face.name.startswith(part)
    ] or list(faces)


def varieties(faces: Sequence[Face]) -> list[list[Face]]:
    """The faces in groups of relations, so that a large family counts but once."""
    groups: dict[str, list[Face]] = {}
    for face in faces:
        key = face.name if isinstance(face.source, Pen) else face.name[:5]
        groups.setdefault(key, []).append(face)
    return [_mostly_plain(group) for group in groups.values()]


def _mostly_plain(group: list[Face]) -> list[Face]:
    """Serifs and slopes are rare on plates: upright sans serifs count four times."""
    plain = [
        face
        for face in group
        if not any(word in face.name for word in ("serif", "italic", "oblique"))
    ]
    return plain * 3 + group


def _font_files(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    return [
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in {".ttf", ".otf", ".woff"}
    ]


def open_font(path: Path, size_px: int) -> ImageFont.FreeTypeFont:
    # Kerning and ligatures cost time, and plates have neither.
    return ImageFont.truetype(str(path), size_px, layout_engine=ImageFont.Layout.BASIC)


def _sized(path: Path, capital_px: int) -> ImageFont.FreeTypeFont:
    """The font at the size that gives its H this height."""
    box = open_font(path, 100).getbbox("H")
    return open_font(path, max(1, round(100 * capital_px / max(1, box[3] - box[1]))))


def raster(font: ImageFont.FreeTypeFont, text: str) -> tuple[Picture, int]:
    """The text as a mask with room all round, and the row of its base line."""
    left, top, right, bottom = (round(edge) for edge in font.getbbox(text, anchor="ls"))
    image = Image.new("L", (right - left + 2, bottom - top + 2))
    origin = (1 - left, 1 - top)
    ImageDraw.Draw(image).text(origin, text, fill=255, font=font, anchor="ls")
    return np.array(image), origin[1]


def _cut(mask: Picture, y: float) -> Glyph:
    x1, y1, width, height = cv2.boundingRect((mask > 96).astype(np.uint8))
    inked = np.ascontiguousarray(mask[y1 : y1 + height, x1 : x1 + width])
    return Glyph(inked, (y + y1) / MASTER_PX)


def _is_usable(path: Path) -> bool:
    """Whether it has every character of ours, as capitals of about one height."""
    try:
        font = _sized(path, 32)
        shapes = {char: raster(font, char)[0] for char in ALPHABET}
    except OSError:
        return False
    if any(not mask.any() for mask in shapes.values()):
        return False
    heights = [int(np.count_nonzero(mask.max(1) > 96)) for mask in shapes.values()]
    # A font without a character draws the same box for each of those it lacks.
    distinct = {mask.tobytes() for mask in shapes.values()}
    # A few faces draw O like 0 and I like 1, never more.
    return len(distinct) >= 33 and min(heights) > 0.75 * 32 and max(heights) < 1.45 * 32
