"""A second opinion shows on the page."""

from dataclasses import replace

from edge_anpr.records import Outcome, Review, Stage
from edge_anpr.storage.outbox import Due
from edge_anpr.storage.review_queue import REVIEW_DUE
from tests.web.shown import Shown, log_in, sighting


def test_its_outcome_is_told_with_what_was_read_before(shown: Shown) -> None:
    shown.set_password()
    review = Review("google-cloud-vision", Outcome.CHANGED, "A812CDE", "AB12CDE", None)
    reviewed = sighting(0, "AB12CDE", Stage.REVIEWED)
    shown.save(replace(reviewed, review=review))
    client = shown.client()
    log_in(client)
    page = client.get("/sightings/gate-000000").text
    assert "it changed the plate: AB12CDE" in page
    assert "A812CDE" in page
    assert "reviewed" in page


def test_what_waits_for_a_review_does_not_wait_to_be_sent(shown: Shown) -> None:
    due: list[Due] = [REVIEW_DUE]
    shown.store.save(sighting(0, "AB12CDE"), due)
    found = shown.client().get("/api/v1/sightings").get_json()["sightings"]
    assert found[0]["delivery"] == "sent"
