"""edge-anpr demo: the whole way from a camera to the central side, on one computer."""

import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import get_args

import click

from edge_anpr.cli.options import FOLDER
from edge_anpr.cli.saying import say
from edge_anpr.cli.showing import show
from edge_anpr.daemon.running import Daemon
from edge_anpr.delivery.fleet import HEADER, News
from edge_anpr.demo.broker import HOST, Broker, free_port, running_broker
from edge_anpr.demo.central import Central
from edge_anpr.demo.staging import PLATES, demo_config, draw_clip
from edge_anpr.errors import OutputFailed
from edge_anpr.runtime.quiet import quiet_libraries
from edge_anpr.runtime.signals import asked_to_end, ending_signals_held
from edge_anpr.sample.light import LightName

FAILED = 1  # exit code
LAST_WORD_S = 5.0  # until the central side has heard that the device has stopped


@click.command()
@click.option("--json", "in_json", is_flag=True, help="Messages as JSON lines.")
@click.option(
    "--rounds",
    type=click.IntRange(1, 1000),
    default=1,
    show_default=True,
    help="How often every vehicle passes; a round takes 13 s.",
)
@click.option(
    "--light",
    type=click.Choice(get_args(LightName)),
    default="day",
    show_default=True,
)
@click.option(
    "--embedded-broker",
    "embedded",
    is_flag=True,
    help="Use the broker of the extra `demo`, also where there is Mosquitto.",
)
@click.option("--models", type=FOLDER, metavar="DIR", help="Folder of the models.")
def demo(
    in_json: bool, rounds: int, light: LightName, embedded: bool, models: Path | None
) -> None:
    """Show the service at work, without a camera and without a broker.

    Draws a clip in which vehicles pass, starts a broker that only this computer can
    reach, has the service watch the clip, and prints what a central receiver gets. It
    ends by itself and leaves nothing behind; Ctrl-C, or closing the terminal, ends it
    sooner.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    try:
        with (
            ending_signals_held(),  # or broker and folder would be left behind
            quiet_libraries(),
            TemporaryDirectory(prefix="edge-anpr-demo-") as name,
            running_broker(Path(name), must_be_embedded=embedded) as broker,
        ):
            _say(f"Drawing a clip of {len(PLATES)} vehicles...")
            clip = draw_clip(Path(name), light, rounds)
            if not clip:
                return
            page_port = free_port()
            config = demo_config(Path(name), clip, broker, page_port, models)
            _say(f"The device's page, while this lasts: http://{HOST}:{page_port}")
            _say(f"What a receiver gets from {broker.name}, {broker.url}:")
            daemon = Daemon(config)
            plates = _run(daemon, broker, in_json)
    except KeyboardInterrupt:
        return
    if sorted(plates) != sorted(PLATES * rounds) and not daemon.was_asked_to_end:
        _say(f"Not as it should be: {', '.join(PLATES)} drove by, {rounds} times each.")
        raise click.exceptions.Exit(FAILED)


class Screen:
    """What the central side gets, as it comes; called from its thread."""

    def __init__(self, *, in_json: bool) -> None:
        self.fault: OSError | OutputFailed | None = None  # nothing more can be shown
        self._in_json = in_json

    def show(self, news: News) -> None:
        """The first fault asks the whole program to end, as Ctrl-C would."""
        if self.fault:
            return
        try:
            show(news, in_json=self._in_json)
        except (OSError, OutputFailed) as error:
            self.fault = error
            os.kill(os.getpid(), signal.SIGTERM)


def _run(daemon: Daemon, broker: Broker, in_json: bool) -> list[str]:
    """Until the end of the clip; the plates that arrived."""
    if not in_json:
        say(HEADER)
    screen = Screen(in_json=in_json)
    with _following(broker, screen.show) as central:
        if not daemon.run():
            raise click.exceptions.Exit(FAILED)
    if screen.fault:
        asked_to_end(0.0)  # by the screen, should the clip have ended before
        raise screen.fault
    _say("From the camera to the broker:")
    for line in daemon.funnel.lines:
        _say(f"  {line}")
    return central.plates


@contextmanager
def _following(broker: Broker, show: Callable[[News], None]) -> Iterator[Central]:
    central = Central(broker.config, show)
    thread = Thread(target=central.run, name="central", daemon=True)
    thread.start()
    try:
        yield central
        thread.join(LAST_WORD_S)
    finally:
        central.over.set()
        thread.join(LAST_WORD_S)


def _say(text: str) -> None:
    click.echo(text, err=True)
