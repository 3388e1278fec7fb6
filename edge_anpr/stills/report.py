"""Say what a picture holds: a line a plate for people, an object for programs."""

import json

from edge_anpr.records import Plate
from edge_anpr.runtime.terminal import printable
from edge_anpr.stills.reading import StillReading


def as_json(reading: StillReading) -> str:
    """One line of JSON; boxes in pixels of the upright picture, times in ms."""
    height, width = reading.pixels.shape[:2]
    return json.dumps(
        {
            "image": reading.path,
            "width": width,
            "height": height,
            "plates": [_plate(plate) for plate in reading.plates],
            "ms": {
                "decode": round(reading.decode_ms, 2),
                "detect": round(reading.detect_ms, 2),
                "read": round(reading.read_ms, 2),
            },
        }
    )


def as_lines(reading: StillReading) -> list[str]:
    """A line a plate, best first; one line when there is none."""
    path = printable(reading.path)
    if not reading.plates:
        return [f"{path}: no plate"]
    lines = []
    for plate in reading.plates:
        box = plate.detection.box
        text = plate.read.text or "illegible"
        lines.append(
            f"{path}: {text:<{10}} {plate.read.confidence:4.0%}"
            f"  at {box.x1:.0f},{box.y1:.0f}  {box.width:.0f} x {box.height:.0f} px"
        )
    return lines


def _plate(plate: Plate) -> dict[str, object]:
    read, detection = plate.read, plate.detection
    box, corners = detection.box, detection.corners
    return {
        "text": read.text,
        "confidence": round(read.confidence, 4),
        "detection_confidence": round(detection.confidence, 4),
        "char_confidences": [round(each, 4) for each in read.char_confidences],
        "alternatives": [
            {"text": other.text, "confidence": round(other.confidence, 4)}
            for other in read.alternatives
        ],
        "box": [round(side, 1) for side in (box.x1, box.y1, box.x2, box.y2)],
        "corners": corners
        and [[round(point.x, 1), round(point.y, 1)] for point in corners.points],
    }
