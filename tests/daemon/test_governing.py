"""Fewer frames while the board suffers, and all of them when it is well again."""

from dataclasses import dataclass

from edge_anpr.daemon.governing import ASK_S, FASTER_S, SLOWER_S, Governor
from edge_anpr.runtime.strain import Strain

CAMERA_FPS = 30
CALM_C, WARM_C, HOT_C = 60.0, 76.0, 83.0


@dataclass
class Board:
    celsius: float | None = CALM_C
    strain: Strain | None = Strain.NONE
    now_s: float = 1000.0

    def __post_init__(self) -> None:
        self.governor = Governor(
            lambda: self.celsius, lambda: self.strain, lambda: self.now_s
        )

    def run(self, seconds: float) -> float:
        """Frames a second that are looked at in the last of these seconds."""
        end_s = self.now_s + seconds
        while self.now_s < end_s:
            self.now_s += ASK_S
            self.governor.turn()
        times = (self.now_s + frame / CAMERA_FPS for frame in range(10 * CAMERA_FPS))
        taken = sum(self.governor.takes(taken_s) for taken_s in times)
        self.now_s += ASK_S
        return taken / 10

    @property
    def says(self) -> str:
        return " ".join(each.sentence for each in self.governor.problems())


def test_a_board_that_is_well_looks_at_every_frame() -> None:
    board = Board()
    assert (board.run(3600), board.says) == (CAMERA_FPS, "")


def test_a_hot_board_looks_at_fewer_and_says_so() -> None:
    board = Board(celsius=HOT_C)
    assert board.run(ASK_S) == 15
    assert "too hot. Until it is well again, 15 frames a second" in board.says
    assert "Give it shade" in board.says


def test_it_never_stops_looking() -> None:
    board = Board(celsius=HOT_C)
    assert board.run(10 * SLOWER_S) == 5
    assert board.run(100 * SLOWER_S) == 5


def test_it_comes_back_step_by_step_and_only_once_it_is_cool() -> None:
    board = Board(celsius=HOT_C)
    board.run(ASK_S)
    board.celsius = WARM_C  # between hot and cool nothing changes
    assert board.run(10 * FASTER_S) == 15
    assert board.says != ""
    board.celsius = CALM_C
    assert board.run(FASTER_S + ASK_S) == CAMERA_FPS
    board.run(ASK_S)
    assert board.says == ""


def test_around_the_limit_it_does_not_flap() -> None:
    board = Board(celsius=HOT_C)
    seen = set()
    for turn in range(200):
        board.celsius = HOT_C if turn % 5 == 0 else CALM_C
        seen.add(board.run(ASK_S))
    assert seen == {15.0, 10.0, 5.0}


def test_weak_power_is_told_from_heat() -> None:
    board = Board(strain=Strain.WEAK_POWER | Strain.THROTTLED)
    assert board.run(ASK_S) == 15
    assert "power supply is too weak" in board.says
    assert board.governor.is_strained
    assert board.governor.has_weak_power


def test_heat_is_not_laid_to_the_power_supply() -> None:
    board = Board(strain=Strain.THROTTLED)
    assert board.run(ASK_S) == 15
    assert board.governor.is_strained
    assert board.governor.has_weak_power is False


def test_a_computer_that_says_nothing_is_left_alone() -> None:
    board = Board(celsius=None, strain=None)
    assert board.run(3600) == CAMERA_FPS
    assert board.governor.is_strained is None
    assert board.governor.has_weak_power is None
