"""Keep what C libraries print away from the terminal."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator

STDERR = 2  # the file descriptor C libraries write to


@contextlib.contextmanager
def quiet_libraries() -> Iterator[None]:
    """Silence what is not Python's on standard error; Python's own still appears.

    OpenCV, its codecs and the model runtime report there whatever they meet, past
    sys.stderr and without a switch.
    """
    try:
        to_terminal = sys.stderr.fileno() == STDERR
    except (AttributeError, io.UnsupportedOperation):
        to_terminal = False  # no stderr at all, or a test's
    python_stderr = sys.stderr
    kept = os.dup(STDERR)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STDERR)
        os.close(nowhere)
        if to_terminal:
            sys.stderr = os.fdopen(
                os.dup(kept), "w", buffering=1, errors="backslashreplace"
            )
        yield
    finally:
        if to_terminal:
            with contextlib.suppress(OSError):  # the terminal has gone
                sys.stderr.close()
            sys.stderr = python_stderr
        os.dup2(kept, STDERR)
        os.close(kept)
