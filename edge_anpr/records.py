"""What flows through the program, in the order it comes to be.

Positions are in pixels: x to the right, y down, 0 at the outer edge of the first
pixel, so that a box over the whole of a picture ends at its width and height.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]

SURE_FROM = 0.8  # confidence below which a plate is worth a look by a person


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a picture, in pixels."""

    x: float
    y: float

    def shifted(self, dx: float, dy: float) -> "Point":
        return Point(self.x + dx, self.y + dy)


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in pixels; x2 and y2 are exclusive."""

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def width(self) -> float:
        return self.x2 - self.x1

    @property
    def height(self) -> float:
        return self.y2 - self.y1

    @property
    def area(self) -> float:
        return max(self.width, 0.0) * max(self.height, 0.0)

    def overlap(self, other: "Box") -> float:
        """The area both cover over the area either covers (IoU), 0..1."""
        common = Box(
            max(self.x1, other.x1),
            max(self.y1, other.y1),
            min(self.x2, other.x2),
            min(self.y2, other.y2),
        )
        if common.width <= 0 or common.height <= 0:
            return 0.0
        return common.area / (self.area + other.area - common.area)

    def grown(self, across: float, along: float) -> "Box":
        """Add a fraction of the width left and right, of the height above and below."""
        dx, dy = across * self.width, along * self.height
        return Box(self.x1 - dx, self.y1 - dy, self.x2 + dx, self.y2 + dy)

    def part(self, left: float, top: float, right: float, bottom: float) -> "Box":
        """What lies between these fractions of its width and of its height."""
        return Box(
            self.x1 + left * self.width,
            self.y1 + top * self.height,
            self.x1 + right * self.width,
            self.y1 + bottom * self.height,
        )

    def shifted(self, dx: float, dy: float) -> "Box":
        return Box(self.x1 + dx, self.y1 + dy, self.x2 + dx, self.y2 + dy)

    def clipped(self, width: float, height: float) -> "Box":
        """The part within a picture of this size; empty when it lies outside."""
        return Box(
            min(max(self.x1, 0.0), width),
            min(max(self.y1, 0.0), height),
            min(max(self.x2, 0.0), width),
            min(max(self.y2, 0.0), height),
        )


@dataclass(frozen=True, slots=True)
class Quad:
    """The four corners of a plate, clockwise as its reader sees them."""

    top_left: Point
    top_right: Point
    bottom_right: Point
    bottom_left: Point

    def part(self, left: float, top: float, right: float, bottom: float) -> "Quad":
        """As Box.part, along its own sides."""
        return Quad(
            self._within(left, top),
            self._within(right, top),
            self._within(right, bottom),
            self._within(left, bottom),
        )

    def _within(self, across: float, down: float) -> Point:
        shares = (
            (1 - across) * (1 - down),
            across * (1 - down),
            across * down,
            (1 - across) * down,
        )
        return Point(
            sum(share * at.x for share, at in zip(shares, self.points, strict=True)),
            sum(share * at.y for share, at in zip(shares, self.points, strict=True)),
        )

    @property
    def points(self) -> tuple[Point, Point, Point, Point]:
        return self.top_left, self.top_right, self.bottom_right, self.bottom_left

    def shifted(self, dx: float, dy: float) -> "Quad":
        return Quad(*(point.shifted(dx, dy) for point in self.points))

    def is_convex(self) -> bool:
        """Whether the corners run clockwise round a shape without a dent."""
        corners = self.points
        for i, a in enumerate(corners):
            b, c = corners[(i + 1) % 4], corners[(i + 2) % 4]
            if (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x) <= 0:
                return False
        return True


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture from the camera."""

    pixels: Pixels  # (height, width, 3), BGR
    taken_at: datetime  # aware, UTC
    taken_s: float  # the monotonic clock, for intervals
    small: Pixels | None = None  # the same, (height, width) grey, when it came along


@dataclass(frozen=True, slots=True)
class Detection:
    """Where a plate is in one frame."""

    box: Box
    confidence: float  # 0..1
    corners: Quad | None = None  # when the model gives them
    is_faint: bool = False  # too weak to be believed, unless the reader sees a plate

    def shifted(self, dx: float, dy: float) -> "Detection":
        corners = self.corners.shifted(dx, dy) if self.corners else None
        return replace(self, box=self.box.shifted(dx, dy), corners=corners)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another text the crop may hold."""

    text: str
    confidence: float  # 0..1


@dataclass(frozen=True, slots=True)
class PlateRead:
    """What the reader made of one crop.

    The confidences of the text and of its alternatives add up to at most 1.
    """

    text: str  # A-Z and 0-9, upper line first
    confidence: float  # 0..1, calibrated: of reads at 0.9, nine in ten are right
    char_confidences: tuple[float, ...]  # 0..1, one per character of text
    alternatives: tuple[Alternative, ...] = ()  # best first


ILLEGIBLE = PlateRead("", 0.0, ())  # a plate was found, and that is worth saying


@dataclass(frozen=True, slots=True)
class Plate:
    """One plate of one picture: where it is and what it says."""

    detection: Detection
    read: PlateRead


class Stage(StrEnum):
    """How far a sighting has come; every revision has one."""

    PROVISIONAL = "provisional"  # the vehicle is still in view
    FINAL = "final"
    REVIEWED = "reviewed"  # a second opinion has been heard
    CORRECTED = "corrected"  # a person has said what the plate is


class Direction(StrEnum):
    """How a vehicle moves, as the camera sees it."""

    APPROACHING = "approaching"
    LEAVING = "leaving"
    LEFT = "left"  # towards the left edge of the picture
    RIGHT = "right"
    UNKNOWN = "unknown"


class ClockQuality(StrEnum):
    """Whether the times of a sighting can be trusted."""

    SYNCED = "synced"
    UNSYNCED = "unsynced"


class ListKind(StrEnum):
    """What a watch list is for; a match of deny or watch is an alert."""

    ALLOW = "allow"
    DENY = "deny"
    WATCH = "watch"


@dataclass(frozen=True, slots=True)
class WatchMatch:
    """Why a plate is on a watch list."""

    kind: ListKind
    list_name: str
    entry: str  # the plate or wildcard as the list has it
    name: str  # whose or what, as the list has it; may be empty
    why: str  # exact | wildcard | similar: 8 read for B


class Outcome(StrEnum):
    """What came of a second opinion."""

    CONFIRMED = "confirmed"  # it read the same plate
    CHANGED = "changed"  # the plate is another now
    DISAGREED = "disagreed"  # it read another plate, but ours is the likelier
    NOTHING_READ = "nothing_read"


@dataclass(frozen=True, slots=True)
class Review:
    """A second opinion on a sighting, beside what the device had read."""

    reviewer: str  # such as google-cloud-vision
    outcome: Outcome
    before: str  # the plate until then
    text: str  # what the reviewer read, A-Z and 0-9; may be empty
    confidence: float | None  # the reviewer's own, 0..1; None: it gave none


@dataclass(frozen=True, slots=True)
class Sighting:
    """One vehicle passing once: what is stored and sent.

    A later revision of the same id replaces the earlier one.
    """

    id: str  # unique for ever, letters, digits and hyphens
    revision: int  # from 1
    stage: Stage
    plate: str  # A-Z and 0-9, as the national format settles it
    raw_text: str  # as voted, before any format
    alternatives: tuple[Alternative, ...]  # best first
    confidence: float  # 0..1
    char_confidences: tuple[float, ...]  # one per character of plate
    country: str | None  # ISO 3166, of the format that fits
    format: str | None  # its name
    first_seen: datetime  # aware, UTC
    last_seen: datetime
    reads: int  # agreeing looks behind the plate
    direction: Direction
    match: WatchMatch | None
    crop_jpeg: bytes | None  # the very crop the text came from
    clock: ClockQuality
    models: tuple[str, ...]  # name and version of detector and reader
    review: Review | None = None  # the last one

    @property
    def is_unsure(self) -> bool:
        """Whether somebody should look at the crop before relying on the plate."""
        return self.confidence < SURE_FROM

    @property
    def is_alert(self) -> bool:
        return self.match is not None and self.match.kind is not ListKind.ALLOW


class Kind(IntEnum):
    """What may be owed of a sighting; the lowest goes first."""

    ALERT = 0
    SIGHTING = 1
    CROP = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that someone should mend. No sentence may hold a plate."""

    part: str  # which part has it: reading, camera, view, power, clock, storage, ...
    reason: str  # a sentence
    fix: str = ""  # a sentence; empty where the reason says it already
    is_grave: bool = False  # until it is mended, vehicles are missed or lost

    @property
    def sentence(self) -> str:
        return f"{self.reason} {self.fix}".strip()


class ReviewState(StrEnum):
    """Whether second opinions are being asked for."""

    READY = "ready"
    WAITING = "waiting"  # for the network, the clock, or the reviewer
    SPENT = "spent"  # the budget of the day or the month
    STOPPED = "stopped"  # until someone mends the settings and starts again


@dataclass(frozen=True, slots=True)
class ReviewStatus:
    """How second opinions are doing; holds no plate."""

    state: ReviewState
    says: str  # why, in a sentence; empty when ready
    owed: int  # sightings that wait for one
    units_month: int  # spent, in the months and days that the reviewer bills by
    units_day: int
    monthly_units: int  # this device's share
    daily_units: int
    confirmed: int  # these in the last year
    changed: int
    disagreed: int
    nothing_read: int
    corrected: int  # changes that a person has put right since
