"""What the command line says and returns when something goes wrong."""

import io
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from edge_anpr.cli.saying import complain
from edge_anpr.errors import AnprError

FAULT = 2  # exit code


class Commands(click.Group):
    """Turns every fault we expect into one sentence and exit code 2.

    Loads no more than the command that is asked for: on a small board, what only the
    service needs would cost `read` seconds.
    """

    def __init__(
        self, names: Sequence[str], **rest: Any
    ) -> None:  # Any: all that a group takes
        super().__init__(**rest)
        self._names = names

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's
        return list(self._names)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 click's
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in self._names:
            return None
        name = cmd_name.replace("-", "_")
        command = getattr(import_module(f"edge_anpr.cli.{name}"), name)
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:  # Any: as click has it
        _print_every_name()
        try:
            return super().invoke(ctx)
        except AnprError as error:
            complain(str(error))
            raise click.exceptions.Exit(FAULT) from error


def _print_every_name() -> None:
    """File names are any bytes, and one that is not UTF-8 shall not end a command."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")
