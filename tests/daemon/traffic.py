"""Recordings of a street with many vehicles, small enough to be quick."""

from pathlib import Path

from edge_anpr.recognition.drawing import encode
from edge_anpr.sample.drive_by import DriveBy

PLATES = ("MKL4821", "HB207KT", "TRW5519")
INTERVAL_S = 0.1
DRIVE_BY = DriveBy(PLATES, looks=6, apart=9, before=2, after=8, width=640, height=360)


def busy(folder: Path, rounds: int) -> Path:
    """In each round, of about three seconds, every vehicle passes once."""
    return _recording(folder, range(DRIVE_BY.count), rounds)


def quiet(folder: Path, rounds: int) -> Path:
    """Nobody passes; a tenth of a second a round."""
    return _recording(folder, range(1), rounds)


def settings(
    models: Path, recording: Path, pace: str = "real_time"
) -> dict[str, object]:
    """What it takes to watch one with little effort."""
    replay = {"path": str(recording), "interval_s": INTERVAL_S, "pace": pace}
    return {
        "camera": {"kind": "replay", "replay": replay},
        "recognition": {"models": str(models), "detector_size": "small"},
        "tracking": {"max_gap_s": 0.4, "rejoin_s": 0.5},
    }


def _recording(folder: Path, numbers: range, rounds: int) -> Path:
    folder.mkdir()
    frames = [*DRIVE_BY.frames()]
    for number in numbers:
        first = folder / f"{number:07}.jpg"
        first.write_bytes(encode(frames[number], ".jpg"))
        for later in range(1, rounds):
            name = f"{later * len(numbers) + number:07}.jpg"
            first.with_name(name).hardlink_to(first)
    return folder
