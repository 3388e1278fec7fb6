"""In a process of its own: an ending signal that is not held would end the tests."""

import pytest

from tests.programs import run_python

BUSY = """
import os
import signal
from threading import Event, Thread
from time import sleep

from edge_anpr.runtime.signals import asked_to_end, ending_signals_held

# A program begun in the background may have been told to ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# As those of numerical libraries, which begin when they are imported.
Thread(target=Event().wait, daemon=True).start()
try:
    with ending_signals_held():
        os.kill(os.getpid(), signal.{name})
        {waiting}
        print("held")
    {after}
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_thread_of_a_library_does_not_end_the_program_with_it(name: str) -> None:
    waiting = "while not asked_to_end(0.1): pass"
    done = run_python("-c", BUSY.format(name=name, waiting=waiting, after="pass"))
    assert (done.returncode, done.stdout) == (0, "held\n"), done.stderr


def test_what_nobody_asked_for_takes_effect_afterwards() -> None:
    # Another thread may get to the signal only when the main one is past the block.
    after = "for _ in range(400): sleep(0.05)"
    done = run_python("-c", BUSY.format(name="SIGINT", waiting="pass", after=after))
    assert (done.returncode, done.stdout) == (0, "held\ninterrupted\n"), done.stderr
