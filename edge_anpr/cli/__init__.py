"""The command line: one file a command, loaded when it is asked for."""

import click

from edge_anpr import __version__
from edge_anpr.cli.faults import Commands

COMMANDS = (
    "demo",
    "run",
    "check",
    "set-password",
    "replay",
    "watch",
    "read",
    "review-report",
    "sample",
    "bench",
    "privacy-report",
)


@click.group(
    cls=Commands,
    names=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="edge-anpr")
def main() -> None:
    """Find and read number plates."""
