"""What the command line says and returns when something goes wrong."""

from typing import Any

import click

from edge_anpr.errors import AnprError

FAULT = 2  # exit code


class Commands(click.Group):
    """Turns every fault we expect into one sentence and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:  # Any: as click has it
        try:
            return super().invoke(ctx)
        except AnprError as error:
            click.echo(error, err=True)
            raise click.exceptions.Exit(FAULT) from error
