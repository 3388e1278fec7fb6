"""What becomes of one plate at every stage, from found to fitting."""

from edge_anpr.records import SURE_FROM
from edge_anpr.web.aiming import LEAST_SHARP, NEEDED_PX, SHARP, Check
from edge_anpr.web.eyes import SeenPlate
from edge_anpr.web.verdicts import Level
from edge_anpr.web.words import percent

GUESSED_BELOW = 0.5  # confidence of a read


def stages_of(seen: SeenPlate) -> list[Check]:
    """Found, inside the region, big enough, sharp enough, read, format."""
    return [
        Check("Found", percent(seen.detection.confidence), Level.GOOD, ""),
        _inside(seen),
        _size(seen),
        _sharp(seen),
        _read(seen),
        _format(seen),
    ]


def _inside(seen: SeenPlate) -> Check:
    if seen.is_inside:
        return Check("Inside the region", "yes", Level.GOOD, "")
    advice = "Motion.region or a mask of the settings leaves it out."
    return Check("Inside the region", "no", Level.BAD, advice)


def _size(seen: SeenPlate) -> Check:
    width = seen.view.width_px
    value = f"{width:.0f} px wide"
    if not seen.is_large:
        return Check("Big enough", value, Level.BAD, "It is not even tried to read it.")
    if width < NEEDED_PX:
        return Check("Big enough", value, Level.POOR, f"{NEEDED_PX:.0f} px are good.")
    return Check("Big enough", value, Level.GOOD, "")


def _sharp(seen: SeenPlate) -> Check:
    sharpness = seen.view.sharpness
    value = percent(sharpness)
    if sharpness >= SHARP:
        return Check("Sharp enough", value, Level.GOOD, "")
    level = Level.POOR if sharpness >= LEAST_SHARP else Level.BAD
    return Check("Sharp enough", value, level, "Focus, or a shorter shutter, helps.")


def _read(seen: SeenPlate) -> Check:
    if seen.read is None:
        return Check("Read", "nothing", Level.BAD, "No text could be made out.")
    confidence = seen.read.confidence
    if confidence >= SURE_FROM:
        return Check("Read", percent(confidence), Level.GOOD, "")
    level = Level.POOR if confidence >= GUESSED_BELOW else Level.BAD
    others = ", ".join(each.text for each in seen.read.alternatives[:3])
    return Check(
        "Read", percent(confidence), level, f"Or perhaps {others}." * bool(others)
    )


def _format(seen: SeenPlate) -> Check:
    if seen.settled is None:
        return Check("Format", "unknown", Level.OFF, "")
    if seen.settled.format:
        value = f"{seen.settled.country} {seen.settled.format}"
        mended = seen.read is not None and seen.settled.plate != seen.read.text
        advice = f"By its format it is {seen.settled.plate}." if mended else ""
        return Check("Format", value, Level.GOOD, advice)
    return Check("Format", "none of the countries set", Level.OFF, "")
