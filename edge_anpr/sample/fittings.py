"""Where lamps, windows, grille and plate sit on each kind of vehicle, in metres."""

from dataclasses import dataclass

from edge_anpr.sample.body import End, Kind


@dataclass(frozen=True, slots=True)
class Patch:
    """A part that is there on the left and on the right: from the middle outwards."""

    inner_m: float
    outer_m: float
    low_m: float
    high_m: float


@dataclass(frozen=True, slots=True)
class Fittings:
    """What is fitted to one end of a vehicle."""

    plate_m: float  # height of its middle
    lamp: Patch
    window: Patch
    grille: Patch
    """Radiator grille in front, handle strip at the rear."""

    bumper: Patch
    """The dark part: air intake in front, apron at the rear."""

    seam_m: float
    """Height of the gap above the bumper."""

    has_split_door: bool = False


FITTINGS: dict[tuple[Kind, End], Fittings] = {
    ("hatchback", "front"): Fittings(
        plate_m=0.46,
        lamp=Patch(0.5, 0.84, 0.6, 0.755),
        window=Patch(0, 0.9, 1.0, 1.42),
        grille=Patch(0, 0.47, 0.6, 0.71),
        bumper=Patch(0, 0.6, 0.23, 0.375),
        seam_m=0.77,
    ),
    ("saloon", "front"): Fittings(
        plate_m=0.42,
        lamp=Patch(0.48, 0.86, 0.57, 0.69),
        window=Patch(0, 0.9, 0.97, 1.38),
        grille=Patch(0, 0.4, 0.5, 0.7),
        bumper=Patch(0, 0.66, 0.21, 0.335),
        seam_m=0.735,
    ),
    ("van", "front"): Fittings(
        plate_m=0.54,
        lamp=Patch(0.62, 0.93, 0.82, 1.08),
        window=Patch(0, 0.92, 1.3, 1.93),
        grille=Patch(0, 0.56, 0.76, 0.98),
        bumper=Patch(0, 0.74, 0.28, 0.44),
        seam_m=1.1,
    ),
    ("lorry", "front"): Fittings(
        plate_m=0.6,
        lamp=Patch(0.78, 1.12, 0.62, 0.84),
        window=Patch(0, 0.95, 1.72, 2.62),
        grille=Patch(0, 0.84, 0.92, 1.5),
        bumper=Patch(0, 0.7, 0.44, 0.51),
        seam_m=0.88,
    ),
    ("hatchback", "rear"): Fittings(
        plate_m=0.7,
        lamp=Patch(0.56, 0.84, 0.78, 0.98),
        window=Patch(0, 0.88, 1.03, 1.38),
        grille=Patch(0, 0.3, 0.835, 0.865),
        bumper=Patch(0, 0.72, 0.21, 0.34),
        seam_m=0.56,
    ),
    ("saloon", "rear"): Fittings(
        plate_m=0.7,
        lamp=Patch(0.46, 0.86, 0.73, 0.89),
        window=Patch(0, 0.88, 1.03, 1.36),
        grille=Patch(0, 0.36, 0.835, 0.86),
        bumper=Patch(0, 0.74, 0.19, 0.31),
        seam_m=0.54,
    ),
    ("van", "rear"): Fittings(
        plate_m=0.66,
        lamp=Patch(0.84, 0.95, 0.74, 1.16),
        window=Patch(0, 0.86, 1.24, 1.78),
        grille=Patch(0, 0.2, 0.8, 0.825),
        bumper=Patch(0, 0.9, 0.24, 0.46),
        seam_m=0.5,
        has_split_door=True,
    ),
    ("lorry", "rear"): Fittings(
        plate_m=0.62,
        lamp=Patch(0.66, 1.06, 0.56, 0.7),
        window=Patch(0, 0.0, 1.6, 2.6),
        grille=Patch(0, 0.08, 1.2, 1.6),
        bumper=Patch(0, 1.16, 0.42, 0.8),
        seam_m=0.86,
        has_split_door=True,
    ),
}
