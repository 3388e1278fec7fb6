"""The command line: one file a command."""

import click

from edge_anpr import __version__
from edge_anpr.cli.bench import bench
from edge_anpr.cli.check import check
from edge_anpr.cli.demo import demo
from edge_anpr.cli.faults import Commands
from edge_anpr.cli.privacy_report import privacy_report
from edge_anpr.cli.read import read
from edge_anpr.cli.replay import replay
from edge_anpr.cli.review_report import review_report
from edge_anpr.cli.run import run
from edge_anpr.cli.sample import sample
from edge_anpr.cli.set_password import set_password
from edge_anpr.cli.watch import watch

COMMANDS = (
    demo,
    run,
    check,
    set_password,
    replay,
    watch,
    read,
    review_report,
    sample,
    bench,
    privacy_report,
)


@click.group(
    cls=Commands,
    commands=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="edge-anpr")
def main() -> None:
    """Find and read number plates."""
