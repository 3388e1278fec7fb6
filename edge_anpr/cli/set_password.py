"""edge-anpr set-password: who may see plates on the page."""

import sys
from pathlib import Path

import click

from edge_anpr.cli.options import FILE
from edge_anpr.cli.saying import say
from edge_anpr.config import Config, load_config
from edge_anpr.web.device import password_file
from edge_anpr.web.passwords import set_password as store


@click.command("set-password")
@click.option("-c", "--config", "config_file", type=FILE, help="Settings file.")
@click.option(
    "--name",
    default="operator",
    show_default=True,
    help="Who logs in with it; the access log knows people by it.",
)
def set_password(config_file: Path | None, name: str) -> None:
    """Set a password for the device's page, which it then shows to the network.

    Asks for it twice on a terminal, otherwise takes one line from standard input, in
    UTF-8. To take a name off, delete its line from the file.
    """
    config = load_config(config_file) if config_file else Config()
    file = password_file(config)
    if sys.stdin.isatty():
        password = click.prompt(
            f"Password of {name}", hide_input=True, confirmation_prompt=True
        )
    else:
        line = sys.stdin.buffer.readline()
        password = line.decode(errors="surrogateescape").rstrip("\r\n")
    store(file, name, password)
    say(f"{name} may log in. The hash is in {file}.")
