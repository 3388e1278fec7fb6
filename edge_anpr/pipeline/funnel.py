"""Where plates are lost on the way from the camera to a sighting."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many came as far as each stage, since the start."""

    frames: int = 0
    moving: int = 0  # frames in which something moves, or did a moment ago
    found: int = 0  # plates in those frames
    large_enough: int = 0  # of these
    inside: int = 0  # the region, and no mask
    read: int = 0  # surely enough
    passages: int = 0  # vehicles that have left or parked
    near: int = 0  # of these, with a plate large enough
    sharp: int = 0  # of these, sharply enough seen
    legible: int = 0  # of these, read at all
    agreed: int = 0  # of these, with enough reads that agree surely
    reported: int = 0  # of these, with the format required, if any: final sightings
    sent: int | None = None  # acknowledged by the broker; None: there is none

    @property
    def stages(self) -> dict[str, int]:
        """What is counted, by name, in order."""
        counts = asdict(self).items()
        return {stage: count for stage, count in counts if count is not None}

    def __add__(self, other: "Funnel") -> "Funnel":
        mine, theirs = self.stages, other.stages
        both = [stage for stage in mine if stage in theirs]
        return Funnel(**{stage: mine[stage] + theirs[stage] for stage in both})

    def since(self, before: "Funnel") -> "Funnel":
        """What has come after an earlier state of the same."""
        mine, theirs = self.stages, before.stages
        return Funnel(**{stage: mine[stage] - theirs.get(stage, 0) for stage in mine})

    @property
    def lines(self) -> list[str]:
        """A line a stage, for people."""
        return [
            f"{stage.replace('_', ' '):<13}{count:>8}"
            for stage, count in self.stages.items()
        ]
