"""One vehicle passing is one sighting, however it passes."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_anpr.config.formats import FormatsConfig
from edge_anpr.config.tracking import TrackingConfig
from edge_anpr.config.watchlist import WatchlistConfig
from edge_anpr.records import Box, ClockQuality, Direction, Stage
from edge_anpr.tracking.ids import time_ordered_id
from edge_anpr.tracking.look import Look
from edge_anpr.tracking.misses import Reason
from edge_anpr.tracking.sightings import Origin, SightingMaker
from edge_anpr.tracking.watch_lists import WatchLists
from tests.tracking.drive_by import (
    FRAME,
    START,
    Vehicle,
    finals,
    look,
    maker,
    moment,
    plate_box,
    straight,
    watch,
)

NEAR, FAR = plate_box(700, 600, 220), plate_box(600, 150, 60)
GATE = plate_box(640, 400, 150)
APPROACH = straight(FAR, NEAR, 0.0, 3.0)


def test_an_approaching_vehicle_is_one_sighting() -> None:
    reported = watch(maker(), [Vehicle("AB12CDE", APPROACH)], 10)
    assert [each.stage for each in reported] == [Stage.PROVISIONAL, Stage.FINAL]
    assert [each.revision for each in reported] == [1, 2]
    assert len({each.id for each in reported}) == 1
    final = reported[-1]
    assert final.plate == final.raw_text == "AB12CDE"
    assert final.direction is Direction.APPROACHING
    assert final.reads == TrackingConfig().keep_looks
    assert final.first_seen == START
    assert final.last_seen == START + timedelta(seconds=3)
    assert final.crop_jpeg == b"AB12CDE"
    assert final.models == ("detector 1", "reader 1")


def test_a_leaving_vehicle_leaves() -> None:
    (final,) = finals(
        watch(maker(), [Vehicle("AB12CDE", straight(NEAR, FAR, 0, 3))], 9)
    )
    assert final.direction is Direction.LEAVING


@pytest.mark.parametrize("fps", [3, 5, 15, 30])
@pytest.mark.parametrize(
    ("from_x", "to_x", "direction"),
    [(60, 1220, Direction.RIGHT), (1220, 60, Direction.LEFT)],
    ids=["rightwards", "leftwards"],
)
def test_a_vehicle_straight_across_is_one_sighting_at_any_rate(
    fps: float, from_x: float, to_x: float, direction: Direction
) -> None:
    way = straight(plate_box(from_x, 400), plate_box(to_x, 410), 0.0, 1.0)
    (final,) = finals(watch(maker(), [Vehicle("AB12CDE", way)], 8, fps))
    assert final.direction is direction
    assert final.reads >= 2


def test_a_lane_change_is_one_sighting() -> None:
    def weaving(at_s: float) -> Box | None:
        x = 400 if at_s < 1.5 else 400 + 500 * min(at_s - 1.5, 1)
        return plate_box(x, 150 + 100 * at_s, 60 + 30 * at_s) if at_s < 5 else None

    (final,) = finals(watch(maker(), [Vehicle("AB12CDE", weaving)], 12))
    assert final.direction is Direction.APPROACHING


def test_stop_and_go_is_one_sighting() -> None:
    def halting(at_s: float) -> Box | None:
        moved_s = at_s - sum(min(max(at_s - stop, 0), 20) for stop in (2, 30, 60))
        return plate_box(200 + 40 * moved_s, 400) if at_s < 90 else None

    reported = watch(maker(), [Vehicle("AB12CDE", halting)], 100)
    assert [each.stage for each in reported] == [Stage.PROVISIONAL, Stage.FINAL]


def test_a_gap_shorter_than_rejoin_s_is_one_sighting() -> None:
    first = straight(plate_box(300, 400), plate_box(500, 400), 0, 1)
    again = straight(plate_box(800, 400), plate_box(1000, 400), 5, 6)
    vehicle = Vehicle("AB12CDE", lambda at_s: first(at_s) or again(at_s))
    assert len(finals(watch(maker(), [vehicle], 20))) == 1


def test_the_same_vehicle_twice_within_a_minute_is_two_sightings() -> None:
    again = straight(FAR, NEAR, 30, 33)
    vehicle = Vehicle("AB12CDE", lambda at_s: APPROACH(at_s) or again(at_s))
    both = finals(watch(maker(), [vehicle], 60))
    assert [each.plate for each in both] == ["AB12CDE", "AB12CDE"]
    assert both[0].id != both[1].id


def test_a_parked_vehicle_is_reported_once_while_others_pass() -> None:
    parked = Vehicle("PARKED1", lambda at_s: GATE if at_s < 3600 else None)
    passing = [
        Vehicle(
            f"CAR{number}XYZ",
            straight(plate_box(60, 410), plate_box(1220, 410), start, start + 2),
        )
        for number, start in ((1, 600.1), (2, 1800.2), (3, 3000.3))
    ]
    sightings = maker()
    reported = watch(sightings, [parked, *passing], 3700, fps=4)
    assert [each.plate for each in finals(reported)] == [
        "PARKED1",
        "CAR1XYZ",
        "CAR2XYZ",
        "CAR3XYZ",
    ]
    assert len(reported) == 8
    assert sightings.flush() == []


def test_a_vehicle_hidden_by_one_in_front_is_still_parked() -> None:
    hidden = lambda at_s: None if 200 < at_s < 500 else GATE  # noqa: E731
    in_front = straight(plate_box(300, 420), plate_box(900, 420), 200, 500)
    vehicles = [Vehicle("PARKED1", hidden), Vehicle("LORRY42", in_front)]
    reported = finals(watch(maker(), vehicles, 700, fps=3))
    assert sorted(each.plate for each in reported) == ["LORRY42", "PARKED1"]


def test_a_parked_vehicle_overlooked_before_an_idle_night_is_still_parked() -> None:
    sightings = maker()
    parked = Vehicle("PARKED1", lambda _: GATE)
    reported = watch(sightings, [parked], 300, fps=1)
    reported += sightings.update([], moment(300.5), FRAME)
    for at_s in range(301, 8 * 3600, 10):
        reported += sightings.nothing_moved(moment(at_s))
    reported += watch(sightings, [parked], 8 * 3600 + 10, from_s=8 * 3600)
    assert len(finals(reported + sightings.flush())) == 1


def test_a_parked_vehicle_that_left_unseen_is_forgotten_as_others_pass() -> None:
    sightings = maker()
    reported = watch(sightings, [Vehicle("PARKED1", lambda _: GATE)], 300, fps=1)
    for at_s in range(301, 2000):
        reported += sightings.update([], moment(at_s), FRAME)
        reported += sightings.nothing_moved(moment(at_s + 0.5))
    reported += watch(
        sightings, [Vehicle("PARKED1", lambda _: GATE)], 2010, from_s=2001
    )
    assert len(finals(reported + sightings.flush())) == 2


def test_a_parked_vehicle_is_not_reported_again_when_no_frames_came_for_a_while() -> (
    None
):
    sightings = maker()
    parked = Vehicle("PARKED1", lambda _: GATE)
    reported = watch(sightings, [parked], 1200, fps=1)
    for at_s in range(1201, 1260):
        reported += sightings.nothing_seen(moment(at_s).taken_s)
    reported += watch(sightings, [parked], 1270, from_s=1260)
    assert len(finals(reported + sightings.flush())) == 1


def test_the_trailer_of_a_vehicle_long_parked_is_no_other_vehicle() -> None:
    sightings = maker()
    reported = watch(sightings, [Vehicle("AB12CDE", lambda _: GATE)], 1000, fps=1)
    for count, text in enumerate((None, "AB12CDE", "AB12CDE")):
        looks = [look("AB12CDE", GATE), look(text, plate_box(200, 200))]
        reported += sightings.update(looks, moment(1001 + count), FRAME)
    reported += sightings.flush()
    assert len(finals(reported)) == 1


def test_a_parked_vehicle_that_drives_off_is_a_new_sighting() -> None:
    def leaving(at_s: float) -> Box | None:
        moved_s = max(at_s - 300, 0)
        box = plate_box(400 + 100 * moved_s, 400, 150)
        return box if box.x2 < 1270 else None

    both = finals(watch(maker(), [Vehicle("AB12CDE", leaving)], 330))
    assert len({each.id for each in both}) == len(both) == 2
    assert both[1].direction is Direction.RIGHT
    assert both[1].first_seen > both[0].last_seen


def test_a_parked_vehicle_that_shifts_a_little_is_not() -> None:
    def shifting(at_s: float) -> Box:
        return GATE if at_s < 200 else GATE.shifted(100, 0)

    assert len(finals(watch(maker(), [Vehicle("AB12CDE", shifting)], 400, 3))) == 1


def test_a_parked_vehicle_is_forgotten_when_long_unseen() -> None:
    config = TrackingConfig(parked_after_s=10, parked_forget_s=60)
    back = lambda at_s: None if 20 < at_s < 90 else GATE  # noqa: E731
    assert len(finals(watch(maker(config), [Vehicle("AB12CDE", back)], 110, 3))) == 2


def test_a_waiting_vehicle_is_not_lost_while_nothing_moves() -> None:
    sightings = maker()
    arrive = straight(FAR, GATE, 0, 2)
    leave = straight(GATE, NEAR, 40, 42)
    reported = watch(sightings, [Vehicle("AB12CDE", arrive)], 2)
    for at_s in range(3, 40):
        reported += sightings.nothing_moved(moment(at_s))
    reported += watch(sightings, [Vehicle("AB12CDE", leave)], 50, from_s=40)
    assert [each.stage for each in reported] == [Stage.PROVISIONAL, Stage.FINAL]


def test_a_vehicle_parks_while_nothing_moves() -> None:
    sightings = maker()
    watch(sightings, [Vehicle("AB12CDE", straight(FAR, GATE, 0, 2))], 2)
    reported = [
        each
        for at_s in range(3, 1000)
        for each in sightings.nothing_moved(moment(at_s))
    ]
    assert [each.stage for each in reported] == [Stage.FINAL]


def test_a_plate_cut_by_the_edge_is_not_read() -> None:
    sightings = maker()
    cut = Box(-1, 300, 80, 330)
    reported = [
        each
        for count in range(5)
        for each in sightings.update([look("12CDE", cut)], moment(count / 10), FRAME)
    ]
    assert reported + sightings.flush() == []


def test_a_plate_leaving_by_the_edge_keeps_its_text() -> None:
    def box_at(at_s: float) -> Box | None:
        box = plate_box(300 - 200 * at_s, 400)
        return box.clipped(1280, 720) if box.x2 > 10 else None

    sightings = maker()
    reported = []
    for count in range(90):
        box = box_at(count / 10)
        text = "AB12CDE" if box and box.width > 99 else "2CDE"
        looks = [look(text, box)] if box else []
        reported += sightings.update(looks, moment(count / 10), FRAME)
    assert {each.plate for each in reported} == {"AB12CDE"}
    assert len(finals(reported)) == 1


def test_one_read_is_said_to_be_one() -> None:
    sightings = maker()
    assert sightings.update([look("AB12CDE", GATE)], moment(0), FRAME) == []
    (final,) = sightings.flush()
    assert (final.stage, final.revision, final.reads) == (Stage.FINAL, 1, 1)


def test_a_plate_pieced_together_rests_on_one_read() -> None:
    sightings = maker(TrackingConfig(min_confidence=0))
    for count, text in enumerate(("XB12CDE", "AB12CDX", "AB1XCDE")):
        sightings.update([look(text, GATE, 0.6)], moment(count / 10), FRAME)
    (final,) = sightings.flush()
    assert (final.plate, final.reads) == ("AB12CDE", 1)


def test_the_second_agreeing_read_is_reported_at_once() -> None:
    sightings = maker()
    texts = ("XXXXXXX", "AB12CDE", "AB12CDE")
    reports = [
        sightings.update([look(text, GATE, 0.6)], moment(count / 10), FRAME)
        for count, text in enumerate(texts)
    ]
    assert [len(each) for each in reports] == [0, 0, 1]
    assert reports[2][0].stage is Stage.PROVISIONAL
    assert reports[2][0].reads == 2


def test_a_plate_that_changes_is_reported_again_but_not_at_every_frame() -> None:
    sightings = maker(TrackingConfig(provisional_every_s=0.5))
    reported = []
    for count in range(20):
        text, sharpness = ("AB12CDF", 0.2) if count < 3 else ("AB12CDE", 0.9)
        looks = [look(text, GATE, sharpness=sharpness)]
        reported += sightings.update(looks, moment(count / 10), FRAME)
    assert [each.plate for each in reported] == ["AB12CDF", "AB12CDE"]
    assert [each.revision for each in reported] == [1, 2]
    assert reported[1].last_seen - reported[0].last_seen >= timedelta(seconds=0.5)


def test_the_evidence_is_a_crop_that_says_the_plate() -> None:
    sightings = maker()
    for count, (text, sharpness) in enumerate(
        (("AB12CDE", 0.5), ("AB12CDF", 0.9), ("AB12CDE", 0.6))
    ):
        looks = [look(text, GATE, sharpness=sharpness)]
        sightings.update(looks, moment(count / 10), FRAME)
    (final,) = sightings.flush()
    assert final.plate.encode() == final.crop_jpeg == b"AB12CDE"


def test_a_country_settles_the_plate_and_the_raw_text_is_kept() -> None:
    sightings = maker(countries=("GB",))
    for count, text in enumerate(("ABI2CDE", "AB12CDE", "ABI2CDE")):
        sightings.update([look(text, GATE)], moment(count / 10), FRAME)
    (final,) = sightings.flush()
    assert (final.plate, final.raw_text) == ("AB12CDE", "ABI2CDE")
    assert (final.country, final.format) == ("GB", "current (2001)")
    assert final.reads == 3
    assert final.crop_jpeg == b"ABI2CDE"
    assert "AB12CDE" in [each.text for each in final.alternatives]


def test_an_unread_vehicle_is_counted() -> None:
    sightings = maker()
    for count in range(3):
        sightings.update([look(None, GATE)], moment(count / 10), FRAME)
    assert sightings.flush() == []
    assert sightings.left_out == {Reason.UNREAD: 1}


def test_too_few_reads_are_left_out() -> None:
    sightings = maker(TrackingConfig(min_reads=2))
    sightings.update([look("AB12CDE", GATE)], moment(0), FRAME)
    assert sightings.flush() == []
    assert sightings.left_out == {Reason.FEW_READS: 1}


def test_a_plate_that_nobody_is_sure_of_is_left_out() -> None:
    sightings = maker()
    for count in range(3):
        sightings.update([look("AB12CDE", GATE, 0.02)], moment(count / 10), FRAME)
    assert sightings.flush() == []
    assert sightings.left_out == {Reason.UNSURE: 1}


def test_only_plates_of_the_country_are_reported_when_required() -> None:
    sightings = SightingMaker(
        TrackingConfig(),
        FormatsConfig(countries=("GB",), require=True),
        WatchLists(WatchlistConfig()),
        Origin((), time_ordered_id),
    )
    boxes = plate_box(300, 300), plate_box(900, 300)
    for count in range(3):
        looks = [look("STICKER9", boxes[0]), look("AB12CDE", boxes[1])]
        sightings.update(looks, moment(count / 10), FRAME)
    assert [each.plate for each in sightings.flush()] == ["AB12CDE"]
    assert sightings.left_out == {Reason.NO_FORMAT: 1}


def test_times_before_the_clock_was_set_are_put_right() -> None:
    sightings = maker()
    early = moment(0)
    early = replace(
        early, taken_at=early.taken_at.replace(year=1970), clock=ClockQuality.UNSYNCED
    )
    sightings.update([look("AB12CDE", GATE)], early, FRAME)
    sightings.update([look("AB12CDE", GATE)], moment(0.5), FRAME)
    (final,) = sightings.flush()
    assert final.first_seen == START
    assert final.clock is ClockQuality.SYNCED


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_jumps_makes_no_passage_longer(hours: int) -> None:
    sightings = maker()
    sightings.update([look("AB12CDE", GATE)], moment(0), FRAME)
    late = moment(0.5)
    late = replace(late, taken_at=late.taken_at + timedelta(hours=hours))
    sightings.update([look("AB12CDE", GATE)], late, FRAME)
    (final,) = sightings.flush()
    assert final.last_seen == late.taken_at
    assert final.last_seen - final.first_seen == timedelta(seconds=0.5)


@given(st.floats(-2, 2), st.floats(0.05, 4))
def test_no_clock_ends_a_sighting_before_it_begins(
    step_s: float, lasts_s: float
) -> None:
    sightings, late = maker(), moment(lasts_s)
    sightings.update([look("AB12CDE", GATE)], moment(0), FRAME)
    late = replace(late, taken_at=late.taken_at + timedelta(seconds=step_s))
    sightings.update([look("AB12CDE", GATE)], late, FRAME)
    (final,) = sightings.flush()
    assert final.first_seen <= final.last_seen


def test_ids_are_made_once_for_each_passage() -> None:
    asked = []

    def new_id(at: object) -> str:
        asked.append(at)
        return f"id-{len(asked)}"

    sightings = SightingMaker(
        TrackingConfig(),
        FormatsConfig(),
        WatchLists(WatchlistConfig()),
        Origin((), new_id),
    )
    watch(sightings, [Vehicle("AB12CDE", APPROACH)], 10)
    assert asked == [START]


def test_sure_misreads_of_a_vehicle_that_stands_make_no_second_one() -> None:
    sightings = maker()
    reported = []
    for count in range(60):
        text = "KXT418" if count in {33, 37, 41} else "7KXD418"
        looks = [look(text, GATE)] if count < 50 else []
        reported += sightings.update(looks, moment(count / 10), FRAME)
    reported += sightings.flush()
    assert [each.plate for each in finals(reported)] == ["7KXD418"]
    assert len({each.id for each in reported}) == 1


def test_a_misread_on_the_way_is_left_out() -> None:
    sightings = maker()
    way = straight(plate_box(200, 400), plate_box(900, 400), 0, 2)
    for count in range(20):
        box = way(count / 10)
        assert box
        text = "A812CXXX" if count == 1 else "AB12CDE"
        sightings.update([look(text, box)], moment(count / 10), FRAME)
    assert [each.plate for each in sightings.flush()] == ["AB12CDE"]
    assert sightings.left_out == {Reason.MISREAD: 1}


def test_a_like_plate_that_takes_a_parked_ones_place_is_reported() -> None:
    first = Vehicle("AB12CDE", lambda at_s: GATE if at_s < 300 else None)
    then = Vehicle("AB12XYZ", lambda at_s: GATE if 310 < at_s < 320 else None)
    reported = finals(watch(maker(), [first, then], 330, fps=4))
    assert [each.plate for each in reported] == ["AB12CDE", "AB12XYZ"]


@pytest.mark.parametrize("seed", range(5))
def test_in_noisy_traffic_every_vehicle_is_one_sighting(seed: int) -> None:
    dice = random.Random(seed)

    def misread(vehicle: Vehicle, at_s: float) -> list[Look]:
        box = vehicle.box_at(at_s)
        if not box or dice.random() < 0.2:
            return []
        error = 0.02 + 0.1 * (box.width < 90)
        chars = [
            c if dice.random() > error else dice.choice("A8XZ1") for c in vehicle.text
        ]
        shaken = box.shifted(dice.gauss(0, 2), dice.gauss(0, 1))
        return [look("".join(chars), shaken, (1 - error) ** 7)]

    plates = [f"{chr(65 + n)}{chr(75 + n)}{n}{9 - n}C{chr(70 + n)}P" for n in range(10)]
    ways = [
        straight(
            plate_box(600, 120, 50),
            plate_box(600 + 30 * n, 640, 200),
            3.0 * n,
            3.0 * n + 4,
        )
        for n in range(10)
    ]
    vehicles = [Vehicle(*pair) for pair in zip(plates, ways, strict=True)]
    sightings, reported = maker(), []
    for count in range(450):
        looks = [each for vehicle in vehicles for each in misread(vehicle, count / 10)]
        reported += sightings.update(looks, moment(count / 10), FRAME)
    assert [each.plate for each in finals(reported)] == plates


def test_a_trailer_that_is_read_later_is_no_other_vehicle() -> None:
    sightings = maker()
    reported = []
    for count in range(100):
        lorry = look("AB12CDE", plate_box(100 + 10 * count, 300))
        text = "AB12CDE" if count > 20 else None if count else "A12"
        trailer = look(
            text, plate_box(100 + 10 * count, 500), 0.3 if count < 1 else 0.9
        )
        looks = [lorry, trailer] if count < 60 else []
        reported += sightings.update(looks, moment(count / 10), FRAME)
    reported += sightings.flush()
    assert len({each.id for each in reported}) == 1
    assert [each.plate for each in finals(reported)] == ["AB12CDE"]
    assert not sightings.left_out


def _seen_at_times(text: str, box: Box, *times_s: tuple[float, float]) -> Vehicle:
    return Vehicle(
        text,
        lambda at_s: box if any(a <= at_s <= b for a, b in times_s) else None,
    )


def test_a_sign_that_is_found_now_and_then_is_reported_once() -> None:
    sign = _seen_at_times("STOP24", GATE, (1, 1.4), (9, 9), (20, 22), (40, 40.2))
    reported = watch(maker(), [sign], 60)
    assert [each.plate for each in finals(reported)] == ["STOP24"]
    assert len({each.id for each in reported}) == 1


def test_a_vehicle_that_parked_and_was_hidden_is_reported_once() -> None:
    comes = straight(FAR, GATE, 0, 3)
    stays = _seen_at_times("AB12CDE", GATE, (3, 10), (20, 30), (37, 50))
    vehicle = Vehicle("AB12CDE", lambda at_s: comes(at_s) or stays.box_at(at_s))
    assert len(finals(watch(maker(), [vehicle], 60))) == 1


def test_a_vehicle_that_stops_unseen_is_reported_once() -> None:
    """It is lost on its way, stops, and is found only when it drives on."""
    comes = straight(FAR, GATE, 0, 2)
    goes = straight(GATE, NEAR, 10, 11)
    vehicle = Vehicle("AB12CDE", lambda at_s: comes(at_s) or goes(at_s))
    assert len({each.id for each in watch(maker(), [vehicle], 20)}) == 1


def test_a_vehicle_that_leaves_and_comes_back_is_a_new_sighting() -> None:
    goes = straight(NEAR, FAR, 0, 2)
    comes = straight(FAR, NEAR, 20, 22)
    vehicle = Vehicle("AB12CDE", lambda at_s: goes(at_s) or comes(at_s))
    assert len(finals(watch(maker(), [vehicle], 30))) == 2


@pytest.mark.parametrize("away_s", [20, 700])
def test_a_vehicle_that_comes_back_to_where_it_stood_is_a_new_sighting(
    away_s: float,
) -> None:
    def box_at(at_s: float) -> Box | None:
        since_s = at_s if at_s < away_s else at_s - away_s
        return APPROACH(min(since_s, 3)) if since_s < 9 else None

    reported = watch(maker(), [Vehicle("AB12CDE", box_at)], away_s + 15, fps=4)
    assert [each.first_seen for each in finals(reported)] == [
        START,
        START + timedelta(seconds=away_s),
    ]


def test_another_vehicle_where_one_stood_is_reported() -> None:
    first = _seen_at_times("AB12CDE", GATE, (0, 5))
    then = _seen_at_times("KX68FGH", GATE, (12, 17))
    plates = [each.plate for each in finals(watch(maker(), [first, then], 30))]
    assert plates == ["AB12CDE", "KX68FGH"]


def test_what_stood_there_long_ago_is_reported_again() -> None:
    sightings = maker(TrackingConfig(parked_forget_s=30))
    sign = _seen_at_times("STOP24", GATE, (0, 5), (60, 65))
    assert len(finals(watch(sightings, [sign], 75))) == 2


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["AB12CDE", "KX68FGH", None]), max_size=3),
        max_size=40,
    ),
    st.sampled_from([2.0, 10.0]),
)
def test_no_plate_is_in_two_sightings_at_once(
    frames: list[list[str | None]], fps: float
) -> None:
    sightings = maker()
    reported = []
    for count, texts in enumerate(frames):
        looks = [
            look(text, plate_box(200 + 300 * place + 9 * count, 300))
            for place, text in enumerate(texts)
        ]
        reported += sightings.update(looks, moment(count / fps), FRAME)
    reported += sightings.flush()
    last = {each.id: each for each in reported}.values()
    for one in last:
        for other in last:
            if one.id != other.id and one.plate == other.plate:
                assert (
                    one.last_seen < other.first_seen or other.last_seen < one.first_seen
                )


@pytest.mark.parametrize("after", [4, 6, 8, 11])
def test_a_phantom_beside_the_road_takes_no_read_of_a_vehicle(after: int) -> None:
    """Something unread was where the vehicle comes by later, read badly there."""
    sightings = maker()
    way = straight(plate_box(600, 200, 30), plate_box(700, 400, 80), 0, 2)
    reported = []
    for count in range(20):
        box, there = way(count / 10), way((after + 0.5) / 10)
        assert box
        assert there
        phantom = [look(None, there)] if count in {1, 2} else []
        vehicle = look("BS1307", box, 0.4 if count < 12 else 0.9)
        if count == after:
            vehicle = look("BS4367", there, 0.36)
        reported += sightings.update([vehicle, *phantom], moment(count / 10), FRAME)
    reported += sightings.flush()
    assert [each.plate for each in finals(reported)] == ["BS1307"]
    assert sightings.left_out.total() == 1
