"""What came of reviews is remembered, and what a person made of it."""

from dataclasses import replace

from edge_anpr.records import Outcome, Review, Sighting, Stage
from edge_anpr.storage.review_log import ReviewFact, review_facts
from edge_anpr.storage.review_queue import REVIEW_DUE, ReviewQueue
from edge_anpr.storage.subject import erase_plate
from tests.storage.making import ALERT, SIGHTING, Storage, sighting

CHANGE = Review("google-cloud-vision", Outcome.CHANGED, "AB0001XY", "A80001XY", None)


def _reviewed(storage: Storage, *, alert: bool = False) -> Sighting:
    storage.sightings.save(sighting(1, crop=b"jpeg"), [REVIEW_DUE])
    (owed,) = ReviewQueue(storage.db).first(9)
    after = replace(
        owed.sighting,
        revision=2,
        stage=Stage.REVIEWED,
        plate="A80001XY",
        confidence=0.97,
        review=CHANGE,
    )
    due = [SIGHTING, ALERT] if alert else [SIGHTING]
    assert storage.sightings.answer(owed, after, due)
    return after


def _fact(storage: Storage) -> ReviewFact:
    (fact,) = review_facts(storage.db)
    return fact


def test_a_review_is_stored_with_both_readings(storage: Storage) -> None:
    after = _reviewed(storage)
    assert storage.sightings.latest(after.id) == after
    assert after.review == CHANGE
    assert ReviewQueue(storage.db).count() == 0


def test_what_came_of_it_is_remembered(storage: Storage) -> None:
    _reviewed(storage)
    fact = _fact(storage)
    assert fact.outcome is Outcome.CHANGED
    assert fact.confidence == sighting(1).confidence
    assert (fact.fits, fact.revealed, fact.corrected) == (True, False, False)


def test_an_alert_that_it_revealed_is_remembered(storage: Storage) -> None:
    _reviewed(storage, alert=True)
    assert _fact(storage).revealed


def test_a_correction_counts_against_it_until_it_is_taken_back(
    storage: Storage,
) -> None:
    after = _reviewed(storage)
    other = replace(after, revision=3, stage=Stage.CORRECTED, plate="AB0001XY")
    storage.sightings.save(other)
    assert _fact(storage).corrected
    storage.sightings.save(replace(other, revision=4, plate=after.plate))
    assert not _fact(storage).corrected


def test_it_outlives_its_sighting_without_its_name(storage: Storage) -> None:
    _reviewed(storage)
    assert erase_plate(storage.db, "A8 0001 XY").left == 0
    assert _fact(storage).outcome is Outcome.CHANGED
    with storage.db.reading() as connection:
        row = connection.execute("select sighting_id from review_outcome").fetchone()
    assert row["sighting_id"] is None
