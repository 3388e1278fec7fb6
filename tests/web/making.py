"""A device for the page to show, without a daemon behind it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge_anpr.config import Config
from edge_anpr.config.delivery import DeviceConfig, MqttConfig
from edge_anpr.config.storage import StorageConfig
from edge_anpr.records import ClockQuality, Kind, Problem, ReviewState, ReviewStatus
from edge_anpr.runtime.health import Health
from edge_anpr.storage.status import OwedStatus, StorageStatus
from edge_anpr.web.device import BrokerState, CameraState, State, Stretch

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
PASSWORD = "three old ladders"  # noqa: S105

HEALTH = Health(
    version="0.1.0",
    uptime_s=11_520.0,
    clock=ClockQuality.SYNCED,
    can_read=True,
    frames_per_s=29.8,
    frames_dropped=12,
    sightings=412,
    alerts=3,
    owed=0,
    refused=0,
    storage_used_bytes=42_000_000,
    storage_free_bytes=21_400_000_000,
    cpu_celsius=61.5,
    throttled=False,
    weak_power=False,
    models=("plate_detector 1.0.0", "plate_reader 1.0.0"),
)
STORAGE = StorageStatus(
    sightings=3120,
    crops=812,
    files_bytes=42_000_000,
    max_bytes=512_000_000,
    disk_free_bytes=21_400_000_000,
    owed=(),
    crops_given_up=0,
    sightings_given_up=0,
    damaged_files=(),
    is_short_of_space=False,
    fault=None,
)
HOUR = Stretch({"passages": 52, "reported": 47}, 3600.0)
WELL = State(
    at=NOON,
    health=HEALTH,
    problems=(),
    camera=CameraState("pi", 343_000, 0.1, None),
    broker=BrokerState("broker.example:8883", None),
    storage=STORAGE,
    hour=HOUR,
)
CAMERA_LOST = Problem(
    "camera",
    "The camera is lost: pi: gives no frame.",
    "Check its cable and its power; it is tried again by itself.",
    is_grave=True,
)
NO_TIME = Problem(
    "clock",
    "The clock has not been set; times may be wrong.",
    "Let the device reach a time server, or add a battery-backed clock.",
)
SILENT = replace(HEALTH, throttled=None, weak_power=None)  # no Raspberry Pi
BOARDS = {
    "raspberry-pi": WELL,
    "jetson": replace(WELL, health=SILENT, camera=replace(WELL.camera, kind="jetson")),
    "pc": replace(WELL, health=SILENT, camera=replace(WELL.camera, kind="rtsp")),
}
BLIND = replace(
    WELL,
    problems=(CAMERA_LOST,),
    camera=replace(WELL.camera, frame_age_s=95.0, trouble="pi: gives no frame."),
)
CUT_OFF = replace(
    WELL,
    health=replace(HEALTH, owed=41, oldest_owed_s=1260.0),
    problems=(Problem("delivery", "Delivery waits.", "See to the network."),),
    broker=BrokerState("broker.example:8883", "it cannot be reached"),
    storage=replace(
        STORAGE,
        owed=(OwedStatus("mqtt", Kind.SIGHTING, 41, 0, NOON - timedelta(minutes=21)),),
    ),
)


def config(folder: Path) -> Config:
    return Config(
        device=DeviceConfig(id="pole-7", name="Pole 7", area="North gate"),
        mqtt=MqttConfig(host="broker.example"),
        storage=StorageConfig(folder=folder, max_mb=16),
    )


REVIEWING = replace(
    WELL,
    health=replace(
        HEALTH,
        review=ReviewStatus(
            state=ReviewState.SPENT,
            says="This day's units are spent.",
            owed=7,
            units_month=412,
            units_day=90,
            monthly_units=900,
            daily_units=90,
            confirmed=3,
            changed=2,
            disagreed=1,
            nothing_read=4,
            corrected=1,
        ),
    ),
)
