"""C libraries are silent, Python is not."""

from tests.programs import run_python

NOISE = """
import os, sys
from edge_anpr.runtime.quiet import quiet_libraries
with quiet_libraries():
    os.write(2, b"from C\\n")
    print("from Python", file=sys.stderr)
os.write(2, b"from C, after\\n")
print("from Python, after", file=sys.stderr)
"""


def test_only_what_c_libraries_print_is_lost() -> None:
    done = run_python("-c", NOISE)
    assert done.stderr.splitlines() == [
        "from Python",
        "from C, after",
        "from Python, after",
    ]


def test_a_traceback_is_not_lost() -> None:
    noise = NOISE.replace('os.write(2, b"from C\\n")', "raise RuntimeError('bug')")
    done = run_python("-c", noise)
    assert "RuntimeError: bug" in done.stderr


def test_a_terminal_that_has_gone_is_no_fault() -> None:
    noise = """
import sys
from edge_anpr.runtime.quiet import quiet_libraries
with quiet_libraries():
    try:
        print("to nobody", file=sys.stderr)
    except OSError:
        pass
"""
    done = run_python("-c", f"import os; os.dup2(os.open('/dev/full', 1), 2){noise}")
    assert done.returncode == 0
