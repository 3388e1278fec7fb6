"""A device with real storage behind it, and no daemon."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import cv2
import numpy as np
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
    Detection,
    Direction,
    Frame,
    ListKind,
    Pixels,
    PlateRead,
    Sighting,
    Stage,
    WatchMatch,
)
from edge_anpr.runtime.glance import Glance
from edge_anpr.runtime.histogram import Histogram
from edge_anpr.sample.plate import STYLES, render_plate
from edge_anpr.storage.access import AccessLog
from edge_anpr.storage.opening import open_database
from edge_anpr.storage.outbox import Outbox
from edge_anpr.storage.reports import ReportStore
from edge_anpr.storage.retention import Retention
from edge_anpr.storage.sightings import SightingStore
from edge_anpr.storage.subject import erase_plate, export_plate
from edge_anpr.storage.viewing import View
from edge_anpr.tracking.finding import Finder
from edge_anpr.tracking.look import Look, Moment
from edge_anpr.tracking.misses import Misses, Reason
from edge_anpr.tracking.track import Passage
from edge_anpr.tracking.voting import vote
from edge_anpr.tracking.watch_lists import WatchLists
from edge_anpr.web.app import create_app
from edge_anpr.web.device import Device, State, Stretch, Totals
from edge_anpr.web.passwords import set_password
from tests.web.making import NOON, PASSWORD, WELL, config

DESTINATIONS = ("mqtt",)
FUNNEL = {
    "frames": 108_000,
    "moving": 9_400,
    "found": 1_420,
    "large_enough": 1_205,
    "inside": 1_180,
    "read": 1_110,
    "passages": 52,
    "near": 51,
    "sharp": 49,
    "legible": 48,
    "agreed": 47,
    "reported": 47,
    "sent": 45,
}
MISSED = (
    (Reason.SMALL, "TR44EES", 30),
    (Reason.BLURRED, "HJ58OPL", 96),
    (Reason.FEW_READS, "YB10XYZ", 140),
)
TOTALS = Totals(
    stages=FUNNEL,
    left_out={"too small": 1, "blurred": 2, "unread": 1, "too few reads": 1},
    alerts={"stolen": 3},
    seconds={"detector": Histogram(), "reader": Histogram()},
    published=Histogram(),
)
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
        self.misses = Misses()
        self.reports = ReportStore(self.db, self.view)
        self.glance = Glance[Frame]()
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
            funnel=lambda seconds: Stretch(FUNNEL, min(seconds, 7200.0)),
            totals=lambda: TOTALS,
            misses=self.misses,
            glance=self.glance,
            reports=self.reports,
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

    def fill(self) -> None:
        """Enough to look at."""
        wanted = replace(sighting(1, "WX43TRE"), match=WANTED)
        corrected = replace(sighting(5, "NP65KLA", Stage.CORRECTED), revision=2)
        self.save(
            sighting(0, "AB12CDE"),
            wanted,
            unsure(sighting(2, "KL77MNO")),
            sighting(3, "MKA482"),
            replace(sighting(4, "RT09ZZY"), crop_jpeg=None),
            sighting(5, "NP65KLO"),
            corrected,
            *(sighting(number, f"GH{number:02}JKL") for number in range(6, 31)),
        )
        for _ in range(60):
            if owed := self.outbox.next_owed():
                self.outbox.delivered(owed)
        for reason, text, width_px in MISSED:
            self.misses.add(reason, missed(text, width_px, blurred=reason == "blurred"))

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


def missed(plate: str, width_px: int, *, blurred: bool) -> Passage:
    """A vehicle that passed and came to nothing."""
    pixels = render_plate(plate, STYLES["british front"], width_px).pixels
    if blurred:
        pixels = cv2.blur(pixels, (width_px // 6, 1)).astype(np.uint8)
    height, width = pixels.shape[:2]
    shown = evidence(pixels, Box(0, 0, width, height))
    look = Look(
        Detection(Box(0, 0, width, height), 0.9),
        PlateRead(plate, 0.41, (0.41,) * len(plate)) if width_px > 100 else None,
        shown.sharpness,
        shown.jpeg,
    )
    looks = (look,) if look.read else ()
    return Passage(
        number=1,
        first=Moment(NOON - timedelta(seconds=3), 100.0),
        last=Moment(NOON, 103.0),
        looks=looks,
        vote=vote(looks),
        direction=Direction.APPROACHING,
        place=look.box,
        still_since_s=103.0,
        unread=None if looks else look,
    )


@cache
def crop(plate: str) -> bytes:
    """A drawn plate as JPEG."""
    pixels = render_plate(plate, STYLES["british front"], 208).pixels
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


@contextmanager
def filming(shown: Shown, pixels: Pixels) -> Iterator[None]:
    """A camera that sees this, for as long as it lasts."""
    over = Event()

    def film() -> None:
        while not over.wait(0.02):
            shown.glance.show(Frame(pixels, NOON, monotonic()))

    thread = Thread(target=film)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(5)
