"""Follow what a whole fleet sees, and how it is, as its broker passes it on."""

import json
import logging
import math
import random
import re
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Event
from typing import TypeAlias
from urllib.parse import urlsplit
from uuid import uuid4

from edge_anpr.config.delivery import MqttConfig
from edge_anpr.delivery.messages import SCHEMA_VERSION
from edge_anpr.delivery.mqtt import MqttLine
from edge_anpr.delivery.silence import Silence
from edge_anpr.delivery.topics import ONLINE, of_fleet, split
from edge_anpr.errors import ConfigError, DeliveryFailed, DeliveryRefused
from edge_anpr.records import ClockQuality, Direction

log = logging.getLogger(__name__)

REMEMBERED = 10_000  # passages, so that what comes twice is shown once
MOST_WAITING = 10_000  # messages to be shown: a terminal may be held for hours
LARGEST_BYTES = 16_384  # of each; a sighting has about 1000
LOOK_S = 0.5  # how soon a stop or a lost connection is noticed
FIRST_RETRY_S = 1.0
MAX_RETRY_S = 60.0

SILENT = "silent"  # its broker takes it for online, but it says nothing more
FOLLOWED = ("status", "health", "sighting", "alert")

SCHEMES = {"mqtt": (False, 1883), "mqtts": (True, 8883)}  # TLS, port

# A device may have been stolen: nothing of what it says reaches the terminal as it is.
UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa1-\xac\xae-\u024f]")
LONGEST_TEXT = 80  # characters of each that are shown
LONGEST_PROBLEM = 200  # of what is wrong and how to mend it

# What JSON that is no sighting can lead to; deep nesting and huge numbers, too.
NOT_ONE = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
    OverflowError,
)

HEADER = (
    f"{'SEEN (UTC)':<19}  {'DEVICE':<16}  {'PLATE':<10}  {'CONF':>4}  "
    f"{'STAGE':<11}  NOTE"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """One revision of a sighting by a device of the fleet."""

    device: str
    id: str
    revision: int
    stage: str
    plate: str
    confidence: float  # 0..1
    first_seen: str  # RFC 3339, UTC
    direction: str
    match: str  # empty when on no list
    is_alert: bool
    is_unsure: bool
    is_buffered: bool
    is_dated: bool  # its clock was right
    json: str  # as received, on one line

    @property
    def line(self) -> str:
        """A row below HEADER."""
        seen = self.first_seen[:19].replace("T", " ")
        notes = [
            "ALERT" if self.is_alert else "",
            self.match,
            "unsure" if self.is_unsure else "",
            "sent late" if self.is_buffered else "",
            "" if self.is_dated else "clock not set",
            "" if self.direction == Direction.UNKNOWN else self.direction,
        ]
        return (
            f"{seen:<19}  {self.device:<16}  {self.plate:<10}  "
            f"{self.confidence:>4.0%}  {self.stage:<11}  "
            f"{', '.join(filter(None, notes))}"
        ).rstrip()


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """A device came, went, was stopped or fell silent."""

    device: str
    status: str

    @property
    def line(self) -> str:
        return f"{'':<19}  {self.device:<16}  is {self.status}"

    @property
    def json(self) -> str:
        return json.dumps({"device": self.device, "status": self.status})


@dataclass(frozen=True, slots=True)
class DeviceProblems:
    """What someone should mend at a device, of all that its health says."""

    device: str
    problems: tuple[str, ...]
    every_s: float | None = None  # until its health is said again; None: not known

    @property
    def line(self) -> str:
        told = "has no problem any more"
        if self.problems:
            told = f"has a problem: {self.problems[0]}"
        if len(self.problems) > 1:
            told += f" (and {len(self.problems) - 1} more)"
        return f"{'':<19}  {self.device:<16}  {told}"

    @property
    def json(self) -> str:
        return json.dumps({"device": self.device, "problems": self.problems})


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A device sends what is no sighting, or one in a later version of the layout."""

    device: str

    @property
    def line(self) -> str:
        return (
            f"{'':<19}  {self.device:<16}  sends what this version of edge-anpr does "
            "not understand"
        )

    @property
    def json(self) -> str:
        return json.dumps({"device": self.device, "unreadable": True})


@dataclass(frozen=True, slots=True)
class Overlooked:
    """Messages that came while nothing could be shown, and were not kept."""

    count: int

    @property
    def line(self) -> str:
        return f"{'':<19}  {self.count} messages came faster than they could be shown"

    @property
    def json(self) -> str:
        return json.dumps({"overlooked": self.count})


News: TypeAlias = Passage | DeviceStatus | DeviceProblems | Unreadable | Overlooked


def parse(topic: str, payload: bytes) -> News | None:
    """None when it is not of edge-anpr, or there is nothing to show."""
    place = split(topic)
    if place is None:
        return None
    device, kind = _clean(place[0]), place[1]
    if kind == "status":
        status = _clean(payload.decode(errors="replace"))
        return DeviceStatus(device, status) if status else None  # it was cleared
    if kind not in FOLLOWED or (kind == "health" and not payload):
        return None
    try:
        fields = json.loads(payload)
        _check(fields, device)
        if kind == "health":
            return _problems(device, fields)
        return _passage(device, kind, fields)
    except NOT_ONE:
        return Unreadable(device)


_Key: TypeAlias = tuple[str, str, int, bool] | Unreadable | str


class Seen:
    """What has been shown, so that what is delivered twice is shown once."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._known: OrderedDict[_Key, tuple[str, ...]] = OrderedDict()

    def is_new(self, news: News) -> bool:
        told: tuple[str, ...] = ()
        if isinstance(news, Passage):
            key: _Key = (news.device, news.id, news.revision, news.is_alert)
        elif isinstance(news, Unreadable):
            key = news
        elif isinstance(news, DeviceProblems):
            key, told = news.device, news.problems
            if key not in self._known and not told:
                return False  # it has been well all the time
        else:
            return True
        if key in self._known and self._known[key] == told:
            return False
        self._known[key] = told
        if len(self._known) > self._remembered:
            self._known.popitem(last=False)
        return True


class Heard:
    """What has come and is not shown yet: the newest of it, and how much is not kept.

    put() is called from another thread.
    """

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._most = most
        self._change = Condition()  # guards what is below
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._overlooked = 0

    def put(self, topic: str, payload: bytes) -> None:
        with self._change:
            if len(self._waiting) == self._most:
                self._waiting.popleft()
                self._overlooked += 1
            # What is cut off was no sighting anyway.
            self._waiting.append((topic, payload[:LARGEST_BYTES]))
            self._change.notify()

    def next(self, wait_s: float = LOOK_S) -> News | None:
        """None when nothing comes in this time, or nothing of edge-anpr."""
        with self._change:
            self._change.wait_for(lambda: self._waiting, wait_s)
            if self._overlooked:
                overlooked, self._overlooked = Overlooked(self._overlooked), 0
                return overlooked
            message = self._waiting.popleft() if self._waiting else None
        return parse(*message) if message else None


def follow(config: MqttConfig, stop: Event) -> Iterator[News]:
    """Every piece of news once, until stop; a broker that goes away is waited for.

    When it goes and when it is back is logged.

    Raise DeliveryFailed when the broker cannot be reached at first, and
    DeliveryRefused when it does not let these credentials read.
    """
    heard = Heard()
    line = MqttLine(
        config,
        f"edge-anpr-watch-{uuid4().hex[:8]}",
        on_message=heard.put,
    )
    seen, silence = Seen(), Silence()
    wait_s = 0.0  # longer where a connection does not hold for long
    try:
        _subscribe(line)
        while not stop.is_set():
            if not line.is_connected:
                if line.held_s > MAX_RETRY_S:
                    wait_s = 0.0
                _subscribe_again(line, stop, wait_s)
                silence.begin()
                # Another of this name may have thrown this one out, and be thrown out.
                wait_s = min(wait_s * 2 or FIRST_RETRY_S, MAX_RETRY_S)
            news = heard.next()
            yield from turned(silence, news)
            if news and seen.is_new(news):
                yield news
    finally:
        line.disconnect()


def turned(silence: Silence, news: News | None) -> Iterator[DeviceStatus]:
    """Devices that have fallen silent, and that which is heard again."""
    if isinstance(news, DeviceStatus):
        silence.came(news.device, is_online=news.status == ONLINE)
    if (
        isinstance(news, DeviceProblems)
        and news.every_s is not None
        and silence.heard(news.device, news.every_s)
    ):
        yield DeviceStatus(news.device, ONLINE)
    for device in silence.fallen():
        yield DeviceStatus(device, SILENT)


def broker_config(
    url: str,
    ca_file: Path | None = None,
    credentials_file: Path | None = None,
) -> MqttConfig:
    """Settings from mqtts://host:port; raise ConfigError when it is not such."""
    if "@" in url:  # nor is it repeated, wherever it seems to end
        raise ConfigError("The password belongs in a file; use --credentials-file.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"{url}: {error}.") from error
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise ConfigError(f"{url}: expected mqtts://host:port, or mqtt:// without TLS.")
    tls, usual_port = SCHEMES[parts.scheme]
    try:
        return MqttConfig(
            host=parts.hostname,
            port=port or usual_port,
            tls=tls,
            ca_file=ca_file,
            credentials_file=credentials_file,
        )
    except ValueError as error:  # pydantic's is one
        raise ConfigError(f"{url}: there can be no host {parts.hostname}.") from error


def _subscribe(line: MqttLine) -> None:
    line.connect()
    try:
        line.subscribe([of_fleet(kind) for kind in FOLLOWED])
    except DeliveryRefused:
        line.disconnect()
        raise


def _subscribe_again(line: MqttLine, stop: Event, wait_s: float) -> None:
    """What is sent meanwhile is not shown, which must be said.

    wait_s: at most so long before the first try
    """
    if wait_s:
        log.warning(
            "The broker soon hangs up, again and again; if another watches with the "
            "same credentials, give each their own"
        )
    else:
        log.warning("The broker is lost; trying again until it is back")
    stop.wait(wait_s * random.random())
    retry_s, refusal = FIRST_RETRY_S, ""
    while not stop.is_set():
        try:
            _subscribe(line)
        except (DeliveryFailed, DeliveryRefused) as error:
            if isinstance(error, DeliveryRefused) and str(error) != refusal:
                refusal = str(error)
                log.warning("%s", refusal)
            stop.wait(retry_s)
            retry_s = min(retry_s * 2, MAX_RETRY_S)
        else:
            log.info("The broker is back")
            return


def _check(fields: dict[str, object], device: str) -> None:
    """Raise one of NOT_ONE when they are not this device's, or not as we know them."""
    if fields["device"] != device:
        raise ValueError("it speaks for another device")
    if fields["schema"] != SCHEMA_VERSION:
        raise ValueError("its fields may have another meaning")


def _problems(device: str, fields: dict[str, object]) -> DeviceProblems:
    """Raise one of NOT_ONE when they are none."""
    told = fields["problems"]
    if not isinstance(told, list):
        raise TypeError("problems are a list")
    problems = tuple(_clean(each, LONGEST_PROBLEM) for each in told)
    every_s = fields.get("every_s")  # new in the messages
    return DeviceProblems(
        device, problems, None if every_s is None else _seconds(every_s)
    )


def _passage(device: str, kind: str, fields: dict[str, object]) -> Passage:
    """Raise one of NOT_ONE when it is not one."""
    match = fields["match"]
    return Passage(
        device=device,
        id=_clean(fields["id"]),
        revision=_whole(fields["revision"]),
        stage=_clean(fields["stage"]),
        plate=_clean(fields["plate"]),
        confidence=_fraction(fields["confidence"]),
        first_seen=_clean(fields["first_seen"]),
        direction=_clean(fields["direction"]),
        match=_match(match) if isinstance(match, dict) else "",
        is_alert=kind == "alert",
        is_unsure=fields.get("unsure") is True,  # new in the messages
        is_buffered=fields["buffered"] is True,
        is_dated=fields["clock"] != ClockQuality.UNSYNCED,
        json=json.dumps(fields, allow_nan=False),  # escapes whatever is not ASCII
    )


def _match(match: dict[str, object]) -> str:
    who = f" ({_clean(match['name'])})" if match["name"] else ""
    return f"{_clean(match['kind'])} list {_clean(match['list'])}{who}"


def _clean(text: object, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is not a text")
    return UNPRINTABLE.sub("?", text[:longest])


def _whole(number: object) -> int:
    if not isinstance(number, int):
        raise TypeError(f"{number!r} is not a whole number")
    return number


def _seconds(number: object) -> float:
    if not isinstance(number, int | float):
        raise TypeError(f"{number!r} is not a number")
    if not 0 < number < math.inf:
        raise ValueError(f"{number} is no time to wait")
    return float(number)


def _fraction(number: object) -> float:
    if not isinstance(number, int | float):
        raise TypeError(f"{number!r} is not a number")
    if not 0 <= number <= 1:  # nor is NaN
        raise ValueError(f"{number} is not between 0 and 1")
    return float(number)
