"""Keep only the newest frame of a device that a thread of its own reads."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event

from edge_anpr.records import Frame
from edge_anpr.runtime.mailbox import Mailbox

TURN_S = 0.2  # how soon the end of the reading thread is noticed


def newest(frames: Generator[Frame, None, None]) -> Generator[Frame, None, None]:
    """Read frames as fast as they come, so that none grows old in a queue below us.

    What the frames raise is raised here. Every wait in them must be bounded, for the
    reading thread is joined at the end.
    """
    box: Mailbox[Frame] = Mailbox()
    stop = Event()
    with ThreadPoolExecutor(1, thread_name_prefix="grab") as pool:
        reading = pool.submit(_read, frames, box, stop)
        try:
            while not reading.done():
                frame = box.take(TURN_S)
                if frame:
                    yield frame
        finally:
            stop.set()
    reading.result()


def _read(
    frames: Generator[Frame, None, None], box: Mailbox[Frame], stop: Event
) -> None:
    with closing(frames):
        for frame in frames:
            box.put(frame)
            if stop.is_set():
                return
