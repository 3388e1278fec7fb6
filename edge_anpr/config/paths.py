"""Paths among the settings."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator


def _whole(given: object) -> object:
    """As it is written: no shell has put in what ~ stands for."""
    if given == "":  # Path would take it for the current folder
        raise ValueError("it takes a path; for none, leave the line out")
    if str(given).startswith("~"):
        raise ValueError("~ is not known here; write the whole path, as /home/...")
    if "://" in str(given):
        raise ValueError("it takes a path of this computer, not an address")
    return given


SomePath = Annotated[Path, BeforeValidator(_whole)]
