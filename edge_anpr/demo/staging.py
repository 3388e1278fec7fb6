"""What is shown: a clip, a watch list, and the settings of the daemon that sees it."""

from pathlib import Path

from edge_anpr.config import Config, RecognitionConfig
from edge_anpr.config.camera import (
    CameraConfig,
    CameraKind,
    MotionConfig,
    Pace,
    ReplayConfig,
)
from edge_anpr.config.delivery import DeviceConfig, HomeAssistantConfig
from edge_anpr.config.storage import StorageConfig
from edge_anpr.config.tracking import TrackingConfig
from edge_anpr.config.watchlist import WatchlistConfig, WatchListFile
from edge_anpr.config.web import WebConfig
from edge_anpr.demo.broker import Broker
from edge_anpr.recognition.drawing import encode
from edge_anpr.runtime.signals import asked_to_end
from edge_anpr.sample.drive_by import DriveBy
from edge_anpr.sample.light import LightName

PLATES = ("MKL4821", "HB207KT", "TRW5519")
WANTED = PLATES[-1]
FPS = 10.0
REJOIN_S = 1.5  # nobody comes back in this clip
SECONDS = {"before": 2.0, "looks": 1.6, "apart": 2.6, "after": 4.0}
SIZE = (960, 540)


def draw_clip(folder: Path, light: LightName, rounds: int) -> Path | None:
    """A folder of the pictures in which each vehicle passes, so many times.

    None when the program is asked to end meanwhile.
    """
    clip = folder / "clip"
    clip.mkdir()
    frames = {name: round(seconds * FPS) for name, seconds in SECONDS.items()}
    scene = DriveBy(PLATES, **frames, width=SIZE[0], height=SIZE[1], light=light)
    pictures: list[Path] = []  # of one round
    for pixels in scene.frames():
        if asked_to_end(0):
            return None
        pictures.append(clip / f"{len(pictures):06}.jpg")
        pictures[-1].write_bytes(encode(pixels, ".jpg"))
    for number in range(len(pictures), rounds * len(pictures)):
        picture = pictures[number % len(pictures)]
        (clip / f"{number:06}.jpg").hardlink_to(picture)
    return clip


def demo_config(
    folder: Path, clip: Path, broker: Broker, page_port: int, models: Path | None
) -> Config:
    """Of a device that watches the clip; all that it keeps goes to the folder."""
    wanted = folder / "wanted.csv"
    wanted.write_text(f"plate,name,kind\n{WANTED},for the demo,watch\n")
    return Config(
        device=DeviceConfig(id="demo"),
        camera=CameraConfig(
            kind=CameraKind.REPLAY,
            replay=ReplayConfig(path=clip, interval_s=1 / FPS, pace=Pace.COMPLETE),
        ),
        # However slow this computer is, every vehicle is to be seen.
        motion=MotionConfig(burst_frames=100, burst_mib=150, burst_age_s=60),
        recognition=RecognitionConfig(models=models),
        tracking=TrackingConfig(rejoin_s=REJOIN_S),
        watchlists=WatchlistConfig(lists=(WatchListFile(file=wanted),)),
        storage=StorageConfig(folder=folder),
        mqtt=broker.config,
        home_assistant=HomeAssistantConfig(enabled=False),
        web=WebConfig(port=page_port),  # without a password, for this computer only
    )
