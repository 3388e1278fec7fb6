"""Second opinions from start to end: owed, counted, asked, merged, stored, owed on."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_anpr.config import Config
from edge_anpr.config.formats import FormatsConfig
from edge_anpr.config.review import ReviewConfig, Transport
from edge_anpr.config.storage import StorageConfig
from edge_anpr.config.watchlist import WatchlistConfig, WatchListFile
from edge_anpr.daemon.reviewing import IDLE_S, Reviewing
from edge_anpr.daemon.reviews import Reviews, open_reviews
from edge_anpr.daemon.saving import Saving
from edge_anpr.records import (
    Kind,
    Outcome,
    ReviewState,
    Sighting,
    Stage,
)
from edge_anpr.runtime.clock import Clock
from edge_anpr.storage.outbox import Outbox
from edge_anpr.storage.review_queue import ReviewQueue
from edge_anpr.tracking.watch_lists import WatchLists
from tests.programs import ROOT
from tests.review.settings import review_config
from tests.review.vision_server import (
    One,
    Trouble,
    Vision,
    Word,
    grpc_server,
    rest_server,
    saw,
)
from tests.storage.disk import fill
from tests.storage.making import REVIEW, Storage, sighting

SERVERS = {Transport.REST: rest_server, Transport.GRPC: grpc_server}
NOW = datetime.now(UTC)


def _crop(number: int) -> bytes:
    """A picture with the number in it: so many white pixels in the first row."""
    pixels = np.zeros((40, 160, 3), np.uint8)
    pixels[:, : number + 1] = 255
    return cv2.imencode(".jpg", pixels)[1].tobytes()


def _number(picture: bytes) -> int:
    pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    return int((pixels[20] > 127).sum()) - 1


def _as_it_is(picture: bytes) -> One:
    """What a reviewer with good eyes sees: the plate that storage.making gives it."""
    return saw(Word(f"AB{_number(picture):04}XY"), Word("DEALER", y=60, height=9))


def _unsure(number: int) -> Sighting:
    """Its second character is in doubt: 8 or B; it is B."""
    made = sighting(number, crop=_crop(number))
    wrong = f"A8{number:04}XY"
    return replace(
        made,
        plate=wrong,
        raw_text=wrong,
        confidence=0.5,
        char_confidences=(0.95, 0.5, *(0.95,) * 6),
        alternatives=(replace(made.alternatives[0], text=made.plate, confidence=0.4),),
        country=None,
        format=None,
        first_seen=NOW - timedelta(minutes=100 - number),
        last_seen=NOW - timedelta(minutes=100 - number),
    )


@dataclass
class Bench:
    """The review, without threads, on storage and a server that are real."""

    folder: Path
    vision: Vision
    transport: Transport
    settings: dict[str, object] = field(default_factory=dict)
    lists: WatchLists = field(default_factory=lambda: WatchLists(WatchlistConfig()))
    now: datetime = NOW
    synced: bool = True

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.storage = Storage(self.folder)
        self.open()

    def open(self) -> None:
        """As after a restart."""
        base = review_config(self.folder, self.vision.url, self.transport, 2)
        self.config = Config(
            review=base.model_copy(update=self.settings),
            storage=StorageConfig(folder=self.folder, max_mb=16),
            formats=FormatsConfig(),
        )
        clock = Clock(lambda: self.synced)
        self.reviews: Reviews = open_reviews(
            self.config,
            self.storage.db,
            self.storage.sightings,
            ("mqtt",),
            self.lists,
            clock,
            lambda: self.now,
            lambda: 1.0,
        )
        assert self.reviews.thread
        self.thread: Reviewing = self.reviews.thread
        self.saving = Saving(
            self.storage.sightings, ("mqtt",), wants_review=self.reviews.wants
        )

    def save(self, *numbers: int) -> None:
        self.saving.save(map(_unsure, numbers))

    def latest(self, number: int) -> Sighting:
        found = self.storage.sightings.latest(f"gate-{number:06}")
        assert found
        return found

    def stages(self, count: int) -> list[Stage]:
        return [self.latest(number).stage for number in range(count)]

    def steps(self, most: int = 50) -> None:
        """Until nothing is left to do, or it waits for something."""
        for _ in range(most):
            if self.thread.step() >= IDLE_S:
                return

    @property
    def spent(self) -> int:
        return self.thread.status().units_month


@pytest.fixture(params=list(Transport))
def transport(request: pytest.FixtureRequest) -> Transport:
    return Transport(request.param)


@pytest.fixture
def vision(transport: Transport) -> Iterator[Vision]:
    with SERVERS[transport](_as_it_is) as vision:
        yield vision


@pytest.fixture
def bench(tmp_path: Path, vision: Vision, transport: Transport) -> Iterator[Bench]:
    bench = Bench(tmp_path, vision, transport)
    yield bench
    bench.storage.db.close()


@pytest.fixture
def rest(tmp_path: Path) -> Iterator[Bench]:
    with rest_server(_as_it_is) as vision:
        bench = Bench(tmp_path, vision, Transport.REST)
        yield bench
        bench.storage.db.close()


def test_a_doubtful_sighting_gets_a_reviewed_revision(bench: Bench) -> None:
    bench.save(7)
    bench.steps()
    after = bench.latest(7)
    assert (after.plate, after.stage, after.revision) == ("AB0007XY", Stage.REVIEWED, 2)
    assert after.review
    assert after.review.outcome is Outcome.CHANGED
    assert (after.review.before, after.review.text) == ("A80007XY", "AB0007XY")
    owed = Outbox(bench.storage.db, "mqtt").next_owed()
    assert owed
    assert (owed.kind, owed.sighting) == (Kind.SIGHTING, after)
    status = bench.thread.status()
    assert (status.state, status.units_month, status.changed) == ("ready", 1, 1)


def test_a_sure_sighting_goes_nowhere(rest: Bench) -> None:
    rest.saving.save([replace(_unsure(1), confidence=0.95)])
    rest.steps()
    assert rest.vision.asked == []
    assert rest.latest(1).stage is Stage.FINAL


def test_an_alert_that_only_the_review_reveals_is_sent(
    tmp_path: Path, rest: Bench
) -> None:
    file = tmp_path / "wanted.csv"
    file.write_text("plate,kind\nAB0007XY,watch\n")
    rest.lists = WatchLists(
        WatchlistConfig(lists=(WatchListFile(file=file, max_cost=0.0),))
    )
    rest.lists.refresh(0)
    rest.open()
    rest.save(7)
    assert not rest.latest(7).is_alert
    rest.steps()
    owed = Outbox(rest.storage.db, "mqtt").next_owed()
    assert owed
    assert (owed.kind, owed.sighting.plate) == (Kind.ALERT, "AB0007XY")


def test_weeks_offline_and_then_a_flood(rest: Bench) -> None:
    rest.settings = {"monthly_units": 60, "daily_share": 0.5, "keep_days": 7}
    rest.open()
    rest.save(*range(80))
    url, rest.vision.url = rest.vision.url, "http://127.0.0.1:9"
    rest.open()
    for _ in range(20):
        assert rest.thread.step() > 1
    assert rest.spent == 0  # nobody was reached, so nobody was paid
    rest.vision.url = url
    rest.open()
    rest.steps()
    assert rest.spent == 30
    assert rest.thread.state is ReviewState.SPENT
    assert [rest.latest(n).stage for n in (49, 50)] == [Stage.FINAL, Stage.REVIEWED]
    sizes = [len(each.requests) for each in rest.vision.asked]
    assert max(sizes) == 16
    rest.now += timedelta(days=1)
    rest.steps()
    assert rest.spent in (30, 60)  # a new month may have begun
    rest.now += timedelta(days=8)
    rest.steps()
    assert rest.thread.status().owed == 0


def test_a_new_month_begins_when_googles_does(rest: Bench) -> None:
    rest.settings = {"monthly_units": 2, "daily_share": 1.0}
    rest.open()
    rest.now = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # half past 23, 31 October
    for number in range(4):
        seen = replace(_unsure(number), last_seen=rest.now - timedelta(hours=1))
        rest.saving.save([seen])
    rest.steps()
    assert len(rest.vision.pictures) == 2
    assert rest.thread.step() == 600
    rest.now += timedelta(minutes=29)
    assert 0 < rest.thread.step() <= 60
    rest.now += timedelta(minutes=1)
    rest.steps()
    assert len(rest.vision.pictures) == 4
    rest.now += timedelta(hours=2)  # the clocks have gone back; it is one month still
    rest.save(5)
    rest.steps()
    assert len(rest.vision.pictures) == 4


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusal_stops_it_for_good(bench: Bench, status: int) -> None:
    bench.save(1)
    bench.vision.trouble.extend([Trouble(status, "API key not valid.")] * 3)
    bench.steps()
    asked = len(bench.vision.asked)
    for _ in range(5):
        assert bench.thread.step() >= 600
    assert len(bench.vision.asked) == asked
    assert bench.spent == 0
    (problem,) = bench.reviews.problems()
    assert "API key not valid" in problem.sentence
    bench.vision.trouble.clear()  # somebody has mended it
    bench.open()
    bench.steps()
    assert bench.latest(1).stage is Stage.REVIEWED


def test_what_waits_while_it_is_stopped_is_kept_no_longer_than_crops_are(
    rest: Bench,
) -> None:
    rest.save(1)
    rest.vision.trouble.append(Trouble(400))
    rest.steps()
    assert rest.thread.state is ReviewState.STOPPED
    assert rest.thread.status().owed == 1
    rest.now += timedelta(days=8)
    rest.thread.step()
    assert rest.thread.status().owed == 0
    assert rest.thread.state is ReviewState.STOPPED


def test_too_many_requests_are_waited_out(bench: Bench) -> None:
    bench.save(1)
    bench.vision.trouble.append(
        Trouble(429, headers=(("Retry-After", "77"),), retry_after_s=77)
    )
    assert bench.thread.step() == 77
    assert bench.spent == 0
    assert bench.thread.state is ReviewState.WAITING
    bench.steps()
    assert bench.latest(1).stage is Stage.REVIEWED


def test_an_outage_costs_one_unit_a_try_and_waits_ever_longer(rest: Bench) -> None:
    rest.save(*range(20))
    rest.vision.trouble.extend([Trouble(503)] * 8)
    waits = [rest.thread.step() for _ in range(8)]
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256]
    sizes = [len(each.requests) for each in rest.vision.asked]
    assert sizes == [16] + [1] * 7
    assert rest.spent == 23
    rest.steps()
    assert rest.stages(20) == [Stage.REVIEWED] * 20


def test_what_never_gets_an_answer_is_given_up(rest: Bench) -> None:
    rest.save(1)
    rest.vision.trouble.extend([Trouble(cut_after=5)] * 9)
    for _ in range(9):
        rest.thread.step()
    assert rest.spent == 3
    assert rest.thread.status().owed == 0


def test_one_picture_that_fails_does_not_hold_up_the_others(bench: Bench) -> None:
    def answer(picture: bytes) -> One:
        made = _as_it_is(picture)
        if _number(picture) == 2:
            made.error = {"code": 3, "message": "Bad image data."}
        return made

    bench.vision.answer = answer
    bench.save(1, 2, 3)
    bench.steps()
    stages = [bench.latest(number).stage for number in (1, 2, 3)]
    assert stages == [Stage.REVIEWED, Stage.FINAL, Stage.REVIEWED]
    assert bench.thread.status().owed == 0
    assert bench.spent == 3


def test_an_unset_clock_asks_nothing(rest: Bench) -> None:
    rest.synced = False
    rest.open()
    rest.save(1)
    assert rest.thread.step() == IDLE_S
    assert rest.thread.state is ReviewState.WAITING
    assert rest.vision.asked == []


def test_what_a_person_has_corrected_meanwhile_stays(rest: Bench) -> None:
    rest.save(1)
    said = replace(_unsure(1), revision=2, stage=Stage.CORRECTED, plate="CORRECT")

    def answer(picture: bytes) -> One:
        Storage(rest.folder).sightings.save(said)
        return _as_it_is(picture)

    rest.vision.answer = answer
    rest.steps()
    assert rest.latest(1) == said
    assert rest.thread.status().owed == 0


def test_what_has_become_private_meanwhile_does_not_go(
    tmp_path: Path, rest: Bench
) -> None:
    rest.save(1, 2)
    file = tmp_path / "family.csv"
    file.write_text("plate,kind\nAB0001XY,allow\n")
    rest.lists = WatchLists(
        WatchlistConfig(lists=(WatchListFile(file=file, private=True, max_cost=0.0),))
    )
    rest.lists.refresh(0)
    rest.open()
    rest.steps()
    assert [_number(each) for each in rest.vision.pictures] == [2]


def test_without_a_reviewer_the_rest_goes_on_and_says_so(rest: Bench) -> None:
    rest.save(1)
    rest.settings = {"api_key_file": rest.folder / "gone.key"}
    rest.open()
    rest.save(2)
    rest.steps()
    (problem,) = rest.reviews.problems()
    assert "gone.key: cannot be read" in problem.sentence
    assert rest.thread.status().owed == 2
    assert rest.vision.asked == []


def test_without_reviews_nothing_is_owed_one(rest: Bench) -> None:
    rest.save(1)
    off = rest.config.model_copy(update={"review": ReviewConfig()})
    open_reviews(
        off,
        rest.storage.db,
        rest.storage.sightings,
        (),
        rest.lists,
        Clock(lambda: True),
    )
    assert rest.thread.status().owed == 0


@pytest.mark.parametrize(("is_any_held_back", "still_owed"), [(True, 0), (False, 40)])
def test_without_reviews_a_full_disk_is_in_the_way_of_no_start(
    disk: Path, is_any_held_back: bool, still_owed: int
) -> None:
    storage = Storage(disk)
    for number in range(40):
        storage.sightings.save(sighting(number, crop=_crop(number)), [REVIEW])
    if not is_any_held_back:
        storage.db.ballast.release()
    fill(disk)
    lists = WatchLists(WatchlistConfig())
    right = Clock(lambda: True)
    reviews = open_reviews(Config(), storage.db, storage.sightings, (), lists, right)
    assert reviews.thread is None
    assert ReviewQueue(storage.db).count() == still_owed
    storage.db.close()


def test_two_devices_on_one_account_keep_to_their_parts(
    tmp_path: Path, rest: Bench
) -> None:
    rest.settings = {"monthly_units": 20, "daily_share": 1.0, "devices": 2}
    rest.open()
    other = Bench(tmp_path / "other", rest.vision, Transport.REST, rest.settings)
    for each in (rest, other):
        each.save(*range(16))
        each.steps()
    assert len(rest.vision.pictures) == 20
    other.storage.db.close()


def test_two_devices_that_do_not_know_of_each_other_stop_at_the_quota(
    tmp_path: Path, rest: Bench
) -> None:
    rest.vision.quota = 20
    other = Bench(tmp_path / "other", rest.vision, Transport.REST)
    for each in (rest, other):
        each.save(*range(16))
        each.steps(3)
    assert rest.spent + other.spent == 16
    assert other.thread.state is ReviewState.WAITING
    assert "Quota exceeded" in other.thread.says
    other.storage.db.close()


def test_kill_9_between_counting_and_sending_never_overspends(rest: Bench) -> None:
    rest.settings = {"monthly_units": 40, "daily_share": 1.0}
    rest.open()
    rest.save(*range(60))
    rest.storage.db.close()
    for _ in range(2):
        process = subprocess.run(
            [sys.executable, "-m", "tests.daemon.review_killed", str(rest.folder)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            check=False,
        )
        assert process.returncode == -signal.SIGKILL
    rest.storage = Storage(rest.folder)
    rest.open()
    assert rest.spent == 32
    rest.steps()
    assert rest.spent == 40
    assert len(rest.vision.pictures) == 8
