"""edge-anpr check: is everything ready to run?"""

from pathlib import Path

import click

from edge_anpr.checks import PARTS, Verdict, check_all
from edge_anpr.cli.options import FILE
from edge_anpr.cli.saying import say
from edge_anpr.config import Config, load_config
from edge_anpr.runtime.quiet import quiet_libraries

MARKS = {Verdict.WELL: "ok", Verdict.POOR: "poor", Verdict.USELESS: "FAULT"}


@click.command()
@click.option("-c", "--config", "config_file", type=FILE, help="Settings file.")
@click.option(
    "--only",
    "parts",
    type=click.Choice(PARTS),
    multiple=True,
    default=PARTS,
    help="Only this part; may be given again.",
)
def check(config_file: Path | None, parts: tuple[str, ...]) -> None:
    """Try settings, models, camera, broker, disk, clock and page.

    Prints a line for each, with what to do. Exits with 0 when all is well, 1 when
    something should be looked after, 2 when the service would not start.
    """
    config = load_config(config_file) if config_file else Config()
    worst = Verdict.WELL
    with quiet_libraries():
        for finding in check_all(config, parts):
            mark = MARKS[finding.verdict]
            say(f"{finding.part:<9} {mark:<6} {finding.says}")
            worst = max(worst, finding.verdict)
    raise click.exceptions.Exit(worst)
