"""Wait for the signals that ask the program to end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = {signal.SIGTERM, signal.SIGINT}


@contextmanager
def ending_signals_held() -> Iterator[None]:
    """They interrupt nothing, in this thread, the main one, and in those it starts.

    What has come meanwhile, and was not asked for, takes its usual effect afterwards.
    """
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    handlers = {each: signal.signal(each, _hand_over) for each in ENDING}
    try:
        yield
    finally:
        for each, handler in handlers.items():
            signal.signal(each, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


@contextmanager
def ending_signals_let_through() -> Iterator[None]:
    """For a program that is begun meanwhile: it would inherit that they are held.

    In this thread alone; what comes just now is handed over to the main one.
    """
    mask = signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _hand_over(number: int, _frame: FrameType | None) -> None:
    """A library's thread, begun earlier, got it: to the main one, which holds it."""
    signal.raise_signal(number)


def asked_to_end(wait_s: float) -> bool:
    """Whether one has come, or comes within this time."""
    return signal.sigtimedwait(ENDING, wait_s) is not None
