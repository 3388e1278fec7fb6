"""A clip of vehicles that drive down the street, towards the camera or away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle

import numpy as np

from edge_anpr.records import Pixels
from edge_anpr.sample.light import LIGHTS, LightName
from edge_anpr.sample.plate import STYLES
from edge_anpr.sample.scene import shoot
from edge_anpr.sample.staging import Actor, cast, road_under, set_up
from edge_anpr.sample.street import paint_street

FAR, NEAR = 0.047, 0.148  # width of a plate, as a part of the picture's
GRAINS = 3  # pictures of the empty street that take turns, each with its own noise


@dataclass(frozen=True, slots=True)
class DriveBy:
    """Who passes, and in how many frames."""

    texts: tuple[str, ...]  # 1 to 3, each in a lane of its own
    looks: int = 12  # frames that show a vehicle
    apart: int = 15  # frames from when one comes into view until the next does
    before: int = 10  # frames of the empty street
    after: int = 10
    width: int = 1280
    height: int = 720
    light: LightName = "day"
    seed: int = 2  # another number, another street and other vehicles

    @property
    def count(self) -> int:
        """Of the frames."""
        last = self.before + (len(self.texts) - 1) * self.apart
        return last + self.looks + self.after

    def frames(self) -> Iterator[Pixels]:
        """(height, width, 3) BGR; the same clip gives the same pictures."""
        rng = np.random.default_rng(self.seed)
        light = LIGHTS[self.light]
        actors = cast(
            len(self.texts), self.texts, [STYLES["germany"]] * len(self.texts), rng
        )
        near_px = NEAR * self.width
        view, near = set_up(
            actors, [near_px] * len(actors), self.width, self.height, rng
        )
        street = np.empty((self.height, self.width, 3), np.uint8)
        paint_street(street, view, road_under(near), light, rng)
        empty = cycle(
            [shoot(street.copy(), (), view, light, rng).pixels for _ in range(GRAINS)]
        )
        for there in self._plan(near):
            if there:
                yield shoot(street.copy(), there, view, light, rng).pixels
            else:
                yield next(empty)

    def _plan(self, near: Sequence[Actor]) -> Iterator[list[Actor]]:
        """Who is where in each frame."""
        nearer = NEAR / np.geomspace(FAR, NEAR, self.looks)
        ways = [
            nearer if actor.vehicle.end == "front" else nearer[::-1] for actor in near
        ]
        begins = [self.before + number * self.apart for number in range(len(near))]
        for frame in range(self.count):
            yield [
                _away(actor, float(way[frame - begin]))
                for actor, begin, way in zip(near, begins, ways, strict=True)
                if begin <= frame < begin + self.looks
            ]


def _away(actor: Actor, times: float) -> Actor:
    """The same, so many times as far away."""
    pose = actor.vehicle.pose
    farther = replace(pose, away_m=pose.away_m * times)
    return replace(actor, vehicle=replace(actor.vehicle, pose=farther))
