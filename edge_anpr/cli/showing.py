"""Show news of the fleet, with what must not be overlooked in colour."""

import click

from edge_anpr.cli.saying import say
from edge_anpr.delivery.fleet import (
    SILENT,
    DeviceProblems,
    DeviceStatus,
    News,
    Passage,
)
from edge_anpr.delivery.topics import OFFLINE


def show(news: News, *, in_json: bool) -> None:
    """On standard output, in colour on a terminal alone; raise OutputFailed."""
    colour = _colour(news)
    line = click.style(news.line, fg=colour, bold=True) if colour else news.line
    say(news.json if in_json else line)


def _colour(news: News) -> str | None:
    match news:
        case Passage(is_alert=True):
            return "red"
        case DeviceStatus(status=status) if status in {OFFLINE, SILENT}:
            return "yellow"
        case DeviceProblems(problems=problems) if problems:
            return "yellow"
    return None
