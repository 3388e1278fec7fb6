"""edge-anpr run: the service."""

import logging
import os
import sys
from pathlib import Path

import click

from edge_anpr.cli.options import FILE
from edge_anpr.config import Config, load_config
from edge_anpr.daemon.running import Daemon
from edge_anpr.runtime.quiet import quiet_libraries

BUG = 1  # exit code


@click.command()
@click.option("-c", "--config", "config_file", type=FILE, help="Settings file.")
@click.option("--debug", is_flag=True, help="Log more.")
def run(config_file: Path | None, debug: bool) -> None:
    """Watch the camera, store every passing vehicle and deliver it.

    Runs until it is told to end by SIGTERM or Ctrl-C, or its terminal is closed. Exits
    with 2 when a setting or the disk must be mended, with 1 after a bug.
    """
    config = load_config(config_file) if config_file else Config()
    with quiet_libraries():
        _log_to_stderr(logging.DEBUG if debug else logging.INFO)
        daemon = Daemon(config)
        is_well = daemon.run()
        logging.shutdown()
        if not daemon.is_all_ended:
            # Python would wait for what a camera's driver may never finish.
            os._exit(0 if is_well else BUG)
    if not is_well:
        raise click.exceptions.Exit(BUG)


def _log_to_stderr(level: int) -> None:
    by_journal = "JOURNAL_STREAM" in os.environ  # which has a clock of its own
    logging.basicConfig(
        stream=sys.stderr,
        level=level,
        format=f"{'' if by_journal else '%(asctime)s '}%(levelname)s %(message)s",
        force=True,
    )
