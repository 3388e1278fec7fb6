"""Try every part on its own, and say what to mend before the service starts."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from edge_anpr.camera import open_camera
from edge_anpr.config import Config
from edge_anpr.delivery.mqtt import MqttLine
from edge_anpr.delivery.trust import ending_files, ending_trust
from edge_anpr.errors import (
    AnprError,
    CameraLost,
    ConfigError,
    DatabaseDamaged,
    DeliveryFailed,
    ModelMismatch,
    StorageFailed,
)
from edge_anpr.pipeline.canary import Canary
from edge_anpr.pipeline.opening import detector_sizes, model_names
from edge_anpr.recognition.detector import load_detector
from edge_anpr.recognition.reader import load_reader
from edge_anpr.review.billing import allowance
from edge_anpr.review.opening import open_reviewer
from edge_anpr.runtime.clock import is_kept, is_right, is_synchronised
from edge_anpr.storage.locking import is_in_use
from edge_anpr.storage.opening import FILE_NAME, open_beside
from edge_anpr.tracking.finding import Finder
from edge_anpr.tracking.watch_lists import WatchLists
from edge_anpr.web.device import password_file
from edge_anpr.web.passwords import is_any_set
from edge_anpr.web.serving import listening_problem, password_problem


class Verdict(IntEnum):
    """How bad it is; the worst is the exit code."""

    WELL = 0
    POOR = 1  # the service runs, but someone should look after this
    USELESS = 2  # the service would not start, or would keep nothing


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, in a sentence."""

    part: str
    verdict: Verdict
    says: str


PARTS = ("settings", "models", "camera", "broker", "review", "disk", "clock", "page")


def check_all(config: Config, parts: Sequence[str] = PARTS) -> Iterator[Finding]:
    """One finding after another, for some of PARTS; some take seconds."""
    checks: dict[str, Callable[[Config], str]] = {
        "settings": _settings,
        "models": _models,
        "camera": _camera,
        "broker": _broker,
        "review": _review,
        "disk": _disk,
        "clock": _clock,
        "page": _page,
    }
    for part in parts:
        try:
            yield Finding(part, Verdict.WELL, checks[part](config))
        except (ConfigError, ModelMismatch, StorageFailed) as fault:
            yield Finding(part, Verdict.USELESS, str(fault))
        except AnprError as fault:
            yield Finding(part, Verdict.POOR, str(fault))


class NotAsItShouldBe(AnprError):
    """The service copes with this, but someone should mend it."""


def _settings(config: Config) -> str:
    Finder(config.formats)
    watch_lists = WatchLists(config.watchlists)
    watch_lists.refresh(0.0)
    if watch_lists.problems:
        raise NotAsItShouldBe(" ".join(watch_lists.problems))
    countries = ", ".join(config.formats.countries) or "none"
    lists = len(config.watchlists.lists)
    return f"formats of: {countries}; watch lists: {lists}"


def _models(config: Config) -> str:
    reader = load_reader(config.recognition)
    for size in detector_sizes(config.recognition):
        if not Canary([load_detector(config.recognition, size)], reader).is_read():
            raise ModelMismatch(
                f"the {size} detector and the reader do not read a drawn plate; "
                "use the models that came with edge-anpr."
            )
    return f"{', '.join(model_names(config.recognition))} read a drawn plate"


def _camera(config: Config) -> str:
    kind = config.camera.kind
    with closing(open_camera(config.camera).frames()) as frames:
        frame = next(frames, None)
    if frame is None:
        raise CameraLost(f"{kind}: gives no frame.")
    height, width = frame.pixels.shape[:2]
    return f"{kind}, {width} x {height} pixels"


def _broker(config: Config) -> str:
    if not config.mqtt.host:
        return "none (mqtt.host is not set); sightings are only stored"
    # A name of its own, or the broker would hang up on a service that runs. Where it
    # makes one name of user and client it does all the same; that one is soon back.
    line = MqttLine(config.mqtt, f"edge-anpr-{config.device.topic_id}-check")
    said = []
    try:
        line.connect()
    except DeliveryFailed as fault:  # perhaps for one of the reasons below
        said.append(str(fault))
    finally:
        line.disconnect()
    now = datetime.now(UTC)
    if ending := ending_trust(line.trusted_until, now):
        said.append(ending.sentence)
    if is_right(trust_rtc=config.clock.trust_rtc):
        said += [problem.sentence for problem in ending_files(config.mqtt, now)]
    if said:
        raise NotAsItShouldBe(" ".join(said))
    return f"{config.mqtt.host}:{config.mqtt.port} takes this device"


def _review(config: Config) -> str:
    if not config.review.enabled:
        return "off (review.enabled)"
    try:
        name = open_reviewer(config.review).name
    except ConfigError as fault:
        raise NotAsItShouldBe(str(fault)) from fault
    units = allowance(config.review).month
    if not units:
        raise NotAsItShouldBe(
            "review.monthly_units leaves this device none; raise it, or lower "
            "review.devices."
        )
    return f"{name}, {units} units a month; its answer has not been tried"


def _disk(config: Config) -> str:
    folder = config.storage.folder
    try:
        has_database = (folder / FILE_NAME).exists()
        # One that is made here might be somebody else's than the service's.
        if not has_database:
            tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise StorageFailed(
            f"{folder}: cannot be used ({error.strerror}); run this with sudo, create "
            "it, give edge-anpr the right to write, or change storage.folder."
        ) from error
    if has_database:
        _open(config)
    free_mb = shutil.disk_usage(folder).free // 10**6
    if free_mb < config.storage.max_mb:
        raise NotAsItShouldBe(
            f"{folder}: {free_mb} MB are free, but storage.max_mb is "
            f"{config.storage.max_mb}; make room or lower it."
        )
    used = "; a service keeps its sightings there" if is_in_use(folder) else ""
    return f"{folder}, {free_mb} MB free{used}"


def _open(config: Config) -> None:
    try:
        open_beside(config.storage).close()
    except DatabaseDamaged as fault:  # which stops no start
        raise NotAsItShouldBe(str(fault)) from fault


def _clock(config: Config) -> str:
    if is_synchronised():
        return "set by a time server"
    if not config.clock.trust_rtc:
        raise NotAsItShouldBe(
            "the clock has not been set by a time server, so that nothing is erased "
            "for its age; let the device reach one (timedatectl set-ntp true), or give "
            "it a battery-backed clock and set clock.trust_rtc."
        )
    if not is_kept():
        raise NotAsItShouldBe(
            "no battery-backed clock (/sys/class/rtc) shows the time that this "
            "computer's clock does, so that nothing is erased for its age; set both "
            "(timedatectl set-time), and see to the battery."
        )
    return "kept by a battery-backed clock"


def _page(config: Config) -> str:
    if not config.web.enabled:
        return "off (web.enabled)"
    file = password_file(config)
    try:
        problem, has_password = password_problem(file), is_any_set(file)
    except ConfigError as fault:  # which stops no start
        raise NotAsItShouldBe(str(fault)) from fault
    if not problem and not is_in_use(config.storage.folder):  # else it listens itself
        problem = listening_problem(config.web, has_password=has_password)
    if problem:
        raise NotAsItShouldBe(problem.sentence)
    if not has_password:
        return (
            f"port {config.web.port} of this device alone, until edge-anpr "
            "set-password has set a password"
        )
    return f"port {config.web.port} of {config.web.address or 'all addresses'}"
