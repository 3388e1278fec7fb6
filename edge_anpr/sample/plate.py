"""A number plate as a picture: a text in one of the styles seen on the road."""

from dataclasses import dataclass, field
from string import ascii_uppercase, digits

import cv2
import numpy as np
import numpy.typing as npt

from edge_anpr.sample.face import Face, text_mask

Pixels = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]  # blue, green, red

WHITE: Colour = (238, 240, 240)
YELLOW: Colour = (32, 188, 246)
BLACK: Colour = (26, 24, 24)
BLUE: Colour = (150, 62, 12)
STAR: Colour = (40, 205, 250)

# I, O and Q are left off most countries' plates, for the reason we would guess.
CHARS = {"L": [char for char in ascii_uppercase if char not in "IOQ"], "D": digits}

DIN = Face(stroke=0.14, width=0.6, gap=0.15, space=0.42)
BRITISH = Face(stroke=0.17, width=0.625, gap=0.14, space=0.3, softness=0.008)
AMERICAN = Face(stroke=0.125, width=0.5, gap=0.13, space=0.2, softness=0.05)


@dataclass(frozen=True, slots=True)
class PlateStyle:
    """How one kind of plate looks; lengths are those of the metal."""

    pattern: str
    """L a letter, D a digit, a space a gap, a slash a new line."""

    width_mm: int = 520
    height_mm: int = 112
    char_mm: int = 76
    ground: Colour = WHITE
    ink: Colour = BLACK
    face: Face = field(default=DIN)
    country: str = ""
    """Letters under the stars of a blue band on the left; none, no band."""

    header: str = ""
    """A name printed along the top edge."""

    header_ground: Colour = WHITE
    bolts: int = 0

    @property
    def band_mm(self) -> int:
        return 42 if self.country else 0

    @property
    def header_mm(self) -> int:
        return self.height_mm // 4 if self.header else 0


STYLES: dict[str, PlateStyle] = {
    "germany": PlateStyle("LL LL DDDD", country="D"),
    "france": PlateStyle("LL-DDD-LL", country="F", bolts=2),
    "spain": PlateStyle("DDDD LLL", country="E"),
    "netherlands": PlateStyle("LL-DDD-L", ground=YELLOW, country="NL"),
    "british front": PlateStyle("LLDD LLL", char_mm=79, face=BRITISH, bolts=2),
    "british rear": PlateStyle(
        "LLDD LLL", char_mm=79, face=BRITISH, ground=YELLOW, bolts=2
    ),
    "oregon": PlateStyle(
        "DDD LLL",
        width_mm=305,
        height_mm=152,
        char_mm=70,
        ink=(84, 44, 26),
        face=AMERICAN,
        header="OREGON",
        bolts=4,
    ),
    "nevada": PlateStyle(
        "DDDLDD",
        width_mm=305,
        height_mm=152,
        char_mm=70,
        ground=(240, 226, 208),
        ink=(110, 52, 20),
        face=AMERICAN,
        header="NEVADA",
        header_ground=(222, 180, 138),
        bolts=4,
    ),
    "brazil": PlateStyle(
        "LLLDLDD",
        width_mm=400,
        height_mm=130,
        char_mm=68,
        header="BRASIL",
        header_ground=BLUE,
        bolts=2,
    ),
    "motorcycle": PlateStyle(
        "LL D/DDDD", width_mm=220, height_mm=200, char_mm=70, country="D"
    ),
    "dark": PlateStyle(
        "LL DDDD", char_mm=74, ground=(34, 30, 30), ink=(226, 228, 228), bolts=2
    ),
}


@dataclass(frozen=True, slots=True)
class DrawnPlate:
    """A plate as drawn. `pixels` is HxWx3 uint8 BGR; `text` has no gaps."""

    pixels: Pixels
    text: str


def random_text(style: PlateStyle, rng: np.random.Generator) -> str:
    """A text of the style's pattern, with its gaps and lines."""
    return "".join(
        str(rng.choice(list(CHARS[kind]))) if kind in CHARS else kind
        for kind in style.pattern
    )


def spaced(text: str, style: PlateStyle) -> str:
    """Put the gaps of the style's pattern into a plain text of the right length."""
    plain = bare(text)
    if plain != text or len(plain) != len(bare(style.pattern)):
        return text
    chars = iter(plain)
    return "".join(next(chars) if kind in CHARS else kind for kind in style.pattern)


def bare(text: str) -> str:
    """The text without gaps, hyphens and line ends: what a reader should read."""
    return "".join(char for char in text if char.isalnum())


def render_plate(text: str, style: PlateStyle, width_px: int = 520) -> DrawnPlate:
    """Draw `text` (A-Z, 0-9, space, hyphen; a slash starts a new line) on a plate."""
    text = spaced(text, style)
    scale = width_px / style.width_mm
    height_px = round(style.height_mm * scale)
    pixels = np.full((height_px, width_px, 3), style.ground, np.uint8)
    relief = np.zeros((height_px, width_px), np.uint8)
    if style.header:
        _draw_header(pixels, style, scale)
    if style.country:
        _draw_band(pixels, style, scale)
    _print_lines(relief, text, style, scale)
    _draw_rim(relief, scale)
    _ink(pixels, relief, style.ink)
    _emboss(pixels, relief, scale)
    for x_mm, y_mm in _bolts(style):
        _draw_bolt(pixels, x_mm * scale, y_mm * scale, 4.5 * scale)
    return DrawnPlate(pixels, bare(text))


def _print_lines(relief: Pixels, text: str, style: PlateStyle, scale: float) -> None:
    lines = text.split("/")
    left, top = style.band_mm + 8, style.header_mm + (3 if style.header else 0)
    inset_mm = 34 if style.bolts == 2 else 22
    row_mm = (style.height_mm - top - (5 if style.header else 0)) / len(lines)
    for row, line in enumerate(lines):
        mask = text_mask(line, style.face, max(6, round(style.char_mm * scale)))
        mask = _fit(mask, round((style.width_mm - left - inset_mm) * scale))
        middle_px = (left + style.width_mm - 8) / 2 * scale
        centre_px = (top + (row + 0.5) * row_mm) * scale
        _stamp(relief, mask, middle_px, centre_px)


def _fit(mask: Pixels, room_px: int) -> Pixels:
    if mask.shape[1] <= room_px:
        return mask
    size = (room_px, mask.shape[0])
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.uint8)


def _stamp(relief: Pixels, mask: Pixels, middle_px: float, centre_px: float) -> None:
    height_px, width_px = mask.shape
    x, y = round(middle_px - width_px / 2), round(centre_px - height_px / 2)
    target = relief[max(0, y) : y + height_px, max(0, x) : x + width_px]
    target[:] = np.maximum(target, mask[: target.shape[0], : target.shape[1]])


def _draw_rim(relief: Pixels, scale: float) -> None:
    """The pressed edge just inside the border of the metal."""
    height_px, width_px = relief.shape
    inset, thick = 2.5 * scale, max(1, round(2.2 * scale))
    start = (round(inset), round(inset))
    end = (round(width_px - 1 - inset), round(height_px - 1 - inset))
    cv2.rectangle(relief, start, end, 255, thick, cv2.LINE_AA)


def _ink(pixels: Pixels, relief: Pixels, ink: Colour) -> None:
    share = relief[..., None].astype(np.float32) / 255
    pixels[:] = (pixels * (1 - share) + np.array(ink, np.float32) * share).round()


def _emboss(pixels: Pixels, relief: Pixels, scale: float) -> None:
    """Raised metal catches the light on its upper left and loses it on the other."""
    raised = cv2.GaussianBlur(relief, (0, 0), max(0.5, 1.1 * scale)).astype(np.float32)
    step = max(1, round(1.2 * scale))
    slope = np.roll(raised, (-step, -step), (0, 1)) - np.roll(
        raised, (step, step), (0, 1)
    )
    rows = np.linspace(5, -7, pixels.shape[0], dtype=np.float32)[:, None]
    shaded = pixels + (slope * 0.16 + rows)[..., None]
    pixels[:] = np.clip(shaded, 0, 255).astype(np.uint8)


def _draw_header(pixels: Pixels, style: PlateStyle, scale: float) -> None:
    high_px = round(style.header_mm * scale)
    pixels[:high_px] = style.header_ground
    is_dark = sum(style.header_ground) < 380
    name = text_mask(style.header, AMERICAN, max(5, round(style.header_mm * scale / 2)))
    stamp = np.zeros(pixels.shape[:2], np.uint8)
    _stamp(stamp, name, pixels.shape[1] / 2, high_px * 0.56)
    _ink(pixels, stamp, WHITE if is_dark else style.ink)


def _draw_band(pixels: Pixels, style: PlateStyle, scale: float) -> None:
    wide_px = round(style.band_mm * scale)
    middle = style.band_mm / 2 + 1
    cv2.rectangle(pixels, (0, 0), (wide_px, pixels.shape[0]), BLUE, -1)
    for turn in np.arange(12) * np.pi / 6:
        x = (middle + 12 * np.cos(turn)) * scale
        y = (style.height_mm * 0.3 + 12 * np.sin(turn)) * scale
        _disc(pixels, x, y, 2.1 * scale, STAR)
    letters = text_mask(style.country, DIN, max(4, round(26 * scale)))
    stamp = np.zeros(pixels.shape[:2], np.uint8)
    _stamp(stamp, letters, middle * scale, style.height_mm * 0.76 * scale)
    _ink(pixels, stamp, WHITE)


def _bolts(style: PlateStyle) -> list[tuple[float, float]]:
    middle = style.height_mm / 2
    if style.bolts == 2:
        left = style.band_mm + 9
        return [(left, middle), (style.width_mm - 10, middle)]
    if style.bolts == 4:
        sides, ends = (62, style.width_mm - 62), (11, style.height_mm - 11)
        return [(x, y) for x in sides for y in ends]
    return []


def _draw_bolt(pixels: Pixels, x: float, y: float, radius_px: float) -> None:
    _disc(pixels, x + radius_px * 0.2, y + radius_px * 0.25, radius_px, (96, 98, 98))
    _disc(pixels, x, y, radius_px * 0.85, (186, 188, 188))
    _disc(pixels, x, y, radius_px * 0.4, (128, 130, 130))


def _disc(pixels: Pixels, x: float, y: float, radius_px: float, colour: Colour) -> None:
    centre = (round(x * 16), round(y * 16))
    cv2.circle(pixels, centre, round(radius_px * 16), colour, -1, cv2.LINE_AA, 4)
