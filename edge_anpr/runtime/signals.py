"""Wait for the signals that ask the program to end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = {signal.SIGTERM, signal.SIGINT}
TERMINAL_GONE = signal.SIGHUP


@contextmanager
def ending_signals_held() -> Iterator[None]:
    """They interrupt nothing, in this thread, the main one, and in those it starts.

    What has come meanwhile, and was not asked for, takes its usual effect afterwards.
    """
    ending = _ending()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    handlers = {each: signal.signal(each, _hand_over) for each in ending}
    try:
        yield
    finally:
        for each, handler in handlers.items():
            signal.signal(each, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


@contextmanager
def ending_signals_let_through() -> Iterator[None]:
    """For a program that is begun meanwhile: it would inherit that they are held.

    In this thread alone; what comes just now is held as before, for the main one.
    """
    mask = signal.pthread_sigmask(signal.SIG_UNBLOCK, _ending())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def asked_to_end(wait_s: float) -> bool:
    """Whether one has come, or comes within this time."""
    return signal.sigtimedwait(_ending(), wait_s) is not None


def _ending() -> set[signal.Signals]:
    """A program that was begun with nohup outlasts its terminal."""
    if signal.getsignal(TERMINAL_GONE) == signal.SIG_IGN:
        return ENDING
    return {*ENDING, TERMINAL_GONE}


def _hand_over(number: int, _frame: FrameType | None) -> None:
    """A library's thread, begun earlier, got it: to the main one, which holds it."""
    # It may just be letting them through.
    signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    signal.raise_signal(number)
