"""In a process of its own: an ending signal that is not held would end the tests."""

import pytest

from tests.programs import run_python

BUSY = """
import os
import signal
from threading import Event, Thread
from time import sleep

from edge_anpr.runtime.signals import (
    asked_to_end,
    ending_signals_held,
    ending_signals_let_through,
)

# A program begun in the background may have been told to ignore them.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.{hangup})

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


def _busy(name: str, waiting: str, after: str = "pass", hangup: str = "SIG_DFL") -> str:
    """hangup: what becomes of SIGHUP"""
    return BUSY.format(name=name, waiting=waiting, after=after, hangup=hangup)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_thread_of_a_library_does_not_end_the_program_with_it(name: str) -> None:
    waiting = "while not asked_to_end(0.1): pass"
    done = run_python("-c", _busy(name, waiting))
    assert (done.returncode, done.stdout) == (0, "held\n"), done.stderr


def test_with_nohup_it_outlasts_its_terminal() -> None:
    waiting = "assert not asked_to_end(0.5)"
    done = run_python("-c", _busy("SIGHUP", waiting, hangup="SIG_IGN"))
    assert (done.returncode, done.stdout) == (0, "held\n"), done.stderr


def test_one_that_comes_while_a_program_is_begun_is_not_lost() -> None:
    let_through = "with ending_signals_let_through(): sleep(0.1)"
    waiting = f"{let_through}\n        assert asked_to_end(10)"
    done = run_python("-c", _busy("SIGTERM", waiting))
    assert (done.returncode, done.stdout) == (0, "held\n"), done.stderr


def test_what_nobody_asked_for_takes_effect_afterwards() -> None:
    # Another thread may get to the signal only when the main one is past the block.
    after = "for _ in range(400): sleep(0.05)"
    done = run_python("-c", _busy("SIGINT", "pass", after))
    assert (done.returncode, done.stdout) == (0, "held\ninterrupted\n"), done.stderr
