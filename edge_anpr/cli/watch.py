"""edge-anpr watch: what a whole fleet sees, and how it is, live."""

import logging
from pathlib import Path
from threading import Event

import click

from edge_anpr.cli.options import FILE
from edge_anpr.cli.saying import say
from edge_anpr.cli.showing import show
from edge_anpr.delivery.fleet import HEADER, broker_config, follow


@click.command()
@click.option(
    "--broker", required=True, metavar="URL", help="mqtts://host:port, or mqtt://."
)
@click.option("--ca-file", type=FILE, help="Certificate of the broker's authority.")
@click.option(
    "--credentials-file", type=FILE, help="User name and password, a line each."
)
@click.option("--json", "in_json", is_flag=True, help="One JSON object a line.")
def watch(
    broker: str, ca_file: Path | None, credentials_file: Path | None, in_json: bool
) -> None:
    """Show what all devices of a broker see, and their problems, until Ctrl-C.

    The credentials are those of someone who may read what the fleet sends. A broker
    that goes away is waited for, and told of on standard error.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s")  # to stderr
    config = broker_config(broker, ca_file, credentials_file)
    if not in_json:
        say(HEADER)
    try:
        for news in follow(config, Event()):
            show(news, in_json=in_json)
    except KeyboardInterrupt:
        return
