"""When a blind camera is a problem, and when it no longer is."""

from datetime import UTC, datetime

import numpy as np

from edge_anpr.daemon.sight import FROZEN, FROZEN_LOOKS, LOOK_S, SURE_LOOKS, Sight
from edge_anpr.records import Frame, Pixels
from edge_anpr.sample import render_scene

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
STREET = render_scene(4, 320, 180, 1).pixels
BLACK = np.zeros_like(STREET)


class Road:
    """A camera and its clock."""

    def __init__(self) -> None:
        self.sight = Sight()
        self.now_s = 1000.0

    def show(self, pixels: Pixels, looks: int, *, is_frozen: bool = False) -> list[str]:
        for look in range(looks):
            self.now_s += LOOK_S
            shown = pixels.copy()
            shown[0, 0] ^= np.uint8(0 if is_frozen else 128 * (look % 2))
            self.sight.see(Frame(shown, NOON, self.now_s))
        return [problem.reason for problem in self.sight.problems()]


def test_a_road_in_view_is_no_problem() -> None:
    assert Road().show(STREET, 2 * FROZEN_LOOKS) == []


def test_a_lorry_before_the_lens_is_waited_for() -> None:
    road = Road()
    road.show(STREET, SURE_LOOKS)
    assert road.show(BLACK, SURE_LOOKS // 2) == []


def test_what_stays_is_named_and_goes_away_when_it_is_mended() -> None:
    road = Road()
    road.show(STREET, SURE_LOOKS)
    assert road.show(BLACK, SURE_LOOKS) == ["The camera sees nothing but darkness."]
    assert road.show(STREET, SURE_LOOKS // 2) == []


def test_a_picture_that_never_changes_is_of_a_camera_that_hangs() -> None:
    road = Road()
    road.show(STREET, 1)
    assert road.show(STREET, FROZEN_LOOKS - 1, is_frozen=True) == []
    assert road.show(STREET, 1, is_frozen=True) == [FROZEN.reason]
    assert road.show(STREET, 2) == []


def test_not_every_frame_is_looked_at() -> None:
    sight = Sight()
    for number in range(100 * SURE_LOOKS):
        sight.see(Frame(BLACK, NOON, 1000.0 + number * LOOK_S / 1000))
    assert [*sight.problems()] == []
