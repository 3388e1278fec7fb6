"""The shapes of our number-plate characters, as strokes on a unit grid.

A glyph is its width, relative to the face, and its strokes. A stroke runs along the
middle of the line: `x y` points apart by commas, with a third number where the corner
is rounded (a radius in glyph widths). Strokes are apart by semicolons. The grid is 0..1
to the right and 0..1 down. A glyph is cut off at its own box, so a stroke that runs
past the grid ends square with the box.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]  # Nx2, x and y

ARC_STEPS = 10
ARC_HANDLE = 0.5523  # the cubic whose curve is nearest to a quarter circle

_OUTLINES: dict[str, tuple[float, str]] = {
    "A": (1.1, "-.15 1.3, .5 -.03, 1.15 1.3; .15 .7, .85 .7"),
    "B": (
        1.0,
        "0 -.5, 0 1.5; 0 0, .93 0 .42, .93 .47 .42, 0 .47;"
        "0 .47, 1 .47 .46, 1 1 .46, 0 1",
    ),
    "C": (1.0, "1 .32, 1 0 .5, 0 0 .5, 0 1 .5, 1 1 .5, 1 .68"),
    "D": (1.0, "0 -.5, 0 1.5; 0 0, 1 0 .55, 1 1 .55, 0 1"),
    "E": (0.9, "0 -.5, 0 1.5; 0 0, 1.5 0; 0 .49, .9 .49; 0 1, 1.5 1"),
    "F": (0.88, "0 -.5, 0 1.5; 0 0, 1.5 0; 0 .51, .9 .51"),
    "G": (
        1.04,
        "1 .3, 1 0 .5, 0 0 .5, 0 1 .5, 1 1 .5, 1 .54; .52 .54, 1.5 .54; 1 .9, 1 .54",
    ),
    "H": (1.02, "0 -.5, 0 1.5; 1 -.5, 1 1.5; 0 .49, 1 .49"),
    "I": (0.62, "-.5 0, 1.5 0; -.5 1, 1.5 1; .5 0, .5 1"),
    "J": (0.84, "1 -.5, 1 1 .5, 0 1 .5, 0 .66; .45 0, 1 0"),
    "K": (1.06, "0 -.5, 0 1.5; 0 .64, 1.08 -.16; .3 .4, 1.12 1.2"),
    "L": (0.86, "0 -.5, 0 1.5; 0 1, 1.5 1"),
    "M": (1.2, "0 -.5, 0 1.5; 1 -.5, 1 1.5; 0 -.05, .5 .66; 1 -.05, .5 .66"),
    "N": (1.08, "0 -.5, 0 1.5; 1 -.5, 1 1.5; -.05 -.05, 1.05 1.05"),
    "O": (
        1.14,
        "0 .5, 0 0 .4, 1 0 .4, 1 1 .4, 0 1 .4, 0 .5",
    ),
    "P": (0.98, "0 -.5, 0 1.5; 0 0, 1 0 .46, 1 .56 .46, 0 .56"),
    "Q": (
        1.14,
        "0 .5, 0 0 .4, 1 0 .4, 1 1 .4, 0 1 .4, 0 .5; .55 .68, 1.2 1.16",
    ),
    "R": (1.02, "0 -.5, 0 1.5; 0 0, 1 0 .46, 1 .54 .46, 0 .54; .42 .54, 1.1 1.2"),
    "S": (
        1.0,
        "1 .3, 1 0 .5, 0 0 .5, 0 .45 .46, 1 .53 .46, 1 1 .5, 0 1 .5, 0 .7",
    ),
    "T": (0.98, "-.5 0, 1.5 0; .5 -.5, .5 1.5"),
    "U": (1.02, "0 -.5, 0 1 .5, 1 1 .5, 1 -.5"),
    "V": (1.1, "-.15 -.3, .5 1.03, 1.15 -.3"),
    "W": (
        1.3,
        "-.06 -.3, .27 1.24; 1.06 -.3, .73 1.24; .17 1.24, .5 .22; .83 1.24, .5 .22",
    ),
    "X": (1.08, "-.2 -.2, 1.2 1.2; 1.2 -.2, -.2 1.2"),
    "Y": (1.08, "-.2 -.22, .5 .55; 1.2 -.22, .5 .55; .5 .5, .5 1.5"),
    "Z": (0.98, "-.5 0, 1.5 0; -.5 1, 1.5 1; .98 0, .02 1"),
    "0": (
        0.94,
        "0 .5, 0 0 .85, .5 0, 1 0 .85, 1 .5, 1 1 .85, .5 1, 0 1 .85, 0 .5",
    ),
    "1": (0.62, ".9 -.5, .9 1.5; .95 -.02, -.15 .34"),
    "2": (0.98, "0 .3, 0 0 .5, 1 0 .5, 1 .43 .42, 0 1; -.5 1, 1.5 1"),
    "3": (
        0.98,
        "0 .26, 0 0 .48, .95 0 .46, .95 .47 .44, .36 .47;"
        ".36 .47, 1 .47 .46, 1 1 .5, 0 1 .5, 0 .74",
    ),
    "4": (1.04, ".74 -.5, .74 1.5; .78 -.08, .02 .74, 1.5 .74"),
    "5": (
        0.98,
        ".1 0, 1.4 0; .1 -.5, .05 .5; .05 .47, .25 .4 .2, 1 .4 .5, 1 1 .5, 0 1 .5,"
        "0 .74",
    ),
    "6": (
        0.98,
        "0 .72, 0 0 .5, 1 0 .5, 1 .24;0 .7, 0 .42 .5, 1 .42 .5, 1 1 .5, 0 1 .5, 0 .7",
    ),
    "7": (0.94, "-.5 0, 1.5 0; 1.04 -.05, .28 1.1"),
    "8": (
        1.0,
        ".05 .2, .05 0 .46, .95 0 .46, .95 .47 .46, .05 .47 .46, .05 .2;"
        "0 .7, 0 .47 .48, 1 .47 .48, 1 1 .48, 0 1 .48, 0 .7",
    ),
    "9": (
        0.98,
        "1 .28, 1 1 .5, 0 1 .5, 0 .76;1 .3, 1 .58 .5, 0 .58 .5, 0 0 .5, 1 0 .5, 1 .3",
    ),
    "-": (0.5, "-.5 .52, 1.5 .52"),
}


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character: its strokes run along the middle of the line."""

    width: float  # relative to the width of the face
    strokes: tuple[str, ...]


def glyph(char: str) -> Glyph:
    """The glyph of one of A-Z, 0-9 or the hyphen; KeyError for any other."""
    width, outline = _OUTLINES[char]
    return Glyph(width, tuple(outline.split(";")))


def trace(stroke: str, width_px: float, height_px: float) -> Points:
    """Lay a stroke out on a box of this size; its corners become curves."""
    corners = [[float(word) for word in point.split()] for point in stroke.split(",")]
    at = np.array([corner[:2] for corner in corners]) * (width_px, height_px)
    radii = [corner[2] * width_px if len(corner) > 2 else 0.0 for corner in corners]
    bends = [
        _bend(at[i - 1], at[i], at[i + 1], radii[i]) for i in range(1, len(at) - 1)
    ]
    path = np.concatenate([at[:1], *bends, at[-1:]])
    moved = np.abs(np.diff(path, axis=0)).max(axis=1) > 1e-6
    steps: Points = path[np.concatenate([[True], moved])]
    return steps


def _bend(before: Points, corner: Points, after: Points, radius_px: float) -> Points:
    if radius_px <= 0:
        return corner[None]
    starts, ends = (_towards(corner, end, radius_px) for end in (before, after))
    t = np.linspace(0, 1, ARC_STEPS)[:, None]
    first = starts + (corner - starts) * ARC_HANDLE
    second = ends + (corner - ends) * ARC_HANDLE
    curve: Points = (
        (1 - t) ** 3 * starts
        + 3 * (1 - t) ** 2 * t * first
        + 3 * (1 - t) * t**2 * second
        + t**3 * ends
    )
    return curve


def _towards(corner: Points, end: Points, distance_px: float) -> Points:
    arm = end - corner
    length_px = float(np.hypot(*arm))
    point: Points = corner + arm * min(distance_px / length_px, 1.0)
    return point
