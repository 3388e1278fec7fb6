"""Take back what this device has left at the broker under an earlier id.

The broker keeps a status, a health and an introduction to Home Assistant until somebody
takes them back, and Home Assistant would show a device that is no more. Another device
may have the earlier id by now, or still, where a card was copied: what its status says
to be there is left alone.
"""

import logging
import re
from dataclasses import dataclass
from pathlib import Path

from edge_anpr.delivery.line import Line
from edge_anpr.delivery.messages import Message
from edge_anpr.delivery.sparing import Sparing
from edge_anpr.delivery.topics import ONLINE, Topics, introduction_topic
from edge_anpr.errors import DeliveryFailed, DeliveryRefused
from edge_anpr.records import Problem

log = logging.getLogger(__name__)

FILE_NAME = "names-at-broker"  # in storage.folder
LINE = re.compile(r"([a-z0-9][a-z0-9_-]*) ([A-Za-z0-9_/-]+)")


@dataclass(frozen=True, slots=True)
class Name:
    """By which a device has introduced itself."""

    device: str  # its id
    prefix: str  # of Home Assistant's topics

    @property
    def status(self) -> str:
        return Topics(self.device).status

    @property
    def introduction(self) -> str:
        return introduction_topic(self.prefix, self.device)


class Former:
    """Remembers each name in a file, and takes an earlier one back, once a start."""

    def __init__(self, file: Path, own: Name) -> None:
        self._file = file
        self._own = own
        self._names: list[Name] | None = None  # as the file has them, but our own
        self._due: list[Name] = []  # of these, to be taken back
        self._statuses: dict[str, bytes] = {}  # as the broker keeps them, by topic
        self._sparing = Sparing("the subscription to the status of an earlier id")

    def heard(self, topic: str, payload: bytes) -> None:
        """Take what was subscribed to; called from another thread."""
        self._statuses[topic] = payload

    def greet(self, line: Line) -> None:
        """Raise DeliveryFailed when the line breaks."""
        if self._names is None:
            self._names = [each for each in _read(self._file) if each != self._own]
            self._due = list(self._names)
            self._remember()
        others = [each for each in self._due if each.device != self._own.device]
        if not others:
            return
        try:
            self._sparing.subscribe(line, [each.status for each in others])
        except DeliveryRefused as error:
            log.info("What stands under an earlier id stays at the broker: %s", error)

    def attend(self, line: Line) -> None:
        """Raise DeliveryFailed when the line breaks."""
        for name in list(self._due):
            is_renamed = name.device != self._own.device
            status = self._statuses.get(name.status) if is_renamed else b""
            if status is None:  # not heard yet; or nothing is kept, or may be read
                continue
            is_over = status == ONLINE.encode() or self._takes_back(line, name)
            self._due.remove(name)
            if is_over and self._names:
                self._names.remove(name)
                self._remember()

    def problems(self) -> tuple[Problem, ...]:
        """None: it is the broker's to forbid."""
        return ()

    def _takes_back(self, line: Line, name: Name) -> bool:
        """Whether the broker lets it; the status last, by which it is known."""
        topics = [name.introduction]
        if name.device != self._own.device:
            topics += [Topics(name.device).health, name.status]
        try:
            for topic in topics:
                line.publish(Message(topic, b"", retain=True))
        except (DeliveryFailed, DeliveryRefused) as error:
            if not line.is_connected:
                raise DeliveryFailed(str(error)) from error
            log.warning("What stands at the broker as %s stays: %s", name.device, error)
            return False
        log.info("What stood at the broker as %s is taken back.", name.device)
        return True

    def _remember(self) -> None:
        names = (self._own, *(self._names or ()))
        text = "".join(f"{each.device} {each.prefix}\n" for each in names)
        new = self._file.with_name(f"{self._file.name}.new")
        try:
            if not self._file.exists() or self._file.read_bytes() != text.encode():
                new.write_text(text)
                new.replace(self._file)
        except OSError as error:
            log.info("This device's name at the broker is not noted: %s", error)


def _read(file: Path) -> list[Name]:
    """None where there is no such file, or nothing that makes sense."""
    try:
        lines = file.read_text(errors="replace").splitlines()
    except OSError:
        return []
    found = (LINE.fullmatch(each) for each in lines)
    return [Name(each[1], each[2]) for each in found if each]
