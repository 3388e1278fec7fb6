"""Run a whole recording through the pipeline, as fast as possible."""

from collections.abc import Iterable, Iterator

from edge_anpr.config.camera import MotionConfig
from edge_anpr.pipeline.pipeline import Pipeline
from edge_anpr.recognition.motion import MotionGate
from edge_anpr.records import Frame, Sighting
from edge_anpr.tracking.look import Moment


def replay(
    frames: Iterable[Frame], config: MotionConfig, pipeline: Pipeline
) -> Iterator[Sighting]:
    """Every sighting as soon as it is one; no frame is left out."""
    gate = MotionGate(config)
    for frame in frames:
        motion, at = gate.look(frame), Moment(frame.taken_at, frame.taken_s)
        if motion.is_recent:
            yield from pipeline.look(frame, motion, at)
        else:
            yield from pipeline.nothing_moved(at)
    yield from pipeline.flush()
