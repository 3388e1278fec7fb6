"""Characters drawn with a pen of constant width, as most plate faces are.

No font file is needed: a face is a handful of numbers (how wide, how round, how thick)
and some choices between two usual shapes of the same character.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from models.training.synthesis.plate import Picture

# Points are `x,y` in a unit square, y downwards; `o` rounds the corner; `;` lifts the
# pen; a final `z` closes the path.
_SHAPES = {
    "A": "0,1 .5,0 1,1; .17,.66 .83,.66",
    "A flat": "0,1 .36,0 .64,0 1,1; .13,.68 .87,.68",
    "A boxy": "0,1 0,0o 1,0o 1,1; 0,.6 1,.6",
    "B": "0,.48 0,0 .95,0o .95,.48o 0,.48; 0,.48 1,.48o 1,1o 0,1 0,.48",
    "C": "1,.28 1,0o 0,0o 0,1o 1,1o 1,.72",
    "D": "0,0 1,0o 1,1o 0,1z",
    "E": "1,0 0,0 0,1 1,1; 0,.49 .85,.49",
    "F": "1,0 0,0 0,1; 0,.5 .85,.5",
    "G": "1,.28 1,0o 0,0o 0,1o 1,1o 1,.55 .55,.55",
    "G spur": "1,.26 1,0o 0,0o 0,1o 1,1o 1,.58; .6,.58 1,.58 1,1",
    "H": "0,0 0,1; 1,0 1,1; 0,.5 1,.5",
    "I": ".5,0 .5,1",
    "I serif": ".5,0 .5,1; 0,0 1,0; 0,1 1,1",
    "J": "1,0 1,1o 0,1o 0,.72",
    "J bar": ".3,0 1,0 1,1o 0,1o 0,.72",
    "K": "0,0 0,1; 1,0 0,.6; .3,.42 1,1",
    "K branch": "0,0 0,1; 1,0 .3,.5 1,1; 0,.5 .3,.5",
    "L": "0,0 0,1 1,1",
    "M": "0,1 0,0 .5,.62 1,0 1,1",
    "M deep": "0,1 0,0 .5,1 1,0 1,1",
    "M short": "0,1 0,0 .5,.42 1,0 1,1",
    "N": "0,1 0,0 1,1 1,0",
    "O": "0,0o 1,0o 1,1o 0,1oz",
    "P": "0,1 0,0 1,0o 1,.55o 0,.55",
    "Q": "0,0o 1,0o 1,1o 0,1oz; .6,.72 1.05,1.06",
    "Q tail": "0,0o 1,0o 1,1o 0,1oz; .5,.8 .5,1.1",
    "R": "0,1 0,0 1,0o 1,.53o 0,.53; .5,.53 1,1",
    "R straight": "0,1 0,0 1,0o 1,.5o 0,.5; .4,.5 .95,.55o 1,1",
    "S": "1,.27 1,0o 0,0o 0,.49o 1,.49o 1,1o 0,1o 0,.73",
    "T": "0,0 1,0; .5,0 .5,1",
    "U": "0,0 0,1o 1,1o 1,0",
    "V": "0,0 .5,1 1,0",
    "V flat": "0,0 .4,1 .6,1 1,0",
    "W": "0,0 .24,1 .5,.25 .76,1 1,0",
    "W boxy": "0,0 0,1 .5,.5 1,1 1,0",
    "W low": "0,0 .24,1 .5,.5 .76,1 1,0",
    "W upright": "0,0 .14,1 .5,.45 .86,1 1,0",
    "X": "0,0 1,1; 1,0 0,1",
    "Y": "0,0 .5,.5 1,0; .5,.5 .5,1",
    "Y boxy": "0,0 0,.5o 1,.5o 1,0; .5,.5 .5,1",
    "Z": "0,0 1,0 0,1 1,1",
    "Z bar": "0,0 1,0 0,1 1,1; .2,.5 .8,.5",
    "0": "0,0o 1,0o 1,1o 0,1oz",
    "0 slash": "0,0o 1,0o 1,1o 0,1oz; .8,.2 .2,.8",
    "0 dot": "0,0o 1,0o 1,1o 0,1oz; .5,.47 .5,.53",
    "1": ".1,.27 .8,0 .8,1",
    "1 bar": ".5,0 .5,1",
    "1 foot": ".1,.24 .55,0 .55,1; .05,1 1,1",
    "2": "0,.27 0,0o 1,0o 1,.45o 0,1 1,1",
    "2 boxy": "0,.22 0,0o 1,0o 1,.5o 0,.55o 0,1 1,1",
    "3": "0,.25 0,0o .97,0o .97,.48o .4,.48; .4,.48 1,.48o 1,1o 0,1o 0,.75",
    "3 flat": "0,0 1,0 .45,.42 1,.42o 1,1o 0,1o 0,.74",
    "4": ".62,0 0,.74 1,.74; .74,.42 .74,1",
    "4 closed": ".76,1 .76,0 0,.72 1,.72",
    "4 open": ".2,0 0,.68 1,.68; .74,.35 .74,1",
    "4 wide open": ".3,0 0,.7 1,.7; .72,0 .72,1",
    "5": ".95,0 .06,0 0,.47 .1,.4 1,.36o 1,1o 0,1o 0,.74",
    "5 boxy": ".97,0 0,0 0,.42 1,.42o 1,1o 0,1o 0,.76",
    "6": "1,.24 1,0o 0,0o 0,1o 1,1o 1,.42o 0,.42",
    "6 sloped": ".78,0 0,.55o 0,1o 1,1o 1,.42o .1,.44",
    "7": "0,0 1,0 .35,1",
    "7 hook": "0,.2 0,0 1,0 .4,1",
    "7 straight": "0,0 1,0 1,.25 .5,1",
    "8": ".04,0o .96,0o .96,.47o .04,.47oz; 0,.47o 1,.47o 1,1o 0,1oz",
    "9": "0,.76 0,1o 1,1o 1,0o 0,0o 0,.58o 1,.58",
    "9 sloped": ".22,1 1,.45o 1,0o 0,0o 0,.58o .9,.56",
}

_WIDTHS = {"M": 1.2, "W": 1.35, "V": 1.08, "A": 1.08, "N": 1.05, "X": 1.05, "Y": 1.02}
_NARROW = {"E": 0.92, "F": 0.9, "L": 0.88, "J": 0.85, "T": 0.98}


@dataclass(frozen=True, slots=True)
class Pen:
    """The numbers that make one face; lengths in parts of the character height."""

    name: str
    width: float = 0.46
    """From the middle of the left stroke to that of the right one, for an O."""
    thickness: float = 0.15
    radius: float = 0.23
    """Of rounded corners; less makes a face boxy."""
    round_ends: bool = False
    shapes: tuple[str, ...] = ()
    """Which of several shapes to use, such as `3 flat`; otherwise the first."""
    digit_width: float = 0.92
    """Width of digits in parts of that of letters."""

    def draw(self, char: str, height_px: int) -> Picture:
        """The character as a mask, its capital height filling all rows."""
        # Drawn three times as large: cv2 anti-aliases joints of thick lines badly.
        scale = 3
        height = height_px * scale
        pen = max(2, round(self.thickness * height))
        width = max(1, round(self._width_of(char) * height))
        canvas = np.zeros((height + pen, width + 2 * pen), np.uint8)
        origin = np.array([pen, pen / 2])
        size = np.array([width, height - pen])
        for path in self._shape_of(char).split(";"):
            points = self._points(path, size, self.radius * height)
            if not self.round_ends and not path.endswith("z"):
                points = _trimmed(points, size, pen)
            cv2.polylines(
                canvas,
                [np.round(points + origin).astype(np.int32)],
                path.endswith("z"),
                255,
                pen,
                cv2.LINE_AA,
            )
        inside = canvas[:height, pen // 2 : width + pen + pen // 2 + pen % 2]
        return cv2.resize(
            inside,
            (max(1, inside.shape[1] // scale), height_px),
            interpolation=cv2.INTER_AREA,
        )

    def _shape_of(self, char: str) -> str:
        for name in self.shapes:
            if name[0] == char:
                return _SHAPES[name]
        return _SHAPES[char]

    def _width_of(self, char: str) -> float:
        if char in "I1":
            serif = f"{char} serif" in self.shapes or f"{char} foot" in self.shapes
            slim = 0.0 if self._shape_of(char) == _SHAPES["I"] else 0.5
            return self.width * (0.72 if serif else slim)
        factor = self.digit_width if char.isdigit() else 1.0
        return self.width * factor * _WIDTHS.get(char, _NARROW.get(char, 1.0))

    def _points(self, path: str, size: Picture, radius: float) -> Picture:
        words = path.rstrip("z").split()
        corners = [
            np.array([float(part) for part in word.rstrip("o").split(",")]) * size
            for word in words
        ]
        is_round = [word.endswith("o") for word in words]
        points = []
        for index, corner in enumerate(corners):
            if not is_round[index]:
                points.append(corner)
                continue
            before = corners[index - 1]
            after = corners[(index + 1) % len(corners)]
            points.extend(_arc(before, corner, after, radius))
        return np.array(points)


def _arc(before: Picture, corner: Picture, after: Picture, radius: float) -> Picture:
    """A quarter of an ellipse in place of the corner; two arcs may share a side."""
    back, ahead = before - corner, after - corner
    back = back * min(0.5, radius / max(float(np.hypot(*back)), 1e-6))
    ahead = ahead * min(0.5, radius / max(float(np.hypot(*ahead)), 1e-6))
    angle = np.linspace(0, np.pi / 2, 9)[:, None]
    return np.asarray(corner + back * (1 - np.sin(angle)) + ahead * (1 - np.cos(angle)))


def _trimmed(points: Picture, size: Picture, pen: int) -> Picture:
    """Push ends on the box's edge outwards, where it cuts them flat; draw in others.

    The round end that cv2 draws would else close the mouths of C, S, 3 and their like.
    """
    points = points.astype(np.float64)
    for end, inner in ((0, 1), (-1, -2)):
        direction = points[end] - points[inner]
        direction /= max(float(np.hypot(*direction)), 1e-6)
        beyond = points[end] + direction
        is_outward = bool(((beyond < -0.5) | (beyond > size + 0.5)).any())
        points[end] += direction * pen * (0.5 if is_outward else -0.3)
    return points


def improvised(name: str, number: int, narrowest: float, widest: float) -> Pen:
    """A face that nobody has designed: each character in any of its usual shapes.

    For alphabets that no font at hand shows; the same number is always the same face.
    """
    rng = np.random.default_rng((20, number))
    kinds: dict[str, list[str]] = {}
    for shape in _SHAPES:
        kinds.setdefault(shape[0], []).append(shape)
    width = float(rng.uniform(narrowest, widest))
    return Pen(
        f"{name} {number}",
        width,
        thickness=float(rng.uniform(0.26, 0.4) * width),
        radius=float(rng.uniform(0.2, 0.55) * width),
        round_ends=bool(rng.random() < 0.5),
        shapes=tuple(str(rng.choice(shapes)) for shapes in kinds.values()),
        digit_width=float(rng.uniform(0.88, 1.04)),
    )


PENS = (
    Pen("pen din", 0.44, 0.15, 0.24, shapes=("M", "4", "6 sloped", "9 sloped")),
    Pen("pen din narrow", 0.34, 0.14, 0.19, shapes=("6 sloped", "9 sloped")),
    Pen("pen polish", 0.42, 0.145, 0.22, shapes=("4 closed", "W low", "1")),
    Pen("pen fe", 0.44, 0.15, 0.2, shapes=("I serif", "1 foot", "4 open", "M short")),
    Pen("pen mercosur", 0.45, 0.15, 0.16, shapes=("I serif", "1 foot", "4 open")),
    Pen("pen uk", 0.44, 0.175, 0.16, shapes=("1 bar", "4 closed", "M", "A flat")),
    Pen("pen russian", 0.5, 0.15, 0.2, shapes=("3", "4 closed", "M deep", "7 hook")),
    Pen(
        "pen us",
        0.34,
        0.12,
        0.14,
        True,
        ("I serif", "1", "A flat", "M short", "V flat"),
    ),
    Pen("pen us round", 0.38, 0.125, 0.2, True, ("1", "4 closed", "W low")),
    Pen("pen us boxy", 0.36, 0.12, 0.1, True, ("A boxy", "Y boxy", "2 boxy", "5 boxy")),
    Pen("pen indian", 0.5, 0.14, 0.24, shapes=("1 bar", "4 closed")),
    Pen("pen indian wide", 0.62, 0.16, 0.2, shapes=("1", "4 closed", "5 boxy")),
    Pen("pen chinese", 0.38, 0.11, 0.19, shapes=("1", "4 closed", "M deep", "Q")),
    Pen("pen brazilian", 0.44, 0.16, 0.16, shapes=("1", "4 closed", "I serif")),
    Pen("pen square", 0.42, 0.17, 0.08, shapes=("2 boxy", "5 boxy", "A boxy", "1 bar")),
    Pen("pen thin", 0.46, 0.085, 0.22, True, ("4 closed",)),
    Pen("pen bold", 0.5, 0.21, 0.24, shapes=("4 closed", "3 flat")),
    Pen("pen vietnamese", 0.38, 0.14, 0.19, shapes=("1", "4 closed", "6", "9")),
    Pen("pen italian", 0.45, 0.12, 0.23, shapes=("1", "4", "G spur", "Q tail")),
    Pen("pen spanish", 0.44, 0.145, 0.23, shapes=("1", "4 closed", "6 sloped")),
    Pen("pen wide", 0.66, 0.15, 0.28, shapes=("4 closed", "G spur")),
    Pen("pen technical", 0.46, 0.1, 0.16, True, ("0 slash", "Z bar", "7 hook")),
    Pen("pen dotted", 0.42, 0.13, 0.2, shapes=("0 dot", "1 foot", "Q tail")),
    Pen("pen condensed", 0.27, 0.125, 0.14, shapes=("1", "4 closed", "M short")),
    *(improvised("pen us", number, 0.3, 0.42) for number in range(10)),
    *(improvised("pen free", number, 0.32, 0.6) for number in range(10, 24)),
)
