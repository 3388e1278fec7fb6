"""Kinds of option that several commands have."""

import math
from pathlib import Path
from typing import Any

import click


class GivenPath(click.Path):
    """A path that was given: "" would be the current folder."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:  # Any: as click has it
        if value == "":
            self.fail("'' is no path; is the variable of your shell set?", param, ctx)
        return super().convert(value, param, ctx)


class Number(click.FloatRange):
    """A number in a range; none of those that are not finite, as "nan"."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:  # Any: as click has it
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a number that can be used.", param, ctx)
        return number


FILE = GivenPath(dir_okay=False, path_type=Path)
FOLDER = GivenPath(file_okay=False, path_type=Path)
RECORDING = GivenPath(path_type=Path)
