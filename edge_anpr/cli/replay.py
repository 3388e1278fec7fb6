"""edge-anpr replay: the sightings of a recording."""

from pathlib import Path

import click

from edge_anpr.camera.replay import Replay
from edge_anpr.cli.faults import FAULT
from edge_anpr.cli.options import FILE, FOLDER, RECORDING, Number
from edge_anpr.cli.saying import say
from edge_anpr.config import Config, load_config
from edge_anpr.config.camera import Pace
from edge_anpr.delivery.messages import sighting_message
from edge_anpr.delivery.topics import Topics
from edge_anpr.pipeline.opening import open_pipeline
from edge_anpr.pipeline.replaying import replay as replayed
from edge_anpr.runtime.quiet import quiet_libraries
from edge_anpr.tracking.watch_lists import WatchLists


@click.command()
@click.argument("recording", type=RECORDING, metavar="CLIP|FOLDER")
@click.option("-c", "--config", "config_file", type=FILE, help="Settings file.")
@click.option("--funnel", is_flag=True, help="Say on stderr where plates were lost.")
@click.option(
    "--interval",
    "interval_s",
    type=Number(0, 10, min_open=True),
    metavar="S",
    help="Seconds between the pictures of a folder.  [default: 0.5]",
)
@click.option("--models", type=FOLDER, metavar="DIR", help="Folder of the models.")
def replay(
    recording: Path,
    config_file: Path | None,
    funnel: bool,
    interval_s: float | None,
    models: Path | None,
) -> None:
    """Find the vehicles in a clip, or in a folder of pictures in order of their names.

    Prints a line of JSON for every revision of a sighting, the same that goes over
    MQTT; the last revision of each is "final". Exits with 2 when a picture could not
    be read.
    """
    config = load_config(config_file) if config_file else Config()
    if models:
        recognition = config.recognition.model_copy(update={"models": models})
        config = config.model_copy(update={"recognition": recognition})
    played = {"path": recording, "pace": Pace.FAST, "interval_s": interval_s}
    camera = Replay(
        config.camera.replay.model_copy(
            update={key: value for key, value in played.items() if value is not None}
        )
    )
    watch_lists = WatchLists(config.watchlists)
    watch_lists.refresh(0.0)
    topics = Topics(config.device.topic_id)
    with quiet_libraries():
        pipeline = open_pipeline(config, watch_lists)
        for sighting in replayed(camera.frames(), config.motion, pipeline):
            message = sighting_message(topics, sighting, buffered=False)
            say(message.payload)
    if funnel:
        for line in pipeline.funnel.lines:
            click.echo(line, err=True)
    if camera.unreadable:
        raise click.exceptions.Exit(FAULT)
