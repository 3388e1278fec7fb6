"""What a damaged database owes is owed by the fresh one, as far as it can be read."""

import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from edge_anpr.errors import DiskFull
from edge_anpr.records import Kind, ReviewState, Sighting, Stage
from edge_anpr.storage.database import PAGE_BYTES, Database, Safety
from edge_anpr.storage.files import condemn
from edge_anpr.storage.given_up import count_given_up
from edge_anpr.storage.review_status import review_status
from edge_anpr.storage.review_units import Allowance, ReviewUnits
from edge_anpr.storage.salvage import MOST_S, fresh_file, salvage
from edge_anpr.storage.schema import MIGRATIONS, migrate
from edge_anpr.storage.status import StorageStatus, storage_status
from tests.storage.making import ALERT, CROP, NOON, SIGHTING, Storage, sighting

DB = "sightings.db"
COUNT = 60
DUE = [ALERT, SIGHTING, CROP]
TODAY = NOON.date()
NEXT_MONTH = date(2025, 4, 1)
ALLOWANCE = Allowance(month=50, day=50)
STEPS = (
    (Path, "rename"),
    (Path, "unlink"),
    (Path, "touch"),
    (Database, "writing"),
    (Database, "checkpoint"),
)


def _crop(number: int) -> bytes:
    return f"jpeg {number} ".encode() * 99


def _owing(folder: Path) -> Path:
    """A database of which the first third is delivered, closed."""
    storage = Storage(folder)
    for number in range(COUNT):
        storage.sightings.save(sighting(number, crop=_crop(number)), DUE)
        if number == COUNT // 3 - 1:
            storage.deliver_all()
    storage.db.close()
    return folder / DB


def _change(path: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql, values)


def _start(folder: Path) -> tuple[StorageStatus, list[tuple[Kind, Sighting]]]:
    """What is owed after a start, in its order."""
    storage = Storage(folder)
    status = storage_status(storage.db)
    owed = []
    while each := storage.outbox.next_owed():
        owed.append((each.kind, each.sighting))
        storage.outbox.delivered(each)
    storage.db.close()
    return status, owed


def _all_but(lost: set[int]) -> list[tuple[Kind, Sighting]]:
    left = [each for each in range(COUNT // 3, COUNT) if each not in lost]
    return [
        (kind, sighting(each, crop=_crop(each)))
        for kind in (Kind.ALERT, Kind.SIGHTING, Kind.CROP)
        for each in left
    ]


@pytest.mark.parametrize("seed", range(4))
def test_all_but_what_is_garbled_stays_owed(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    path = _owing(tmp_path)
    garbled = set(chance.sample(range(COUNT), chance.randrange(1, COUNT)))
    for number in garbled:
        column = chance.choice(["stage", "raw_text", "models", "boot", "crop"])
        _change(
            path,
            f"update sighting set {column} = x'fe' where id = ?",  # noqa: S608
            f"gate-{number:06}",
        )
    condemn(path)
    status, owed = _start(tmp_path)
    assert owed == _all_but(garbled)
    assert status.sightings_given_up == len(garbled & set(range(COUNT // 3, COUNT)))
    assert len(status.damaged_files) == 1


def test_what_was_delivered_is_not_sent_again(tmp_path: Path) -> None:
    path = _owing(tmp_path)
    Storage(tmp_path).deliver_all()
    condemn(path)
    status, owed = _start(tmp_path)
    assert (status.sightings, owed) == (0, [])


def test_a_crop_that_is_gone_is_counted_and_its_sighting_saved(tmp_path: Path) -> None:
    path = _owing(tmp_path)
    _change(path, "delete from crop where number = ?", COUNT)
    condemn(path)
    status, owed = _start(tmp_path)
    assert status.crops_given_up == 1
    assert status.sightings_given_up == 0
    kinds = [kind for kind, each in owed if each.id == sighting(COUNT - 1).id]
    assert kinds == [Kind.ALERT, Kind.SIGHTING]


def test_a_vehicle_that_was_in_view_can_still_become_final(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    in_view = replace(sighting(1, crop=b"jpeg"), stage=Stage.PROVISIONAL)
    storage.sightings.save(in_view, [SIGHTING])
    storage.db.close()
    condemn(tmp_path / DB)
    storage = Storage(tmp_path)
    assert storage.sightings.unfinished() == [in_view]
    storage.db.close()


def test_all_revisions_of_what_is_owed_are_saved(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    for revision in (1, 2, 3):
        storage.sightings.save(sighting(1, revision, crop=b"jpeg"), [ALERT, CROP])
    before = storage.sightings.revisions(sighting(1).id)
    storage.db.close()
    condemn(tmp_path / DB)
    storage = Storage(tmp_path)
    assert storage.sightings.revisions(sighting(1).id) == before
    assert storage.deliver_all() == [Kind.ALERT] * 3 + [Kind.CROP]
    storage.db.close()


def test_what_a_full_quota_owes_is_saved_and_the_damaged_file_makes_room(
    tmp_path: Path,
) -> None:
    storage = Storage(tmp_path)  # of 16 MB, 9 of them for the file
    for number in range(600):
        jpeg = os.urandom(11_000)
        storage.sightings.save(sighting(number, crop=jpeg), [SIGHTING, CROP])
    storage.db.close()
    condemn(tmp_path / DB)
    storage = Storage(tmp_path)
    status = storage_status(storage.db)
    assert [each.owed for each in status.owed] == [600, 600]
    assert status.files_bytes < status.max_bytes
    assert status.damaged_files == ()
    storage.db.close()


def test_what_takes_too_long_is_left_and_counted(tmp_path: Path) -> None:
    path = _owing(tmp_path)
    time_s = count(0.0, MOST_S / 150)
    done = salvage(path, 16 * 10**6, lambda: next(time_s))
    assert 0 < done.sightings < COUNT * 2 // 3
    assert done.sightings + done.lost_sightings == COUNT * 2 // 3


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_scribbled_over_nothing_false_is_owed(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    path = _owing(tmp_path)
    with path.open("r+b") as file:
        for _ in range(chance.randrange(1, 4)):
            file.seek(chance.randrange(path.stat().st_size // 1024) * 1024)
            file.write(chance.randbytes(1024))
    condemn(path)
    _, owed = _start(tmp_path)
    sound = _all_but(set())
    for kind, each in owed:
        # A crop may have been lost, and is none of an alert or a sighting.
        whole = sighting(int(each.id[-6:]), crop=each.crop_jpeg)
        assert each == whole
        assert kind is not Kind.CROP or (kind, each) in sound


def _page_of_owed(content: bytes) -> int:
    """The middle one of those that hold nothing but rows of table owed."""
    is_leaf = 0x0D  # the first byte of a page of rows
    starts = [
        start
        for start in range(0, len(content), PAGE_BYTES)
        if content[start] == is_leaf
        and content.count(b"mqtt", start, start + PAGE_BYTES) > 5
    ]
    return starts[len(starts) // 2]


def test_behind_a_page_that_is_gone_it_goes_on(tmp_path: Path) -> None:
    path = _owing(tmp_path)
    content = path.read_bytes()
    start = _page_of_owed(content)
    gone = content.count(b"mqtt", start, start + PAGE_BYTES)
    path.write_bytes(
        content[:start] + b"\xff" * PAGE_BYTES + content[start + PAGE_BYTES :]
    )
    status, owed = _start(tmp_path)
    assert len(owed) == len(_all_but(set())) - gone
    assert status.sightings_given_up >= 1


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000, os.urandom(5000)])
def test_a_file_that_is_no_database_owes_nothing(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / DB
    path.write_bytes(content)
    condemn(path)
    status, owed = _start(tmp_path)
    assert (status.sightings, status.sightings_given_up, owed) == (0, 0, [])


def _spending(folder: Path) -> Path:
    """A database that has spent 16 units and given up 3 crops, closed."""
    path = _owing(folder)
    storage = Storage(folder)
    ReviewUnits(storage.db).take(16, [], TODAY, ALLOWANCE)
    with storage.db.writing(Safety.CRASH) as connection:
        count_given_up(connection, Kind.CROP, 3)
    storage.db.close()
    return path


def _left(folder: Path, today: date) -> int:
    """Of the units, after the clock was right for a turn."""
    storage = Storage(folder)
    storage.retention.turn(NOON)
    taken = ReviewUnits(storage.db).take(ALLOWANCE.month, [], today, ALLOWANCE)
    storage.db.close()
    return taken


def test_what_was_spent_and_given_up_stays_so(tmp_path: Path) -> None:
    condemn(_spending(tmp_path))
    status, _ = _start(tmp_path)
    assert (status.crops_given_up, status.sightings_given_up) == (3, 0)
    assert _left(tmp_path, TODAY) == ALLOWANCE.month - 16


@pytest.mark.parametrize(
    "garble",
    [
        "update review_units set units = 'many'",
        "update review_units set units = -1",
        "update review_units set units = 4611686018427387904",
        "update review_units set day = '2O25-03-01'",
        "update review_units set day = x'fe'",
        "update given_up set kind = 99, count = x'fe'",
    ],
)
def test_no_garbled_account_spends_more_than_there_is(
    tmp_path: Path, garble: str
) -> None:
    path = _spending(tmp_path)
    _change(path, garble)
    condemn(path)
    knows = 0 if "review_units" in garble else ALLOWANCE.month - 16
    assert _left(tmp_path, TODAY) == knows
    assert _left(tmp_path, NEXT_MONTH) == ALLOWANCE.month


def _make_unreadable(path: Path, _: pytest.MonkeyPatch) -> None:
    path.write_bytes(os.urandom(5000))


def _lose_the_table(path: Path, _: pytest.MonkeyPatch) -> None:
    _change(path, "drop table review_units")


def _have_nothing_saved(_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise DiskFull("no room")

    monkeypatch.setattr("edge_anpr.storage.opening.salvage", fails)


@pytest.mark.parametrize(
    "spoil", [_make_unreadable, _lose_the_table, _have_nothing_saved]
)
def test_where_nobody_knows_what_was_spent_it_is_all_there_is_this_month(
    tmp_path: Path,
    spoil: Callable[[Path, pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = _spending(tmp_path)
    condemn(path)
    spoil(path, monkeypatch)
    storage = Storage(tmp_path)
    assert ReviewUnits(storage.db).take(1, [], TODAY, ALLOWANCE) == 0
    status = review_status(storage.db, TODAY, ALLOWANCE, ReviewState.SPENT, "")
    storage.db.close()
    assert (status.units_month, status.units_day) == (ALLOWANCE.month, ALLOWANCE.day)
    assert "none is asked for before the next month" in caplog.text
    assert _left(tmp_path, TODAY) == 0
    assert _left(tmp_path, NEXT_MONTH) == ALLOWANCE.month


def test_what_was_not_told_once_is_not_known_after_the_next_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _spending(tmp_path)
    _make_unreadable(path, monkeypatch)
    Storage(tmp_path).db.close()
    condemn(path)
    assert _left(tmp_path, TODAY) == 0


def test_an_earlier_version_has_spent_nothing(tmp_path: Path) -> None:
    path = tmp_path / DB
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, MIGRATIONS[:2])
    condemn(path)
    assert _left(tmp_path, TODAY) == ALLOWANCE.month


class _PulledPlug(BaseException):
    """No code of ours catches it."""


class _Plug:
    """Is pulled before one of the steps that change anything on the disk."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self.is_pulled = False

    def before(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def checked(*args: Any, **settings: Any) -> Any:
            self._steps -= 1
            if self._steps < 0:
                self.is_pulled = True
                raise _PulledPlug
            return step(*args, **settings)

        return checked


def test_a_pulled_plug_at_any_step_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for steps in count():
        folder = tmp_path / str(steps)
        folder.mkdir()
        condemn(_owing(folder))
        plug = _Plug(steps)
        with monkeypatch.context() as patch, suppress(_PulledPlug):
            for owner, name in STEPS:
                patch.setattr(owner, name, plug.before(getattr(owner, name)))
            Storage(folder).db.close()
        status, owed = _start(folder)
        assert owed == _all_but(set())
        assert status.sightings_given_up == 0
        assert not fresh_file(folder / DB).exists()
        if not plug.is_pulled:
            break
    assert steps > 10
