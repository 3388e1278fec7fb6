"""Nothing is lost, nothing is delivered twice, and the order is kept."""

import os
import shutil
import tempfile
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from edge_anpr.errors import DiskReadOnly
from edge_anpr.records import Kind
from edge_anpr.storage.outbox import Due, Outbox, Owed
from tests.storage.disk import Card
from tests.storage.making import (
    ALERT,
    CROP,
    REVIEW,
    SIGHTING,
    Storage,
    sighting,
)


def drain(outbox: Outbox) -> list[tuple[Kind, str, int]]:
    """Deliver all that is owed; what was delivered, in order."""
    done = []
    while owed := outbox.next_owed():
        outbox.delivered(owed)
        done.append((owed.kind, owed.sighting.id, owed.sighting.revision))
    return done


def taken(outbox: Outbox) -> Owed:
    owed = outbox.next_owed()
    assert owed
    return owed


def test_alerts_come_first_and_crops_last_each_oldest_first(storage: Storage) -> None:
    for number in (2, 1):
        each = sighting(number, crop=b"jpeg")
        storage.sightings.save(each, [CROP, SIGHTING, ALERT])
    first, second = sighting(2).id, sighting(1).id
    assert drain(storage.outbox) == [
        (kind, each, 1) for kind in Kind for each in (first, second)
    ]


def test_destinations_are_apart(storage: Storage) -> None:
    storage.sightings.save(sighting(1, crop=b"jpeg"), [SIGHTING, REVIEW])
    assert drain(storage.outbox) == [(Kind.SIGHTING, sighting(1).id, 1)]
    review = Outbox(storage.db, "review")
    assert taken(review).sighting == sighting(1, crop=b"jpeg")


def test_no_crop_is_owed_where_there_is_none(storage: Storage) -> None:
    storage.sightings.save(sighting(1), [CROP])
    assert storage.outbox.next_owed() is None


def test_a_newer_revision_takes_the_place_of_the_older(storage: Storage) -> None:
    for each in (sighting(1), sighting(2), sighting(1, 2)):
        storage.sightings.save(each, [SIGHTING])
    assert drain(storage.outbox) == [
        (Kind.SIGHTING, sighting(1).id, 2),
        (Kind.SIGHTING, sighting(2).id, 1),
    ]


def test_every_alert_is_delivered(storage: Storage) -> None:
    storage.sightings.save(sighting(1), [ALERT])
    storage.sightings.save(sighting(1, 2), [ALERT])
    storage.sightings.save(sighting(1, 3), [SIGHTING])
    revisions = [revision for _, _, revision in drain(storage.outbox)]
    assert revisions == [1, 2, 3]


def test_a_revision_stored_during_delivery_is_still_owed(storage: Storage) -> None:
    storage.sightings.save(sighting(1), [SIGHTING])
    in_flight = taken(storage.outbox)
    storage.sightings.save(sighting(1, 2), [SIGHTING])
    storage.outbox.delivered(in_flight)
    assert taken(storage.outbox).sighting == sighting(1, 2)


def test_what_is_refused_is_kept_and_blocks_nothing(storage: Storage) -> None:
    storage.sightings.save(sighting(1), [SIGHTING])
    storage.sightings.save(sighting(2), [SIGHTING])
    storage.outbox.refused(taken(storage.outbox), "too large")
    assert drain(storage.outbox) == [(Kind.SIGHTING, sighting(2).id, 1)]
    with storage.db.reading() as connection:
        reasons = connection.execute("select refused from owed").fetchall()
    assert [tuple(row) for row in reasons] == [("too large",)]
    assert storage.outbox.owe_refused_again() == 1
    assert drain(storage.outbox) == [(Kind.SIGHTING, sighting(1).id, 1)]


def test_deliveries_on_a_read_only_disk_are_remembered_until_it_can_be_written(
    storage: Storage,
) -> None:
    for number in range(3):
        storage.sightings.save(sighting(number), [SIGHTING])
    with storage.db.reading() as connection:
        connection.execute("pragma query_only = on")  # fails as such a disk does
        storage.outbox.refused(taken(storage.outbox), "too large")
        assert len(drain(storage.outbox)) == 2
        assert isinstance(storage.db.fault, DiskReadOnly)
        connection.execute("pragma query_only = off")
    storage.sightings.save(sighting(1, 2), [SIGHTING])
    assert drain(storage.outbox) == [(Kind.SIGHTING, sighting(1).id, 2)]
    with storage.db.reading() as connection:
        left = connection.execute("select sighting_id, refused from owed").fetchall()
    assert [tuple(row) for row in left] == [(sighting(0).id, "too large")]
    assert storage.db.fault is None


def test_a_card_that_an_error_turned_read_only_holds_up_no_delivery(
    card: Card,
) -> None:
    storage = Storage(card.folder)
    for number in range(3):
        storage.sightings.save(sighting(number), [SIGHTING])
    card.turn_read_only()
    assert len(drain(storage.outbox)) == 3
    storage.db.close()


def _deliver_next(storage: Storage) -> int:
    """How many steps SQLite takes for it."""
    steps: list[None] = []
    with storage.db.reading() as connection:
        connection.set_progress_handler(lambda: steps.append(None), 1)
        storage.outbox.delivered(taken(storage.outbox))
        connection.set_progress_handler(None, 0)
    return len(steps)


def test_deliveries_on_a_read_only_disk_cost_the_same_however_many_they_are(
    storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(200):
        each = sighting(number, crop=os.urandom(20_000))
        storage.sightings.save(each, [SIGHTING, CROP])
    with storage.db.reading() as connection:
        connection.execute("pragma query_only = on")
    tracemalloc.start()
    steps = [_deliver_next(storage) for _ in range(400)]
    remembered_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert max(steps) < 2 * min(steps)
    assert remembered_bytes < 1_000_000  # the crops are 4 MB
    assert storage.outbox.next_owed() is None
    assert len(caplog.messages) == 1


@dataclass
class Line:
    """What the outbox should hold: one row in the simplest words."""

    due: Due
    id: str
    revision: int


class OutboxMachine(RuleBasedStateMachine):
    """Any course of saving, delivering, refusing, crashing and a failing disk."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.crashes = 0
        self.storage = Storage(Path(self.folder.name))
        self.revisions: dict[int, int] = {}
        self.lines: list[Line] = []
        self.is_read_only = False

    def teardown(self) -> None:
        self.storage.db.close()
        self.folder.cleanup()

    @rule()
    def turn_read_only_or_back(self) -> None:
        self.is_read_only = not self.is_read_only
        with self.storage.db.reading() as connection:
            connection.execute(f"pragma query_only = {self.is_read_only}")

    @precondition(lambda self: not self.is_read_only)
    @rule(
        number=st.integers(0, 3),
        due=st.lists(st.sampled_from([ALERT, SIGHTING, CROP]), unique=True),
    )
    def save(self, number: int, due: list[Due]) -> None:
        revision = self.revisions.get(number, 0) + 1
        self.revisions[number] = revision
        each = sighting(number, revision, b"jpeg")
        self.storage.sightings.save(each, due)
        for one in due:
            self._owe(Line(one, each.id, revision))

    def _owe(self, line: Line) -> None:
        for other in self.lines:
            if (other.due, other.id) == (line.due, line.id) and line.due != ALERT:
                other.revision = line.revision
                return
        self.lines.append(line)

    @precondition(lambda self: self.lines)
    @rule()
    def deliver(self) -> None:
        self.storage.outbox.delivered(taken(self.storage.outbox))
        self.lines.remove(self._next())

    @precondition(lambda self: self.lines)
    @rule()
    def refuse(self) -> None:
        self.storage.outbox.refused(taken(self.storage.outbox), "no")
        self.lines.remove(self._next())

    @precondition(lambda self: self.lines and not self.is_read_only)
    @rule(number=st.integers(0, 3))
    def save_during_delivery(self, number: int) -> None:
        owed = taken(self.storage.outbox)
        line = self._next()
        self.save(number, [SIGHTING])
        self.storage.outbox.delivered(owed)
        if line.revision == owed.sighting.revision:
            self.lines.remove(line)

    @precondition(lambda self: not self.is_read_only)  # it would send some again
    @rule()
    def crash(self) -> None:
        """Go on with the files as kill -9 leaves them."""
        self.crashes += 1
        left = Path(self.folder.name) / str(self.crashes)
        left.mkdir()
        for file in self.storage.config.folder.glob("sightings.db*"):
            shutil.copy(file, left)
        self.storage.db.close()
        self.storage = Storage(left)

    @invariant()
    def the_next_is_the_right_one(self) -> None:
        owed = self.storage.outbox.next_owed()
        line = self._next() if self.lines else None
        assert (owed is None) == (line is None)
        if owed and line:
            seen = (owed.kind, owed.sighting.id, owed.sighting.revision)
            assert seen == (line.due.kind, line.id, line.revision)

    def _next(self) -> Line:
        return min(self.lines, key=lambda line: line.due.kind)


TestOutboxMachine = OutboxMachine.TestCase
TestOutboxMachine.settings = settings(
    max_examples=10, stateful_step_count=25, deadline=None
)
