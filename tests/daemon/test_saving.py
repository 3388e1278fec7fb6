"""Sightings wait for a disk that is not ready."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import pytest

from edge_anpr.daemon.saving import MOST_WAITING, PATIENCE_S, RETRY_S, Saving, owed_to
from edge_anpr.errors import DatabaseDamaged, DiskReadOnly, DiskUnusable, StorageFailed
from edge_anpr.records import Kind, Sighting, Stage
from edge_anpr.storage.outbox import Due
from tests.delivery.owed import WATCHED, sighting
from tests.storage.making import Storage


@dataclass
class FakeStore:
    """Fails for as long as it is told to."""

    fault: StorageFailed | None = None
    saved: list[Sighting] = field(default_factory=list)
    unfinished_ones: list[Sighting] = field(default_factory=list)
    now_s: float = 0.0
    lost: int = 0

    def note_lost(self, count: int) -> None:
        self.lost += count

    def unfinished(self) -> list[Sighting]:
        return self.unfinished_ones

    def save(self, sighting: Sighting, _due: object) -> None:
        if self.fault:
            raise self.fault
        self.saved.append(sighting)

    def clock(self) -> float:
        return self.now_s


@dataclass
class FakeRefuge:
    """Takes what it is given, unless it is told to fail."""

    fault: StorageFailed | None = None
    better: DiskUnusable | None = None
    kept: list[tuple[Sighting, Sequence[Due]]] = field(default_factory=list)

    def leave(self, kept: Sequence[tuple[Sighting, Sequence[Due]]]) -> None:
        if self.fault:
            raise self.fault
        self.kept += kept

    def why_better(self) -> DiskUnusable | None:
        return self.better


def _saving(store: FakeStore, refuge: FakeRefuge | None = None) -> Saving:
    return Saving(store, ("mqtt",), store.clock, refuge=refuge)  # type: ignore[arg-type]


def test_nothing_is_lost_while_the_disk_is_read_only() -> None:
    store = FakeStore(DiskReadOnly("the disk cannot be written"))
    saving = _saving(store)
    saving.save([sighting("a")])
    saving.save([sighting("b")])
    store.fault, store.now_s = None, RETRY_S
    saving.save([])
    assert [each.id for each in store.saved] == ["a", "b"]
    assert saving.sightings == 2


def test_what_is_too_much_for_memory_is_counted_and_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = FakeStore(DiskReadOnly("the disk cannot be written"))
    saving = _saving(store)
    for number in range(MOST_WAITING + 3):
        early = replace(sighting(str(number)), stage=Stage.PROVISIONAL)
        saving.save([early, replace(early, stage=Stage.FINAL, revision=2)])
    lost = MOST_WAITING // 2 + 3
    assert saving.lost == lost
    _, problem = saving.problems()
    assert problem.reason.startswith(f"{lost} sightings could not be stored")
    said = [each for each in caplog.messages if "are lost" in each]
    assert len(said) == 1
    store.fault, store.now_s = None, RETRY_S
    saving.save([])
    assert (store.lost, saving.lost, saving.sightings) == (lost, 0, MOST_WAITING // 2)
    assert list(saving.problems()) == []


def test_what_is_lost_at_the_end_is_told(caplog: pytest.LogCaptureFixture) -> None:
    saving = _saving(FakeStore(DiskReadOnly("the disk cannot be written")))
    saving.save([sighting(str(number)) for number in range(MOST_WAITING + 3)])
    saving.save_last([])
    assert f"{MOST_WAITING + 3} sightings could not be stored" in caplog.messages


@pytest.mark.parametrize("fault", [DiskReadOnly("it is"), DatabaseDamaged("it is")])
def test_what_the_disk_does_not_take_at_the_end_is_left_to_the_next_start(
    fault: StorageFailed, caplog: pytest.LogCaptureFixture
) -> None:
    refuge = FakeRefuge()
    saving = _saving(FakeStore(fault), refuge)
    with suppress(DatabaseDamaged):
        saving.save([sighting("a")])
    with suppress(DatabaseDamaged):
        saving.save_last([sighting("b")])
    due = owed_to(["mqtt"], sighting())
    assert refuge.kept == [(sighting("a"), due), (sighting("b"), due)]
    assert "could not be stored" not in caplog.text


def test_what_memory_does_not_take_either_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    refuge = FakeRefuge(fault=StorageFailed("no room"))
    saving = _saving(FakeStore(DiskReadOnly("it is")), refuge)
    saving.save_last([sighting("a")])
    assert caplog.messages[-1] == "1 sightings could not be stored"


def test_that_sightings_wait_is_grave_until_they_are_stored() -> None:
    store = FakeStore(DiskReadOnly("the disk cannot be written"))
    saving = _saving(store)
    saving.save([sighting("a")])
    (problem,) = saving.problems()
    assert problem.is_grave
    assert "are not sent: the disk cannot be written" in problem.reason
    store.fault, store.now_s = None, RETRY_S
    saving.save([])
    assert list(saving.problems()) == []


def test_a_start_that_does_better_than_waiting_is_asked_for_after_a_while() -> None:
    fault = DiskReadOnly("the disk cannot be written")
    store, refuge = FakeStore(fault), FakeRefuge(better=fault)
    saving = _saving(store, refuge)
    saving.check()
    saving.save([sighting("a")])
    store.now_s = PATIENCE_S - 1
    saving.check()
    saving.save([])
    store.now_s = PATIENCE_S
    with pytest.raises(DiskReadOnly):
        saving.check()


@pytest.mark.parametrize("refuge", [None, FakeRefuge()])
def test_one_that_does_no_better_is_not(refuge: FakeRefuge | None) -> None:
    store = FakeStore(DiskReadOnly("the disk cannot be written"))
    saving = _saving(store, refuge)
    saving.save([sighting("a")])
    store.now_s = PATIENCE_S
    saving.check()
    if refuge:
        refuge.better = DiskReadOnly("now it would")
        store.now_s += PATIENCE_S - 1
        saving.check()


def test_a_disk_that_takes_them_again_is_stayed_with() -> None:
    fault = DiskReadOnly("the disk cannot be written")
    store, refuge = FakeStore(fault), FakeRefuge(better=fault)
    saving = _saving(store, refuge)
    saving.save([sighting("a")])
    store.fault, store.now_s = None, PATIENCE_S
    saving.save([])
    saving.check()


def test_a_failing_disk_is_left_alone_for_a_while() -> None:
    store = FakeStore(DiskReadOnly("the disk cannot be written"))
    saving = _saving(store)
    saving.save([sighting("a")])
    store.fault, store.now_s = None, RETRY_S / 2
    saving.save([])
    assert store.saved == []


def test_what_a_pulled_plug_left_provisional_becomes_final_as_it_was() -> None:
    early = replace(sighting("a"), stage=Stage.PROVISIONAL, revision=2)
    store = FakeStore(unfinished_ones=[early])
    saving = _saving(store)
    saving.finish()
    assert store.saved == [replace(early, stage=Stage.FINAL, revision=3)]
    assert saving.sightings == 1


def test_a_damaged_database_ends_the_program() -> None:
    with pytest.raises(DatabaseDamaged):
        _saving(FakeStore(DatabaseDamaged("it is"))).save([sighting("a")])


def test_a_crop_is_owed_once_it_is_the_best() -> None:
    early = replace(sighting(), stage=Stage.PROVISIONAL)
    assert owed_to(["mqtt"], early) == [Due("mqtt", Kind.SIGHTING)]
    assert Due("mqtt", Kind.CROP) in owed_to(["mqtt"], sighting())


def test_an_alert_is_owed_as_such() -> None:
    assert Due("mqtt", Kind.ALERT) in owed_to(["mqtt"], sighting(match=WATCHED))
    assert owed_to([], sighting(match=WATCHED)) == []


def test_what_a_person_corrected_stays_when_the_vehicle_leaves(
    storage: Storage,
) -> None:
    early = replace(sighting(), stage=Stage.PROVISIONAL)
    said = replace(early, stage=Stage.CORRECTED, revision=2, plate="CD34EFG", reads=1)
    storage.sightings.save(early)
    storage.sightings.save(said)
    final = replace(sighting(), revision=2, match=WATCHED, reads=9, crop_jpeg=b"best")
    saving = Saving(
        storage.sightings, ("mqtt",), wants_review=lambda each: not each.is_alert
    )
    saving.save([final])
    latest = storage.sightings.latest(final.id)
    assert latest == replace(said, revision=3, reads=9, crop_jpeg=b"best")
    assert storage.deliver_all() == [Kind.SIGHTING, Kind.CROP]
    assert saving.sightings == 1


def test_a_revision_that_came_between_does_not_stop_the_next(storage: Storage) -> None:
    early = replace(sighting(), stage=Stage.PROVISIONAL)
    for revision in (1, 2, 3):
        storage.sightings.save(replace(early, revision=revision))
    saving = Saving(storage.sightings, ("mqtt",))
    saving.save([replace(sighting(), revision=2)])
    assert storage.sightings.latest(early.id) == replace(sighting(), revision=4)
