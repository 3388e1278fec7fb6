"""Sightings are stored whole, once, and found again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from edge_anpr.errors import RevisionTaken
from edge_anpr.records import ClockQuality, ListKind, Stage, WatchMatch
from edge_anpr.storage.sightings import SightingStore
from tests.storage.making import CROP, NOON, REVIEW, SIGHTING, Storage, sighting

MATCH = WatchMatch(ListKind.DENY, "banned", "AB0001XY", "", "similar: 8 read for B")


def test_a_sighting_comes_back_as_it_was(storage: Storage) -> None:
    stored = replace(sighting(1, crop=b"jpeg"), match=MATCH)
    storage.sightings.save(stored)
    assert storage.sightings.latest(stored.id) == stored


def test_a_sighting_with_nothing_optional_comes_back_as_it_was(
    storage: Storage,
) -> None:
    stored = replace(sighting(1), country=None, format=None, alternatives=())
    storage.sightings.save(stored)
    assert storage.sightings.latest(stored.id) == stored


def test_what_was_never_stored_is_not_found(storage: Storage) -> None:
    assert storage.sightings.latest("gate-1") is None


def test_all_revisions_are_kept_and_share_a_crop(storage: Storage) -> None:
    revisions = [sighting(1, revision, b"jpeg") for revision in (1, 2, 5)]
    for revision in revisions:
        storage.sightings.save(revision)
    assert storage.sightings.revisions(revisions[0].id) == revisions
    assert storage.sightings.latest(revisions[0].id) == revisions[-1]
    with storage.db.reading() as connection:
        assert connection.execute("select count(*) from crop").fetchone()[0] == 1


@pytest.mark.parametrize("revision", [1, 2])
def test_a_revision_that_comes_too_late_changes_nothing(
    storage: Storage, revision: int
) -> None:
    storage.sightings.save(sighting(1, 2))
    with pytest.raises(RevisionTaken, match="has revision 2 already"):
        storage.sightings.save(sighting(1, revision), [SIGHTING])
    assert storage.outbox.next_owed() is None


def test_recent_is_newest_first_and_in_last_revisions(storage: Storage) -> None:
    for each in (sighting(1), sighting(2), sighting(3), sighting(2, 2)):
        storage.sightings.save(each)
    assert storage.sightings.recent(2) == [sighting(3), sighting(2, 2)]


def test_an_answer_is_stored_and_its_question_settled_at_once(
    storage: Storage,
) -> None:
    storage.sightings.save(sighting(1, crop=b"jpeg"), [CROP])
    question = storage.outbox.next_owed()
    assert question
    assert storage.sightings.answer(question, sighting(1, 2), [SIGHTING])
    owed = storage.outbox.next_owed()
    assert owed
    assert owed.sighting == sighting(1, 2)


def test_an_answer_to_what_is_no_longer_owed_is_not_stored(storage: Storage) -> None:
    storage.sightings.save(sighting(1, crop=b"jpeg"), [CROP])
    question = storage.outbox.next_owed()
    assert question
    storage.outbox.delivered(question)
    assert not storage.sightings.answer(question, sighting(1, 2), [REVIEW])
    assert storage.sightings.latest(question.sighting.id) == question.sighting


def test_later_revisions_keep_to_the_boot_that_saw_the_vehicle(
    storage: Storage,
) -> None:
    unsynced = replace(sighting(1), clock=ClockQuality.UNSYNCED)
    storage.sightings.save(unsynced)
    after_reboot = SightingStore(storage.db, storage.retention, boot="boot-2")
    after_reboot.save(replace(unsynced, revision=2))
    after_reboot.clock_was_set(timedelta(days=1))
    assert after_reboot.restamp(lambda _: [], NOON) == []


def test_what_was_never_made_final_is_found(storage: Storage) -> None:
    early = replace(sighting(2, crop=b"jpeg"), stage=Stage.PROVISIONAL)
    earlier = replace(sighting(1), stage=Stage.PROVISIONAL)
    ended = replace(sighting(3), stage=Stage.PROVISIONAL)
    changed = replace(early, revision=2, plate="AB12CDE")
    for each in (early, earlier, ended, changed, sighting(3, 2)):
        storage.sightings.save(each)
    assert storage.sightings.unfinished() == [earlier, changed]
