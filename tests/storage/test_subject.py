"""A plate is found by its owner's request, and erased to the last byte."""

import os
from dataclasses import replace

from edge_anpr.records import Alternative, ListKind, Outcome, Review, WatchMatch
from edge_anpr.storage.files import all_files
from edge_anpr.storage.outbox import Outbox
from edge_anpr.storage.subject import Erasure, erase_plate, export_plate
from tests.storage.making import CROP, NOON, REVIEW, SIGHTING, Storage, sighting

PLATE = "PR1VATE"
CROP_MARK = b"the crop of a private plate" * 100


def _fill(storage: Storage, around: range) -> None:
    for number in around:
        other = sighting(number, crop=os.urandom(3000))
        if number % 10 == 0:
            other = replace(other, alternatives=(Alternative(PLATE, 0.01),))
        if number % 25 == 0:
            other = replace(other, plate=PLATE, crop_jpeg=CROP_MARK)
        storage.sightings.save(other, [SIGHTING, CROP, REVIEW])


def _bytes_on_disk(storage: Storage) -> bytes:
    return b"".join(file.read_bytes() for file in all_files(storage.db.path))


def test_a_plate_is_erased_everywhere(storage: Storage) -> None:
    _fill(storage, range(200))
    storage.db.path.with_name("sightings.db.damaged-1").write_text(PLATE)
    assert PLATE.encode() in _bytes_on_disk(storage)
    assert erase_plate(storage.db, "pr1 vate") == Erasure(
        sightings=8,
        revisions=8,
        crops=8,
        owed=24,
        alternatives=16,
        set_aside_files=1,
        left=0,
    )
    assert PLATE.encode() not in _bytes_on_disk(storage)
    assert CROP_MARK[:27] not in _bytes_on_disk(storage)
    assert export_plate(storage.db, PLATE) == []
    assert len(storage.sightings.recent(999)) == 192
    storage.deliver_all()
    assert Outbox(storage.db, "review").next_owed()


def test_what_was_erased_earlier_is_gone_as_well(storage: Storage) -> None:
    _fill(storage, range(300))
    storage.deliver_all()
    storage.leave_room(200_000)
    storage.retention.turn(NOON)
    assert erase_plate(storage.db, PLATE).left == 0
    assert CROP_MARK[:27] not in _bytes_on_disk(storage)


def test_a_plate_stays_gone_when_its_review_arrives(storage: Storage) -> None:
    stored = replace(sighting(1, crop=b"jpeg"), plate=PLATE)
    storage.sightings.save(stored, [REVIEW])
    question = Outbox(storage.db, "review").next_owed()
    assert question
    erase_plate(storage.db, PLATE)
    assert not storage.sightings.answer(question, replace(stored, revision=2))
    assert storage.sightings.latest(stored.id) is None


def test_the_export_has_all_revisions_under_any_of_the_plates_names(
    storage: Storage,
) -> None:
    match = WatchMatch(ListKind.WATCH, "guests", PLATE, "", "similar: 1 read for I")
    first = replace(sighting(1), plate=PLATE)
    second = sighting(1, revision=2)
    as_read = replace(sighting(2), raw_text=PLATE)
    as_listed = replace(sighting(3), match=match)
    others = (sighting(4), replace(sighting(5), plate=PLATE + "X"))
    for each in (first, second, as_read, as_listed, *others):
        storage.sightings.save(each)
    assert export_plate(storage.db, PLATE) == [first, second, as_read, as_listed]


def test_what_only_a_reviewer_read_is_erased_too(storage: Storage) -> None:
    review = Review("google-cloud-vision", Outcome.DISAGREED, "AB0001XY", PLATE, 0.6)
    storage.sightings.save(replace(sighting(1), review=review))
    erasure = erase_plate(storage.db, PLATE)
    assert (erasure.sightings, erasure.left) == (1, 0)
