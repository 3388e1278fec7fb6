"""Tell when a camera no longer sees its road, and why.

Without a known place, 3 of 700 photographs that the models learnt from are called dark
or foggy, and 1 of 700 of the others.
"""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_anpr.records import Pixels

SIZE = (160, 90)  # every picture is judged in this size

DARK_BELOW = 30.0  # grey levels of 255: the brightest parts of the picture

# The strongest edges, as a share of the brightest parts, so that dusk is no fog.
EDGE_BELOW = 0.03  # of a picture that shows nothing
HAZY_BELOW = 0.08  # of one that shows things in a fog
HAZY_SHARE = 0.35  # of what there was in the same light
CLEAR_FROM = 0.1  # below, a place is not known again for want of edges

MOVED_BELOW = 0.2  # how alike the edges are, -1..1; another place has about 0
SOFT = 4.0  # levels; weaker edges count for less, stronger hardly for more
LEARN = 24  # pictures that make a place known
FOLLOW = 1 / 500  # of a new picture, for trees grow and shadows wander

Edges = NDArray[np.float32]


class Blindness(StrEnum):
    """Why a picture is of no use."""

    DARK = "dark"
    COVERED = "covered"
    FOGGED = "fogged"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class View:
    """What one picture shows, as far as it matters here."""

    brightest: float
    clearness: float  # the strongest edges, as a share of the brightest parts
    mean: float
    edges: Edges  # two numbers a pixel: direction without sign, and how surely


def view_of(grey: Pixels) -> View:
    """grey: (height, width) uint8, any size."""
    small = cv2.resize(grey, SIZE, interpolation=cv2.INTER_AREA)
    smooth = cv2.GaussianBlur(small, (0, 0), 1.0).astype(np.float32)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3) / 8
    along = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3) / 8
    strength = np.hypot(across, along)
    # The double angle: a wall has the same edge in the sun and in the shade.
    weight = 1 / ((strength + 1e-3) * (strength + SOFT))
    edges = np.stack((across**2 - along**2, 2 * across * along)) * weight
    edges -= edges.mean(axis=(1, 2), keepdims=True)  # streets have much upright anyway
    brightest = float(np.percentile(smooth, 98))
    return View(
        brightest=brightest,
        clearness=float(np.percentile(strength, 99)) / (brightest + 1),
        mean=float(smooth.mean()),
        edges=edges.astype(np.float32),
    )


class _Place:
    """How the road looks in one kind of light, as learnt from the first pictures."""

    def __init__(self) -> None:
        self._edges: Edges = np.zeros((2, SIZE[1], SIZE[0]), np.float32)
        self._clearness = 0.0
        self._count = 0

    @property
    def is_known(self) -> bool:
        return self._count >= LEARN

    def learn(self, view: View) -> None:
        self._count += 1
        share = max(1 / self._count, FOLLOW)
        self._edges += (view.edges - self._edges) * share
        self._clearness += (view.clearness - self._clearness) * share

    def is_clearer_than(self, view: View) -> bool:
        return view.clearness < HAZY_SHARE * self._clearness

    def is_elsewhere_than(self, view: View) -> bool:
        alike = float((self._edges * view.edges).sum())
        size = float(np.sqrt((self._edges**2).sum() * (view.edges**2).sum()))
        return alike < MOVED_BELOW * size


class Eye:
    """Judges one picture after another; learns the place from the good ones.

    Each octave of brightness has its own memory, because a road by night shares few
    edges with the same road by day.
    """

    def __init__(self) -> None:
        self._places: dict[int, _Place] = {}

    def judge(self, grey: Pixels) -> Blindness | None:
        """Why this picture is of no use; None when it is."""
        view = view_of(grey)
        if view.brightest < DARK_BELOW:
            return Blindness.DARK
        if view.clearness < EDGE_BELOW:
            return Blindness.COVERED
        if view.clearness < HAZY_BELOW:
            return Blindness.FOGGED
        light = round(np.log2(view.mean + 1))
        place = self._places.setdefault(light, _Place())
        if place.is_known:
            if place.is_clearer_than(view):
                return Blindness.FOGGED
            if view.clearness >= CLEAR_FROM and place.is_elsewhere_than(view):
                return Blindness.MOVED
        place.learn(view)
        return None
