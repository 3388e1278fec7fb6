"""Watch the camera, and hand on the frames that are worth a look."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from functools import partial
from threading import Event
from time import monotonic

from edge_anpr.camera import Camera
from edge_anpr.camera.reopening import Reopening
from edge_anpr.config.camera import CameraConfig, CameraKind
from edge_anpr.errors import CameraLost
from edge_anpr.recognition.burst import Burst
from edge_anpr.recognition.motion import MotionGate
from edge_anpr.records import Frame, Problem
from edge_anpr.runtime.clock import Clock
from edge_anpr.runtime.glance import Glance
from edge_anpr.runtime.health import Pulse
from edge_anpr.tracking.look import Moment

SLICE_S = 1.0  # of a wait; between two of them there is a sign of life


class Watch:
    """The camera's thread; others may read what it says of itself."""

    def __init__(  # noqa: PLR0913, PLR0917 (each from another part)
        self,
        camera: Camera,
        config: CameraConfig,
        gate: MotionGate,
        burst: Burst,
        moment: Callable[[Frame], Moment],
        takes: Callable[[float], bool],
        see: Callable[[Frame], None],
        stop: Event,
        pulse: Pulse,
    ) -> None:
        """moment: when a frame was taken, with what the time is worth, as now known.

        takes: whether there is time to look at a frame that was taken then.

        see: judges whether there is anything to be seen.

        pulse: of this thread, to which the camera may add while it waits.
        """
        self.pulse = pulse
        self.frames = 0  # since the start
        self.seen: Moment | None = None  # of the last frame, once it is handed on
        self.trouble: str | None = None  # why there are no frames just now
        self.glance = Glance[Frame]()  # at every frame, for whoever looks
        self.has_ended = False  # a recording, after its last frame
        self._gate = gate
        self._burst = burst
        self.moment = moment
        self._takes = takes
        self._see = see
        self._stop = stop
        wait = partial(wait_alive, pulse, stop)
        self._camera = Reopening(
            camera, config.retry_max_s, wait, self._lost, self._back
        )

    def problems(self) -> Iterator[Problem]:
        if self.trouble:
            yield Problem(
                "camera",
                f"The camera is lost: {self.trouble}",
                "Check its cable and its power; it is tried again by itself.",
                is_grave=True,
            )

    def run(self) -> None:
        """Until stop, or the end of a recording; raise ConfigError."""
        with closing(self._camera.frames()) as frames:
            for frame in frames:
                if self._stop.is_set():
                    return
                self.glance.show(frame)
                if self._takes(frame.taken_s):
                    self._take(frame)
        self.has_ended = True

    def _take(self, frame: Frame) -> None:
        self._see(frame)
        motion = self._gate.look(frame)
        if motion.is_recent:
            self._burst.put(frame, motion)
        self.frames += 1
        self.seen = self.moment(frame)
        self.pulse.beat()

    def _lost(self, error: CameraLost) -> None:
        self.trouble = str(error)

    def _back(self) -> None:
        self._gate.has_missed_frames()
        self.trouble = None


def wait_alive(pulse: Pulse, stop: Event, seconds: float) -> bool:
    """For so many seconds, or until it is True that the end has come."""
    end_s = monotonic() + seconds
    while (left_s := end_s - monotonic()) > 0 and not stop.is_set():
        pulse.beat()
        stop.wait(min(left_s, SLICE_S))
    return stop.is_set()


def moments(config: CameraConfig, clock: Clock) -> Callable[[Frame], Moment]:
    """How to tell when the frames of this camera were taken."""
    return partial(recorded if config.kind is CameraKind.REPLAY else live, clock)


def live(clock: Clock, frame: Frame) -> Moment:
    """By the monotonic clock, for the other may be set at any moment."""
    stamp = clock.stamp(frame.taken_s)
    return Moment(stamp.at, frame.taken_s, stamp.quality)


def now_of(clock: Clock) -> datetime:
    """As a frame of this moment is dated, so that no clock that is set makes it old."""
    return clock.stamp(monotonic()).at


def recorded(clock: Clock, frame: Frame) -> Moment:
    """A recording has times of its own."""
    return Moment(frame.taken_at, frame.taken_s, clock.quality)
