"""How many vehicles a destination knows of."""

from dataclasses import replace

from edge_anpr.delivery.tally import Tally
from edge_anpr.records import Kind, Stage
from tests.delivery.owed import OwedItem, sighting


def test_a_vehicle_counts_once_in_all_its_revisions() -> None:
    tally = Tally()
    for stage in (Stage.FINAL, Stage.FINAL, Stage.REVIEWED):
        tally.count(OwedItem(Kind.SIGHTING, replace(sighting("a"), stage=stage)))
    tally.count(OwedItem(Kind.SIGHTING, sighting("b")))
    assert tally.vehicles == 2


def test_a_vehicle_in_view_its_crop_and_its_alert_do_not_count() -> None:
    tally = Tally()
    in_view = replace(sighting(), stage=Stage.PROVISIONAL)
    tally.count(OwedItem(Kind.SIGHTING, in_view))
    tally.count(OwedItem(Kind.CROP, sighting()))
    tally.count(OwedItem(Kind.ALERT, sighting()))
    assert tally.vehicles == 0
