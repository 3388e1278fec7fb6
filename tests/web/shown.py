"""A device with real storage behind it, and no daemon."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from flask.testing import FlaskClient

from edge_anpr.config import Config
from edge_anpr.daemon.correcting import Correcting
from edge_anpr.daemon.page import export_fields
from edge_anpr.daemon.saving import owed_to
from edge_anpr.delivery.messages import sighting_fields
from edge_anpr.delivery.topics import Topics
from edge_anpr.recognition.evidence import evidence
from edge_anpr.records import (
    Alternative,
    Box,
    ClockQuality,
    Direction,
    ListKind,
    Sighting,
    Stage,
    WatchMatch,
)
from edge_anpr.sample.plate import STYLES, render_plate
from edge_anpr.storage.access import AccessLog
from edge_anpr.storage.opening import open_database
from edge_anpr.storage.outbox import Outbox
from edge_anpr.storage.retention import Retention
from edge_anpr.storage.sightings import SightingStore
from edge_anpr.storage.subject import erase_plate, export_plate
from edge_anpr.storage.viewing import View
from edge_anpr.tracking.finding import Finder
from edge_anpr.tracking.watch_lists import WatchLists
from edge_anpr.web.app import create_app
from edge_anpr.web.device import Device, State
from edge_anpr.web.passwords import set_password
from tests.web.making import NOON, PASSWORD, WELL, config

DESTINATIONS = ("mqtt",)
WANTED = WatchMatch(ListKind.DENY, "stolen", "WX43TRE", "red van", "exact")


class Shown:
    """Everything behind a page."""

    def __init__(self, folder: Path, settings: Config | None = None) -> None:
        self.config = settings or config(folder)
        self.db = open_database(self.config.storage)
        retention = Retention(self.db, self.config.storage)
        self.store = SightingStore(self.db, retention, "boot-1")
        self.outbox = Outbox(self.db, "mqtt")
        self.view = View(self.db.path)
        self.access = AccessLog(self.db, self.view)
        self.state: Callable[[], State] = lambda: WELL
        topics = Topics("pole-7")
        correcting = Correcting(
            self.store,
            Finder(self.config.formats),
            WatchLists(self.config.watchlists),
            DESTINATIONS,
            now=lambda: NOON,
        )
        self.device = Device(
            config=self.config,
            state=self._state_now,
            view=self.view,
            access=self.access,
            fields=partial(sighting_fields, topics, buffered=False),
            export_fields=partial(export_fields, topics),
            correct=correcting.correct,
            export=partial(export_plate, self.db),
            erase=partial(erase_plate, self.db),
        )

    def _state_now(self) -> State:
        return self.state()

    def save(self, *sightings: Sighting) -> None:
        for each in sightings:
            self.store.save(each, owed_to(DESTINATIONS, each))

    def deliver_all(self) -> None:
        while owed := self.outbox.next_owed():
            self.outbox.delivered(owed)

    def client(self) -> FlaskClient:
        return create_app(self.device).test_client()

    def set_password(self) -> None:
        set_password(self.device.password_file, "anna", PASSWORD)


def sighting(number: int, plate: str, stage: Stage = Stage.FINAL) -> Sighting:
    """The so-many-th before noon, a few minutes apart."""
    seen = NOON - timedelta(minutes=3 * number + 1)
    confidences = tuple(0.99 - 0.013 * (i * number % 5) for i in range(len(plate)))
    return Sighting(
        id=f"gate-{number:06}",
        revision=1,
        stage=stage,
        plate=plate,
        raw_text=plate,
        alternatives=(Alternative(plate[:-1] + "8", 0.04),),
        confidence=min(confidences) - 0.01,
        char_confidences=confidences,
        country="GB",
        format="current",
        first_seen=seen - timedelta(seconds=2),
        last_seen=seen,
        reads=9,
        direction=Direction.APPROACHING,
        match=None,
        crop_jpeg=crop(plate),
        clock=ClockQuality.SYNCED,
        models=("plate_detector 1.0.0", "plate_reader 1.0.0"),
    )


def crop(plate: str) -> bytes:
    """A drawn plate as JPEG."""
    pixels = render_plate(plate, STYLES["germany"], 208).pixels
    height, width = pixels.shape[:2]
    return evidence(pixels, Box(0, 0, width, height)).jpeg


def csrf_of(page: str) -> str:
    """The token in a page's forms."""
    return page.partition('name="csrf" value="')[2].partition('"')[0]


def log_in(client: FlaskClient) -> str:
    """As anna; returns the token that changes need."""
    token = csrf_of(client.get("/login").text)
    answer = client.post(
        "/login", data={"csrf": token, "name": "anna", "password": PASSWORD}
    )
    assert answer.status_code == 302, answer.text
    return csrf_of(client.get("/").text)


def unsure(each: Sighting) -> Sighting:
    """The same, with a character that may be another."""
    confidences = (*each.char_confidences[:-1], 0.52)
    return replace(each, char_confidences=confidences, confidence=0.51)
