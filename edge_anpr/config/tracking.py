"""Settings of tracking."""

from typing import Self

from pydantic import Field, model_validator

from edge_anpr.config.section import Section


class TrackingConfig(Section):
    """How looks at one vehicle become one sighting."""

    max_gap_s: float = Field(default=1.0, gt=0)
    """A plate unseen for up to this long is found again by where it was heading;
    after that, only by its text or in the very place where it was last seen."""

    rejoin_s: float = Field(default=5.0, gt=0)
    """A plate unseen for this long has left, and its sighting is final. Seen again
    later it is a new sighting, unless it stood there unseen."""

    parked_after_s: float = Field(default=120.0, gt=0)
    """A vehicle that stands still for this long is parked: its sighting is final,
    and it is not reported again while it stays, but once more after a restart."""

    parked_forget_s: float = Field(default=600.0, gt=0)
    """A parked vehicle unseen for this long has gone."""

    moved_away_widths: float = Field(default=2.0, ge=1)
    """A parked vehicle that has moved by this many widths of its plate is driving
    off, which is a new sighting."""

    edge_margin_px: float = Field(default=3.0, ge=0, le=50)
    """A plate nearer than this to the edge of the picture is cut off: not read."""

    provisional_every_s: float = Field(default=1.0, ge=0)
    """While a vehicle is in view, a plate that changes is reported this often."""

    min_reads: int = Field(default=1, ge=1)
    """Sightings with fewer agreeing reads are not reported."""

    min_confidence: float = Field(default=0.1, ge=0, le=1)
    """Vehicles whose plate is less sure than this are not reported (0..1)."""

    keep_looks: int = Field(default=24, ge=2, le=100)
    """Best looks at a plate that vote on its text; the others are dropped."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.rejoin_s < self.max_gap_s:
            raise ValueError("rejoin_s must be at least max_gap_s")
        if self.parked_forget_s < self.rejoin_s:
            raise ValueError("parked_forget_s must be at least rejoin_s")
        if self.min_reads > self.keep_looks:
            raise ValueError("min_reads must be at most keep_looks")
        return self
