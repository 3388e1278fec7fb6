"""Turn waiting frames into stored sightings."""

from collections.abc import Callable
from threading import Event
from time import monotonic

from edge_anpr.daemon.proving import Proving
from edge_anpr.daemon.saving import Saving
from edge_anpr.daemon.watching import Watch
from edge_anpr.errors import DatabaseDamaged
from edge_anpr.pipeline.pipeline import Pipeline
from edge_anpr.recognition.burst import Burst, Candidate
from edge_anpr.records import Sighting
from edge_anpr.runtime.health import Pulse
from edge_anpr.runtime.worker import take_turns
from edge_anpr.tracking.look import Moment

TURN_S = 0.2  # how long a turn waits for a frame


class Recognise:
    """The recognising thread."""

    def __init__(  # noqa: PLR0913, PLR0917 (each from another part)
        self,
        watch: Watch,
        burst: Burst,
        pipeline: Pipeline,
        saving: Saving,
        proving: Proving,
        stop: Event,
        now_s: Callable[[], float] = monotonic,
    ) -> None:
        self.pulse = Pulse()
        self._watch = watch
        self._burst = burst
        self._pipeline = pipeline
        self._saving = saving
        self._proving = proving
        self._stop = stop
        self._now_s = now_s
        self._at_s = float("-inf")  # what the pipeline knows of ends here

    def run(self) -> None:
        """Until stop, or the end of a recording, which stops everything."""
        try:
            take_turns(self.step, self._stop)
        except DatabaseDamaged:
            self._saving.save_last(self._pipeline.flush())
            raise
        self._saving.save_last(self._pipeline.flush())

    def step(self) -> float:
        """Take a frame and store what follows from it; no wait before the next."""
        # Asked before there is a frame: afterwards one more may have come.
        seen, has_ended = self._watch.seen, self._watch.has_ended
        candidate = self._burst.take(TURN_S)
        if candidate:
            self._saving.save(self._look(candidate))
        elif has_ended:
            self._stop.set()
        else:
            self._saving.save(self._nothing_moved(seen))
            if self._watch.trouble:
                self._saving.save(self._pipeline.nothing_seen(self._now_s()))
        self._proving.turn(is_idle=candidate is None)
        self.pulse.beat()
        return 0.0

    def _look(self, candidate: Candidate) -> list[Sighting]:
        frame = candidate.frame
        at = self._watch.moment(frame)
        self._at_s = at.taken_s
        return self._pipeline.look(frame, candidate.motion, at)

    def _nothing_moved(self, seen: Moment | None) -> list[Sighting]:
        if not seen or seen.taken_s <= self._at_s:
            return []
        self._at_s = seen.taken_s
        frames = self._watch.frames - self._pipeline.funnel.frames
        return self._pipeline.nothing_moved(seen, max(frames, 0))
