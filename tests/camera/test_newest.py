"""A thread reads; whoever is slow gets the newest frame; faults come through."""

from collections.abc import Generator
from itertools import count
from threading import Event, active_count
from time import monotonic, sleep

import pytest

from edge_anpr.camera.newest import newest
from edge_anpr.errors import CameraLost
from edge_anpr.records import Frame
from tests.camera.frames import frame_at

LIMIT_S = 10.0


class Endless:
    """Frames as fast as they are read; notes how far it came, and its end."""

    def __init__(self) -> None:
        self.number = 0
        self.closed = Event()

    def frames(self) -> Generator[Frame, None, None]:
        try:
            for self.number in count():
                yield frame_at(self.number)
        finally:
            self.closed.set()


def test_what_nobody_took_is_left_out_and_closing_ends_the_thread() -> None:
    device = Endless()
    threads = active_count()
    frames = newest(device.frames())
    first = next(frames)
    taken_at, until_s = device.number, monotonic() + LIMIT_S
    while device.number < taken_at + 100 and monotonic() < until_s:
        sleep(0.001)
    assert next(frames).taken_s > first.taken_s + 50
    frames.close()
    assert device.closed.is_set()
    assert active_count() <= threads  # those of other tests may have ended too


@pytest.mark.parametrize("error", [CameraLost("unplugged"), ZeroDivisionError("bug")])
def test_faults_come_through(error: Exception) -> None:
    def device() -> Generator[Frame, None, None]:
        yield frame_at(0)
        raise error

    with pytest.raises(type(error), match=str(error)):
        list(newest(device()))
