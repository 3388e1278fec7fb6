"""edge-anpr privacy-report: what is kept where, for how long, and who gets it."""

from pathlib import Path

import click

from edge_anpr.cli.options import FILE
from edge_anpr.cli.saying import say
from edge_anpr.config import Config, load_config
from edge_anpr.privacy import privacy_report as report


@click.command("privacy-report")
@click.option("-c", "--config", "config_file", type=FILE, help="Settings file.")
def privacy_report(config_file: Path | None) -> None:
    """Print what the settings keep, where, for how long, and who gets it (Markdown)."""
    say(report(load_config(config_file) if config_file else Config()))
