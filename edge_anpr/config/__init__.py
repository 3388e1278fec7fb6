"""The settings: one strict section per part, mirrored by config.yaml."""

import json
import re
from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from edge_anpr.config.camera import CameraConfig, MotionConfig
from edge_anpr.config.clock import ClockConfig
from edge_anpr.config.delivery import DeviceConfig, HomeAssistantConfig, MqttConfig
from edge_anpr.config.formats import FormatsConfig
from edge_anpr.config.places import disguised, line_of, repeated, unfolded, written
from edge_anpr.config.recognition import DetectorSize, RecognitionConfig
from edge_anpr.config.review import ReviewConfig
from edge_anpr.config.section import Section
from edge_anpr.config.storage import StorageConfig
from edge_anpr.config.syntax import fault_of, odd_space
from edge_anpr.config.tracking import TrackingConfig
from edge_anpr.config.unknown import advice
from edge_anpr.config.watchlist import WatchlistConfig
from edge_anpr.config.web import WebConfig
from edge_anpr.errors import ConfigError

__all__ = ["Config", "DetectorSize", "RecognitionConfig", "Section", "load_config"]

UNKNOWN_KEY = "extra_forbidden"  # as pydantic calls it
MOST_VALUES = 100_000  # of a file; aliases of aliases could fill any memory
# Of an address; cameras take passwords in the path and in the query, too.
SECRET = re.compile(r"(?<=rtsp:).*|(?<=rtsps:).*|(?<=:).*@", re.DOTALL | re.IGNORECASE)
LONGEST_SHOWN = 80  # characters of what was given
WHOLE = "it takes a whole number, without quotes"
MOMENT = "it takes date, time and zone, as 2026-05-04T12:00:00+02:00"
TAKES = {  # pydantic's errors, for whoever knows no JSON
    "model_type": "it takes settings of its own, each on a line below it",
    "tuple_type": "it takes a list, as [one, two]",
    "bool_type": "it takes true or false, without quotes",
    "int_type": WHOLE,
    "int_from_float": WHOLE,
    "float_type": "it takes a number such as 2 or 0.5, without quotes",
    "string_type": "it takes text, in quotes where it could be a number",
    "datetime_from_date_parsing": MOMENT,
    "datetime_type": MOMENT,
    "timezone_aware": MOMENT,
}


class Config(Section):
    """Everything that can be set."""

    device: DeviceConfig = DeviceConfig()
    """Who this device is."""

    clock: ClockConfig = ClockConfig()
    """When the time counts as right; until then nothing is erased for its age."""

    camera: CameraConfig = CameraConfig()
    """Where frames come from."""

    motion: MotionConfig = MotionConfig()
    """Which frames are worth a look, and how many may wait for it."""

    recognition: RecognitionConfig = RecognitionConfig()
    """How plates are found and read in a picture."""

    tracking: TrackingConfig = TrackingConfig()
    """How looks at one vehicle become one sighting."""

    formats: FormatsConfig = FormatsConfig()
    """Which countries' plates to expect."""

    watchlists: WatchlistConfig = WatchlistConfig()
    """Plates to look out for."""

    storage: StorageConfig = StorageConfig()
    """Where sightings are kept, for how long, and in how much space."""

    mqtt: MqttConfig = MqttConfig()
    """The broker that sightings are sent to."""

    home_assistant: HomeAssistantConfig = HomeAssistantConfig()
    """How the device introduces itself to Home Assistant, over the same broker."""

    web: WebConfig = WebConfig()
    """The device's own web page."""

    review: ReviewConfig = ReviewConfig()
    """A second opinion on doubtful plates, from Google Cloud Vision."""


def load_config(path: Path) -> Config:
    """Raise ConfigError with file, line and remedy when it is not as it should be."""
    text = _text(path)
    if line := odd_space(text):
        raise ConfigError(
            f"{path}, line {line}: a space here is a no-break space, as web pages have "
            "them; type it anew."
        )
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        _check_size(path, node)
        # By way of JSON, because lists and strings may then become tuples and paths.
        given = _without_empty(yaml.safe_load(text) or {}, Config)
        plain = json.dumps(given, default=str)
    except yaml.YAMLError as error:
        line, fault = fault_of(text, error)
        raise ConfigError(f"{path}, line {line}: this is not YAML: {fault}.") from error
    except (TypeError, ValueError, RecursionError) as error:
        # YAML that nobody writes on purpose, such as a date that is none.
        raise ConfigError(f"{path}: this cannot be a setting: {error}.") from error
    if twice := repeated(node):
        raise ConfigError(
            f"{path}, line {twice.line}: {twice.key} stands on line {twice.first_line} "
            "already; write it once, with all that belongs under it."
        )
    if odd := disguised(node):
        raise ConfigError(
            f"{path}, line {odd.line}: {odd.key} is {odd.given}, which YAML takes for "
            f'{odd.taken_for}; write {odd.meant}, or "{odd.given}" where it is a text.'
        )
    try:
        return Config.model_validate_json(plain)
    except ValidationError as error:
        # A key that is misspelt is also missing; the first says more.
        faults = sorted(error.errors(), key=lambda each: each["type"] != UNKNOWN_KEY)
        raise ConfigError(_explain(path, faults[0], node)) from error


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(
            f"{path}: cannot be read ({reason}); check the path, and your rights to it."
        ) from error
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{path}, line {line}: this is not YAML in UTF-8; save it as UTF-8."
        ) from error


def _check_size(path: Path, node: yaml.Node | None) -> None:
    if node and unfolded(node, {}) > MOST_VALUES:
        raise ConfigError(
            f"{path}: with every alias (*) written out, it holds more than "
            f"{MOST_VALUES} values; write what is meant where it belongs."
        )


def _without_empty(given: object, section: type[Section]) -> object:
    """A section or list whose every line is commented out is as good as not there."""
    if not isinstance(given, dict):
        return given
    kept = {}
    for key, value in given.items():
        field = section.model_fields.get(key)
        default = field.default if field else None
        if isinstance(default, Section):
            kept[key] = _without_empty({} if value is None else value, type(default))
        elif value is not None or not isinstance(default, tuple):
            kept[key] = value
    return kept


def _explain(path: Path, fault: ErrorDetails, node: yaml.Node | None) -> str:
    key = ".".join(_masked(str(part)) for part in fault["loc"]) or "the file"
    message = fault["msg"].removeprefix("Value error, ")
    given = fault["input"]
    if fault["type"] == "value_error" and isinstance(given, dict):
        # Settings of one section that contradict one another; all of it says little.
        named = [word for word in re.findall(r"\w+", message) if word in given]
        line = line_of(node, (*fault["loc"], *named[:1]))
        return f"{path}, line {line}: {key}: {message}."
    where = f"{path}, line {line_of(node, fault['loc'])}"
    if fault["type"] == UNKNOWN_KEY:
        return f"{where}: there is no setting {key}; {advice(Config, fault['loc'])}"
    if fault["type"] == "missing":
        return f"{where}: {key} is missing."
    if fault["type"] != "value_error":  # the others are pydantic's own words
        message = TAKES.get(fault["type"], message[0].lower() + message[1:])
    if given is None or isinstance(given, bool):  # which YAML makes of other words
        shown = written(node, fault["loc"]) or "empty"
    else:
        shown = _shown(given)
    return f"{where}: {key} is {shown}, but {message}."


def _shown(given: object) -> str:
    text = _masked(repr(given))
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def _masked(text: str) -> str:
    return SECRET.sub("...", text)
