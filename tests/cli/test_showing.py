"""What of the fleet's news stands out, seen as on a terminal."""

import click
import pytest
from click.testing import CliRunner

from edge_anpr.cli.showing import show
from edge_anpr.delivery.fleet import SILENT, DeviceProblems, DeviceStatus, News, parse
from edge_anpr.delivery.messages import alert_message, sighting_message
from edge_anpr.delivery.topics import Topics
from tests.delivery.owed import WATCHED, sighting

TOPICS = Topics("pole-7")
SEEN = sighting(match=WATCHED)
RED, YELLOW = "\x1b[31m", "\x1b[33m"


def _shown(news: News | None, *, color: bool) -> str:
    assert news

    @click.command()
    def command() -> None:
        show(news, in_json=False)

    return CliRunner().invoke(command, color=color).output


def _parsed(kind: str) -> News | None:
    make = alert_message if kind == "alert" else sighting_message
    message = make(TOPICS, SEEN, buffered=False)
    return parse(message.topic, message.payload)


@pytest.mark.parametrize(
    ("news", "begin"),
    [
        (_parsed("alert"), RED),
        (_parsed("sighting"), "2026-"),
        (DeviceStatus("pole-7", "offline"), YELLOW),
        (DeviceStatus("pole-7", SILENT), YELLOW),
        (DeviceStatus("pole-7", "online"), " "),
        (DeviceProblems("pole-7", ("The lens is covered.",)), YELLOW),
        (DeviceProblems("pole-7", ()), " "),
    ],
    ids=["alert", "sighting", "offline", "silent", "online", "problem", "mended"],
)
def test_what_must_not_be_overlooked_stands_out(news: News | None, begin: str) -> None:
    assert _shown(news, color=True).startswith(begin)
    assert "\x1b" not in _shown(news, color=False)
