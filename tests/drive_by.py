"""A vehicle that drives towards the camera, drawn frame by frame."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge_anpr.recognition.drawing import encode
from edge_anpr.records import Frame
from edge_anpr.sample.drive_by import DriveBy

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
FPS = 10.0
STREET_FRAMES = 10  # before and after, with nobody there


def drive_by(text: str, looks: int = 12) -> Iterator[Frame]:
    """An empty street, a vehicle coming nearer, and the empty street again."""
    clip = DriveBy((text,), looks, before=STREET_FRAMES, after=STREET_FRAMES)
    for number, pixels in enumerate(clip.frames()):
        since_s = number / FPS
        yield Frame(pixels, NOON + timedelta(seconds=since_s), 1000.0 + since_s)


def write(folder: Path, text: str, looks: int = 12) -> Path:
    """The same as a folder of pictures; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, frame in enumerate(drive_by(text, looks)):
        (folder / f"{number:03}.jpg").write_bytes(encode(frame.pixels, ".jpg"))
    return folder
