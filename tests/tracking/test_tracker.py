"""One passage for each vehicle, whatever is missed or mistaken on the way."""

import math
import random
import string
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_anpr.config.tracking import TrackingConfig
from edge_anpr.records import Box
from edge_anpr.tracking.look import Look
from edge_anpr.tracking.track import Passage
from edge_anpr.tracking.tracker import Tracker
from tests.tracking.drive_by import FRAME, look, moment, plate_box, straight

PLATES = ("AB12CDE", "KX68FGH")
GATE = plate_box(640, 400, 150)
TEXTS = st.text(string.ascii_uppercase + string.digits, min_size=2, max_size=9)
COORDINATES = st.tuples(
    st.floats(100, 1180), st.floats(80, 640), st.floats(40, 180)
).map(lambda place: plate_box(*place))


def _watched(tracker: Tracker, frames: list[list[Look]], fps: float) -> list[Passage]:
    """The passages that ended, the last with the flush."""
    passages = [
        each
        for count, looks in enumerate(frames)
        for each in tracker.update(looks, moment(count / fps), FRAME)
    ]
    return [each for each in passages if each.has_ended] + tracker.flush()


@settings(max_examples=60)
@given(
    st.builds(straight, COORDINATES, COORDINATES, st.just(0.0), st.floats(1.0, 4.0)),
    st.sampled_from([3.0, 8.0, 15.0]),
    st.lists(st.booleans(), min_size=60, max_size=60),
    st.integers(0, 2**32),
)
def test_a_vehicle_that_is_now_and_then_missed_is_one_passage(
    box_at: Callable[[float], Box | None], fps: float, missed: list[bool], seed: int
) -> None:
    jitter = random.Random(seed)
    frames = [
        [look(PLATES[0], box.shifted(jitter.gauss(0, 2), jitter.gauss(0, 1)))]
        if (box := box_at(count / fps)) and not missed[count]
        else []
        for count in range(60)
    ]
    passages = _watched(Tracker(TrackingConfig(max_gap_s=1)), frames, fps)
    assert len(passages) == any(frames)


@settings(max_examples=60)
@given(
    st.floats(200, 600),
    st.floats(-40, 40),
    st.floats(1.0, 3.0),
    st.sampled_from([3.0, 8.0, 15.0]),
    st.lists(st.sampled_from([0, 1, 2, 2, 2]), min_size=45, max_size=45),
)
def test_two_vehicles_that_cross_are_two_passages(
    y: float, apart: float, takes_s: float, fps: float, which_missed: list[int]
) -> None:
    ways = (
        straight(plate_box(100, y), plate_box(1180, y), 0, takes_s),
        straight(plate_box(1180, y + apart), plate_box(100, y + apart), 0, takes_s),
    )
    frames = [
        [
            look(plate, box)
            for number, (plate, way) in enumerate(zip(PLATES, ways, strict=True))
            if (box := way(count / fps)) and which_missed[count] != number
        ]
        for count in range(45)
    ]
    passages = _watched(Tracker(TrackingConfig()), frames, fps)
    read = [each.vote.text for each in passages if each.vote]
    seen = {each.read.text for frame in frames for each in frame if each.read}
    assert sorted(read) == sorted(seen)


def test_two_vehicles_side_by_side_with_near_texts_stay_two() -> None:
    ways = [straight(plate_box(x, 100), plate_box(x, 600), 0, 2) for x in (400, 560)]
    frames = [
        [
            look(text, box)
            for text, way in zip(("AB12CDE", "AB12CDF"), ways, strict=True)
            if (box := way(count / 10))
        ]
        for count in range(21)
    ]
    passages = _watched(Tracker(TrackingConfig()), frames, 10)
    assert sorted(each.vote.text for each in passages if each.vote) == [
        "AB12CDE",
        "AB12CDF",
    ]


@settings(max_examples=60)
@given(
    st.floats(0.7, 4.5),
    st.sampled_from([3.0, 5.0, 10.0]),
    st.lists(st.floats(0.25, 1), min_size=1, max_size=9),
)
def test_vehicles_one_behind_the_other_are_as_many_passages_however_unsure(
    pause_s: float, fps: float, confidences: list[float]
) -> None:
    queue = ("AB12CDE", "XY34ZFG", "KL59NRT", "PS70HJW")
    far, near = plate_box(500, 250, 80), plate_box(500, 460, 108)
    starts_s = [number * (0.7 + pause_s) for number in range(len(queue))]
    ways = [straight(far, near, start_s, start_s + 0.7) for start_s in starts_s]
    frames = [
        [
            look(text, box, confidences[count % len(confidences)])
            for text, way in zip(queue, ways, strict=True)
            if (box := way(count / fps))
        ]
        for count in range(math.ceil((starts_s[-1] + 1) * fps))
    ]
    passages = _watched(Tracker(TrackingConfig()), frames, fps)
    assert [each.vote.text for each in passages if each.vote] == list(queue)


@settings(max_examples=100)
@given(
    st.tuples(TEXTS, st.floats(0, 0.74)),
    st.floats(0.05, 1),
    st.sampled_from([2.0, 3.0, 8.0, 15.0]),
    st.sampled_from([20.0, 300.0]),
    st.integers(1, 8),
)
def test_one_wild_read_of_which_nobody_is_sure_makes_no_second_passage(
    wild: tuple[str, float], usual: float, fps: float, speed_px: float, when: int
) -> None:
    frames = []
    for count in range(10):
        box = plate_box(600, 150 + speed_px * count / fps, 80 + 9 * count / fps)
        text, sure = wild if count == when else (PLATES[0], usual)
        frames.append([look(text, box, sure)] if box.y2 < 700 else [])
    assert len(_watched(Tracker(TrackingConfig()), frames, fps)) == 1


@given(TEXTS, st.floats(0, 0.19), st.floats(0, 4.8))
def test_a_very_poor_look_where_a_plate_was_makes_no_second_passage(
    text: str, poor: float, pause_s: float
) -> None:
    tracker = Tracker(TrackingConfig())
    tracker.update([look(PLATES[0], GATE)], moment(0), FRAME)
    tracker.update([look(text, GATE, poor)], moment(0.1 + pause_s), FRAME)
    assert len(tracker.flush()) == 1


def test_an_unread_stretch_belongs_to_the_vehicle() -> None:
    way = straight(plate_box(300, 100, 60), plate_box(500, 600, 160), 0, 3)
    frames = [
        [look(PLATES[0] if count in (5, 25) else None, box)]
        for count in range(30)
        if (box := way(count / 10))
    ]
    (passage,) = _watched(Tracker(TrackingConfig()), frames, 10)
    assert passage.first.taken_s == moment(0).taken_s
    assert len(passage.looks) == 2


def test_the_same_plate_twice_in_one_frame_is_one_vehicle() -> None:
    lorry, trailer = plate_box(400, 300), plate_box(900, 320)
    frames = [[look(PLATES[0], lorry), look(PLATES[0], trailer)]] * 10
    assert len(_watched(Tracker(TrackingConfig()), frames, 10)) == 1


def test_a_plate_found_twice_in_one_place_is_one_vehicle() -> None:
    way = straight(plate_box(300, 200, 80), plate_box(240, 420, 120), 0, 1.5)
    frames = [
        [
            look(PLATES[0], box, 0.99),
            look("AB12CDEJ", box.shifted(10, 2).grown(0.7, 0.2), 0.9),
        ]
        for count in range(16)
        if (box := way(count / 10))
    ]
    (passage,) = _watched(Tracker(TrackingConfig()), frames, 10)
    assert [each.read.text for each in passage.looks if each.read] == [PLATES[0]] * 16


@pytest.mark.parametrize("times", [0.55, 1.8])
def test_a_plate_found_too_large_or_too_small_once_is_no_other(times: float) -> None:
    way = straight(plate_box(600, 200, 28), plate_box(620, 320, 40), 0, 1.5)
    frames = []
    for count in range(16):
        box = way(count / 10)
        assert box
        if count == 7:
            middle = (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2
            wrong = plate_box(*middle, times * box.width)
            frames.append([look("XSLPW", wrong, 0.26)])
        else:
            frames.append([look(PLATES[0] if count > 7 else None, box, 0.7)])
    (passage,) = _watched(Tracker(TrackingConfig()), frames, 10)
    assert passage.vote
    assert passage.vote.text == PLATES[0]


def test_one_bad_read_on_the_way_is_marked() -> None:
    way = straight(plate_box(200, 400), plate_box(900, 400), 0, 2)
    frames = [
        [look("A812CXXX" if count == 1 else PLATES[0], box)]
        for count in range(20)
        if (box := way(count / 10))
    ]
    bad, good = sorted(
        _watched(Tracker(TrackingConfig()), frames, 10),
        key=lambda each: each.may_be_misread,
    )[::-1]
    assert bad.may_be_misread
    assert not good.may_be_misread
    assert good.vote
    assert good.vote.text == PLATES[0]


def test_a_bad_first_read_is_marked() -> None:
    frames = [
        [look("AB87QDE" if count == 0 else PLATES[0], GATE)] for count in range(9)
    ]
    passages = _watched(Tracker(TrackingConfig()), frames, 10)
    assert [
        each.vote.text for each in passages if each.vote and not each.may_be_misread
    ] == [PLATES[0]]


def test_a_bad_read_while_a_vehicle_was_lost_is_marked() -> None:
    way = straight(plate_box(300, 250), plate_box(500, 450), 0, 3)
    said = {0: PLATES[0], 11: PLATES[0][1:], 14: PLATES[0], 15: PLATES[0]}
    frames = [
        # Found where it is not at first, so that it is not looked for where it is.
        [look(said[count], box.shifted(0, 0 if count else -150), 0.99)]
        if count in said and (box := way(count / 10))
        else []
        for count in range(30)
    ]
    passages = _watched(Tracker(TrackingConfig()), frames, 10)
    assert [
        each.vote.text for each in passages if each.vote and not each.may_be_misread
    ] == [PLATES[0]]


def test_a_long_stay_keeps_only_the_best_looks() -> None:
    config = TrackingConfig(parked_after_s=1e9, keep_looks=5)
    tracker, dice = Tracker(config), random.Random(1)
    sharpest: list[float] = []
    passages: list[Passage] = []
    for count in range(5000):
        sharpness = dice.random()
        sharpest = sorted([*sharpest, sharpness])[-5:]
        looks = [look(PLATES[0], GATE, sharpness=sharpness)]
        passages = tracker.update(looks, moment(count / 10), FRAME)
    (passage,) = passages
    assert sorted(each.sharpness for each in passage.looks) == sharpest


def test_a_parked_vehicle_keeps_no_looks() -> None:
    tracker = Tracker(TrackingConfig(parked_after_s=1))
    ended = [
        each
        for count in range(100)
        for each in tracker.update([look(PLATES[0], GATE)], moment(count / 10), FRAME)
        if each.has_ended
    ]
    assert len(ended) == 1
    assert all(not track._looks for track in tracker._tracks)


def test_an_unread_plate_that_stands_still_is_read_when_light_allows() -> None:
    tracker = Tracker(TrackingConfig(parked_after_s=1))
    for count in range(50):
        tracker.update([look(None, GATE)], moment(count / 10), FRAME)
    (passage,) = tracker.update([look(PLATES[0], GATE)], moment(5), FRAME)
    assert passage.vote
    assert passage.vote.text == PLATES[0]


@given(
    st.lists(
        st.lists(
            st.builds(
                look,
                st.sampled_from([*PLATES, "AB12", None]),
                st.builds(
                    Box,
                    st.floats(-50, 600),
                    st.floats(-50, 300),
                    st.floats(601, 1400),
                    st.floats(301, 800),
                ),
                st.floats(0, 1),
            ),
            max_size=3,
        ),
        max_size=12,
    ),
    st.floats(0.01, 300),
)
def test_whatever_is_seen_every_passage_ends_once(
    frames: list[list[Look]], step_s: float
) -> None:
    tracker = Tracker(TrackingConfig())
    passages = [
        each
        for count, looks in enumerate(frames)
        for each in tracker.update(looks, moment(count * step_s), FRAME)
    ] + tracker.flush()
    ended = [each.number for each in passages if each.has_ended]
    assert len(ended) == len(set(ended))
    assert {each.number for each in passages} == set(ended)


def test_what_is_gone_is_not_found_again_after_an_outage() -> None:
    tracker = Tracker(TrackingConfig())
    tracker.update([look(PLATES[0], GATE)], moment(0), FRAME)
    back = tracker.update([look(PLATES[0], GATE)], moment(60), FRAME)
    assert [each.has_ended for each in back] == [False, True]
    assert len({each.number for each in back}) == 2


def test_a_parked_vehicle_that_is_now_and_then_misread_is_one_passage() -> None:
    tracker, dice = Tracker(TrackingConfig(parked_after_s=5)), random.Random(1)
    passages: list[Passage] = []
    for count in range(3000):
        chars = [char if dice.random() < 0.85 else "X" for char in PLATES[0]]
        looks = [look("".join(chars), GATE.shifted(dice.gauss(0, 3), 0), 0.8)]
        passages += tracker.update(looks, moment(count / 5), FRAME)
    passages += tracker.flush()
    whole = [each for each in passages if each.has_ended and not each.may_be_misread]
    assert [each.vote.text for each in whole if each.vote] == [PLATES[0]]
