"""Wait for the signals that ask the program to end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

ENDING = {signal.SIGTERM, signal.SIGINT}


@contextmanager
def ending_signals_held() -> Iterator[None]:
    """They interrupt nothing, in this thread and in those it starts."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def asked_to_end(wait_s: float) -> bool:
    """Whether one has come, or comes within this time."""
    return signal.sigtimedwait(ENDING, wait_s) is not None
