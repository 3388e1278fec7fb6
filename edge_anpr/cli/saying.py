"""Say on standard output what a command has found."""

import errno
import os
import sys

import click

from edge_anpr.errors import OutputFailed


def say(line: str | bytes) -> None:
    """Raise OutputFailed."""
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
