"""Say what a command has found, and what is wrong."""

import errno
import os
import sys

import click

from edge_anpr.errors import OutputFailed
from edge_anpr.runtime.terminal import printable


def say(line: str | bytes) -> None:
    """On standard output; raise OutputFailed."""
    try:
        click.echo(line)
    except OSError as error:
        if error.errno == errno.EPIPE:  # who reads has seen enough, and click ends it
            raise
        # Python flushes once more at the end, and would fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputFailed(
            "The output cannot be written "
            f"({(error.strerror or str(error)).lower()}); send it where there is room."
        ) from error


def complain(sentence: str) -> None:
    """On standard error; the names in it may be anybody's."""
    click.echo(printable(sentence), err=True)
