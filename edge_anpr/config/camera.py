"""Settings of the camera and of the motion gate."""

from enum import StrEnum
from itertools import combinations, pairwise
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    model_validator,
)

from edge_anpr.config.paths import SomePath
from edge_anpr.config.secret import SecretFile
from edge_anpr.config.section import Section

LEAST_AREA = 1e-6  # of an outline, as a part of the picture: about a pixel

MOST_CORNERS = 100


class CameraKind(StrEnum):
    """Where frames come from; each kind has a section of its own."""

    PI = "pi"
    USB = "usb"
    RTSP = "rtsp"
    JETSON = "jetson"
    REPLAY = "replay"


class Pace(StrEnum):
    """How fast a recording is played."""

    REAL_TIME = "real_time"
    COMPLETE = "complete"
    FAST = "fast"


class PiConfig(Section):
    """A camera on the ribbon cable of a Raspberry Pi."""

    number: int = Field(default=0, ge=0)
    """Which camera, as `rpicam-hello --list-cameras` counts them."""

    width_px: int = Field(default=1920, ge=320, le=8192, multiple_of=2)
    """Width of a frame."""

    height_px: int = Field(default=1080, ge=240, le=8192, multiple_of=2)
    """Height of a frame."""

    fps: float = Field(default=30.0, gt=0, le=240)
    """Frames per second."""

    exposure_limit_us: int | None = Field(default=1000, ge=10, le=1_000_000)
    """The shutter is never open longer (microseconds); 1000 keeps plates sharp up to
    90 km/h, 2000 up to 45; null: as long as the camera likes."""

    gain: float | None = Field(default=None, ge=1, le=64)
    """Analogue gain; null: automatic. With a gain set, the shutter time is fixed too,
    at exposure_limit_us."""

    gain_limit: float | None = Field(default=8.0, ge=1, le=64)
    """Automatic gain goes no higher for long: noise hides characters sooner than the
    dark does; null: as high as the camera likes."""

    focus_dioptres: float | None = Field(default=0.1, ge=0, le=32)
    """One over the distance in metres, for a camera with a lens motor: 0.1 is 10 m, 0
    far away; null: it focuses once, when it is opened."""


def _is_device(device: object) -> object:
    is_number = type(device) is int and device >= 0  # which true is none
    if not is_number and not str(device).startswith("/"):
        raise ValueError(
            "it takes the number of /dev/videoN, without quotes, or a whole path such "
            "as /dev/video0"
        )
    return device


VideoDevice = Annotated[int | str, BeforeValidator(_is_device)]


class UsbConfig(Section):
    """A camera behind a video device (V4L2), mostly on USB."""

    device: VideoDevice = 0
    """Number of /dev/videoN, or a path such as /dev/v4l/by-id/..., which stays the same
    when cameras are plugged in another order."""

    width_px: int = Field(default=1280, ge=160, le=8192)
    """Width of a frame; the camera takes the nearest it has."""

    height_px: int = Field(default=720, ge=120, le=8192)
    """Height of a frame; the camera takes the nearest it has."""

    fps: float = Field(default=30.0, gt=0, le=240)
    """Frames per second; the camera takes the nearest it has."""

    exposure_us: int | None = Field(default=None, ge=100, le=1_000_000)
    """Shutter time (microseconds), in steps of 100; null: automatic."""

    gain: float | None = Field(default=None, ge=0)
    """Gain in the camera's own steps; null: automatic."""


class RtspConfig(Section):
    """A network camera."""

    url: str = Field(default="", repr=False)
    """rtsp://user@host:554/path. A password belongs in password_file."""

    password_file: SecretFile | None = None
    """A file that holds the password and nothing else; null: none, or in the URL."""

    decoder_threads: int = Field(default=2, ge=1, le=16)
    """Processor threads that decode; every one above 1 delays by one frame."""


class JetsonConfig(Section):
    """A camera on the ribbon cable (CSI) of a Jetson."""

    sensor: int = Field(default=0, ge=0)
    """Which camera: nvarguscamerasrc's sensor-id."""

    width_px: int = Field(default=1920, ge=320, le=8192, multiple_of=8)
    """Width of a frame; the sensor must have such a mode."""

    height_px: int = Field(default=1080, ge=240, le=8192, multiple_of=2)
    """Height of a frame; the sensor must have such a mode."""

    fps: int = Field(default=30, ge=1, le=240)
    """Frames per second; the sensor must have such a mode."""

    exposure_limit_us: int | None = Field(default=1000, ge=30, le=1_000_000)
    """The shutter is never open longer (microseconds); null: as long as the camera
    likes."""

    gain: float | None = Field(default=None, ge=1, le=256)
    """Analogue gain; null: automatic."""


class ReplayConfig(Section):
    """A recording in place of a camera."""

    path: SomePath | None = None
    """A clip, or a folder of pictures that are played in the order of their names."""

    pace: Pace = Pace.REAL_TIME
    """real_time leaves out what there is no time for, as a camera would; complete
    takes as long and catches up; fast hands over every frame at once."""

    interval_s: float = Field(default=0.5, gt=0, le=10)
    """Seconds between the pictures of a folder."""

    started_at: AwareDatetime | None = None
    """When the recording begins, with its time zone; null: now."""


class CameraConfig(Section):
    """Where frames come from."""

    kind: CameraKind = CameraKind.PI
    """pi, usb, rtsp, jetson or replay; only the section of that name counts."""

    road_kmh: float | None = Field(default=None, gt=0, le=400)
    """Vehicles pass no faster than this: the shutter of a ribbon-cable camera is never
    open for longer than keeps their plates sharp; null: exposure_limit_us alone."""

    timeout_s: float = Field(default=5.0, ge=1, le=60)
    """A camera without a frame for this long is lost, and opened anew."""

    retry_max_s: float = Field(default=60.0, ge=1, le=3600)
    """Longest wait between two attempts to open a lost camera."""

    pi: PiConfig = PiConfig()
    """A camera on the ribbon cable of a Raspberry Pi."""

    usb: UsbConfig = UsbConfig()
    """A camera behind a video device (V4L2), mostly on USB."""

    rtsp: RtspConfig = RtspConfig()
    """A network camera."""

    jetson: JetsonConfig = JetsonConfig()
    """A camera on the ribbon cable (CSI) of a Jetson."""

    replay: ReplayConfig = ReplayConfig()
    """A recording in place of a camera."""

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if self.kind is CameraKind.RTSP and not self.rtsp.url:
            raise ValueError("kind rtsp needs rtsp.url, as rtsp://user@host:554/path")
        if self.kind is CameraKind.REPLAY and not self.replay.path:
            raise ValueError("kind replay needs replay.path, a clip or a folder")
        return self


def _fraction(part: float) -> float:
    if not 0 <= part <= 1:
        raise ValueError(
            "a corner is in fractions of the picture's width and height, from 0 to 1, "
            "not in pixels"
        )
    return part


def _pair(corner: object) -> object:
    if not isinstance(corner, list | tuple) or len(corner) != 2:
        raise ValueError("a corner is [x, y], and an outline is a list of corners")
    return tuple(corner)


def _outline(corners: "Polygon") -> "Polygon":
    if len(corners) < 3:
        raise ValueError("it takes three corners [x, y] or more, as fractions")
    if sum(_area(corners[0], *pair) for pair in pairwise(corners[1:])) < LEAST_AREA:
        raise ValueError(
            "it takes corners with something between them, not on one line"
        )
    if len(corners) > MOST_CORNERS:
        raise ValueError(f"it takes at most {MOST_CORNERS} corners")
    sides = pairwise((*corners, corners[0]))
    if any(_cross(*one, *other) for one, other in combinations(sides, 2)):
        raise ValueError("its sides cross; give the corners in order, once round")
    return corners


def _area(first: "Corner", second: "Corner", third: "Corner") -> float:
    """Of the triangle."""
    return abs(_turn(first, second, third)) / 2


def _cross(start: "Corner", end: "Corner", begin: "Corner", finish: "Corner") -> bool:
    """Whether two sides have a point in common that is an end of neither."""
    across = _turn(start, end, begin) * _turn(start, end, finish) < 0
    return across and _turn(begin, finish, start) * _turn(begin, finish, end) < 0


def _turn(first: "Corner", second: "Corner", third: "Corner") -> float:
    """Positive to one side, negative to the other, 0 straight on."""
    (x, y), (x2, y2), (x3, y3) = first, second, third
    return (x2 - x) * (y3 - y) - (x3 - x) * (y2 - y)


Fraction = Annotated[float, AfterValidator(_fraction)]
Corner = Annotated[tuple[Fraction, Fraction], BeforeValidator(_pair)]
Polygon = tuple[Corner, ...]
Outline = Annotated[Polygon, AfterValidator(_outline)]


class MotionConfig(Section):
    """Which frames are worth a look, and how many may wait for it."""

    enabled: bool = True
    """Whether still scenes are passed over."""

    region: Outline | None = None
    """Corners [x, y] of the part of the picture where motion counts and plates are
    read, in fractions of its width and height; null: everywhere."""

    masks: tuple[Outline, ...] = ()
    """Parts where motion does not count and no plate is read, such as a pavement or a
    tree: lists of corners like region."""

    min_area: float = Field(default=0.003, gt=0, le=1)
    """Fraction of the picture that must move as one piece."""

    threshold: float = Field(default=12.0, ge=2, le=100)
    """Smallest change of brightness that counts (grey levels of 255)."""

    hold_s: float = Field(default=1.0, ge=0, le=60)
    """Frames count as moving for this long after the last motion."""

    parked_s: float = Field(default=20.0, ge=1, le=3600)
    """What has stood still for about this long belongs to the background."""

    burst_frames: int = Field(default=8, ge=1, le=100)
    """Frames that may wait for the detector; 1: only the newest."""

    burst_mib: int = Field(default=48, ge=1, le=4096)
    """Memory those frames may take."""

    burst_age_s: float = Field(default=1.0, gt=0, le=60)
    """Frames that have waited for longer are dropped."""
