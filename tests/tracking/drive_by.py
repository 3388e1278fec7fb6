"""Simulated vehicles, seen frame by frame."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from edge_anpr.config.formats import FormatsConfig
from edge_anpr.config.tracking import TrackingConfig
from edge_anpr.config.watchlist import WatchlistConfig
from edge_anpr.records import Box, Detection, PlateRead, Sighting
from edge_anpr.tracking.ids import time_ordered_id
from edge_anpr.tracking.look import FrameSize, Look, Moment
from edge_anpr.tracking.sightings import Origin, SightingMaker
from edge_anpr.tracking.watch_lists import WatchLists

FRAME = FrameSize(1280, 720)
START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def moment(at_s: float) -> Moment:
    return Moment(START + timedelta(seconds=at_s), 1000.0 + at_s)


def read(text: str, confidence: float = 0.95) -> PlateRead:
    return PlateRead(text, confidence, (confidence,) * len(text))


def look(
    text: str | None,
    box: Box,
    confidence: float = 0.95,
    sharpness: float = 0.8,
) -> Look:
    """A look whose crop, for want of pixels, is its text."""
    return Look(
        Detection(box, 0.9),
        read(text, confidence) if text else None,
        sharpness,
        (text or "").encode(),
    )


def plate_box(x: float, y: float, width: float = 100.0) -> Box:
    """A plate by its centre."""
    return Box(x - width / 2, y - width / 8, x + width / 2, y + width / 8)


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A plate, and where it is at a time; None: out of view."""

    text: str
    box_at: Callable[[float], Box | None]

    def look_at(self, at_s: float) -> list[Look]:
        box = self.box_at(at_s)
        return [look(self.text, box)] if box else []


def straight(
    first: Box, last: Box, from_s: float, to_s: float
) -> Callable[[float], Box | None]:
    """At a steady speed in the picture from one box to another."""

    def box_at(at_s: float) -> Box | None:
        if not from_s <= at_s <= to_s:
            return None
        part = (at_s - from_s) / (to_s - from_s)
        return Box(
            first.x1 + part * (last.x1 - first.x1),
            first.y1 + part * (last.y1 - first.y1),
            first.x2 + part * (last.x2 - first.x2),
            first.y2 + part * (last.y2 - first.y2),
        )

    return box_at


def maker(
    tracking: TrackingConfig | None = None, countries: Sequence[str] = ()
) -> SightingMaker:
    return SightingMaker(
        tracking or TrackingConfig(),
        FormatsConfig(countries=tuple(countries)),
        WatchLists(WatchlistConfig()),
        Origin(("detector 1", "reader 1"), time_ordered_id),
    )


def watch(
    sightings: SightingMaker,
    vehicles: Iterable[Vehicle],
    to_s: float,
    fps: float = 10.0,
    from_s: float = 0.0,
) -> list[Sighting]:
    """Everything reported between two times, with the last flush left to the test."""
    vehicles = list(vehicles)
    reported: list[Sighting] = []
    for count in range(round((to_s - from_s) * fps) + 1):
        at_s = from_s + count / fps
        looks = [each for vehicle in vehicles for each in vehicle.look_at(at_s)]
        reported += sightings.update(looks, moment(at_s), FRAME)
    return reported


def finals(sightings: Iterable[Sighting]) -> list[Sighting]:
    return [each for each in sightings if each.stage == "final"]
