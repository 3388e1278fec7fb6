"""The newest item wins, and what was dropped is counted."""

from threading import Thread

from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.runtime.mailbox import Mailbox


@given(st.lists(st.integers(), min_size=1))
def test_the_newest_wins_and_the_others_are_counted(items: list[int]) -> None:
    box: Mailbox[int] = Mailbox()
    for item in items:
        box.put(item)
    assert box.take(0) == items[-1]
    assert box.dropped == len(items) - 1


def test_an_item_is_taken_once() -> None:
    box: Mailbox[str] = Mailbox()
    box.put("frame")
    assert box.take(0) == "frame"
    assert box.take(0) is None
    assert box.dropped == 0


def test_whoever_waits_is_woken() -> None:
    box: Mailbox[str] = Mailbox()
    putting = Thread(target=box.put, args=["frame"])
    putting.start()
    assert box.take(10) == "frame"
    putting.join()
