"""A machine that cannot keep up looks at fewer frames, not at older ones."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from threading import Event, Thread
from time import monotonic

import numpy as np
import pytest

from edge_anpr.config.camera import CameraConfig, MotionConfig
from edge_anpr.daemon.watching import Watch, recorded
from edge_anpr.recognition.burst import Burst
from edge_anpr.recognition.motion import MotionGate
from edge_anpr.records import Frame
from edge_anpr.runtime.clock import Clock
from edge_anpr.runtime.health import Pulse

FPS, FRAMES = 30.0, 150
SLOW_S = 0.3  # a detector that could do with nine times the speed
LATE_S = 0.3  # a busy machine wakes a thread late


@dataclass
class BusyRoad:
    """Something moves all the time."""

    over: Event = field(default_factory=Event)

    def frames(self) -> Generator[Frame, None, None]:
        pixels = np.zeros((180, 320, 3), np.uint8)
        for number in range(FRAMES):
            self.over.wait(1 / FPS)
            moved = pixels.copy()
            moved[60:120, 2 * number % 260 :][:, :60] = 200
            yield Frame(moved, datetime.now(UTC), monotonic())


@pytest.mark.parametrize("burst_frames", [1, 8])
def test_no_frame_is_old_when_it_is_looked_at(burst_frames: int) -> None:
    config, stop = MotionConfig(burst_frames=burst_frames), Event()
    burst = Burst(config)
    watch = Watch(
        BusyRoad(),
        CameraConfig(),
        MotionGate(config),
        burst,
        partial(recorded, Clock(lambda: True)),
        lambda _: True,
        lambda _: None,
        stop,
        Pulse(),
    )
    watching = Thread(target=watch.run)
    watching.start()
    ages_s = []
    while not watch.has_ended:
        if candidate := burst.take(0.2):
            ages_s.append(monotonic() - candidate.frame.taken_s)
            stop.wait(SLOW_S)
    watching.join()
    assert len(ages_s) >= FRAMES / FPS / SLOW_S / 2
    assert max(ages_s) <= config.burst_age_s + LATE_S
    assert burst.dropped + len(ages_s) + config.burst_frames >= FRAMES
