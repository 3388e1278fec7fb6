"""A lost camera is told of once, opened again with patience, and told of when back."""

from collections.abc import Callable, Generator, Sequence
from itertools import islice

from edge_anpr.camera.reopening import Reopening
from edge_anpr.errors import CameraLost
from edge_anpr.records import Frame
from tests.camera.frames import frame_at


class Moody:
    """Gives so many frames a second apart at each opening, then it is lost."""

    def __init__(self, *openings: int, reasons: Sequence[str] = ()) -> None:
        self.openings = list(openings)
        self.reasons = list(reasons)
        self.open = 0

    def frames(self) -> Generator[Frame, None, None]:
        self.open += 1
        try:
            for second in range(self.openings.pop(0)):
                yield frame_at(second)
            if self.openings:
                raise CameraLost(self.reasons.pop(0) if self.reasons else "unplugged")
        finally:
            self.open -= 1


class Told:
    """What a Reopening says and how long it waits."""

    def __init__(self, wait: Callable[[float], bool] = lambda _: False) -> None:
        self.lost: list[CameraLost] = []
        self.back = 0
        self.waits: list[float] = []
        self._wait = wait

    def of(self, camera: Moody, retry_max_s: float = 8) -> Reopening:
        return Reopening(camera, retry_max_s, self.wait, self.lost.append, self.is_back)

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        return self._wait(seconds)

    def is_back(self) -> None:
        self.back += 1


def test_a_loss_is_told_of_once_and_so_is_the_return() -> None:
    told = Told()
    frames = list(told.of(Moody(2, 0, 0, 0, 3)).frames())
    assert len(frames) == 5
    assert [str(error) for error in told.lost] == ["unplugged"]
    assert told.back == 1


def test_a_reason_that_changes_is_told_for_it_may_need_another_fix() -> None:
    told = Told()
    camera = Moody(2, 0, 0, 0, 1, reasons=["silent", "silent", "wrong password"])
    list(told.of(camera).frames())
    reasons = [str(error) for error in told.lost]
    assert reasons == ["silent", "wrong password", "unplugged"]
    assert told.back == 1


def test_waits_double_up_to_their_limit() -> None:
    told = Told()
    list(told.of(Moody(0, 0, 0, 0, 0, 0)).frames())
    for wait_s, longest_s in zip(told.waits, (1, 2, 4, 8, 8), strict=True):
        assert 0.75 * longest_s <= wait_s <= longest_s


def test_a_camera_that_flickers_is_not_opened_ever_faster() -> None:
    told = Told()
    list(told.of(Moody(1, 1, 1, 1)).frames())
    assert told.waits[2] > told.waits[0]


def test_a_camera_that_was_good_for_long_is_opened_soon() -> None:
    told = Told()
    list(told.of(Moody(0, 0, 0, 60, 0)).frames())
    assert told.waits[3] <= 1


def test_the_end_of_waiting_is_the_end() -> None:
    told = Told(wait=lambda _: True)
    assert len(list(told.of(Moody(1, 5)).frames())) == 1
    assert len(told.waits) == 1


def test_closing_releases_the_device() -> None:
    camera = Moody(5, 0)
    frames = Told().of(camera).frames()
    list(islice(frames, 2))
    assert camera.open == 1
    frames.close()
    assert camera.open == 0
