"""What a still scene costs beside one in which something moves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

import numpy as np

from edge_anpr.config.camera import MotionConfig
from edge_anpr.recognition.motion import MotionGate
from edge_anpr.records import Frame, Pixels

FRAMES = 60
WARM_UP = 30  # frames until the background is known
FPS = 30
NOISE = 3.0  # grey levels: standard deviation, each pixel by itself
START = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MotionCost:
    """Median milliseconds a frame."""

    idle_ms: float
    active_ms: float  # with the work that motion starts

    @property
    def idle_share(self) -> float:
        """A still scene's cost over an active one's."""
        return self.idle_ms / self.active_ms


def motion_cost(
    recognise: Callable[[Frame], object], width_px: int = 1280, height_px: int = 720
) -> MotionCost:
    """Time the gate, and recognise after it where it opens, on drawn noisy scenes."""
    scene = _scene(width_px, height_px)
    return MotionCost(
        _median_ms(scene, 0, recognise), _median_ms(scene, width_px // 90, recognise)
    )


def _median_ms(
    scene: list[Pixels], speed_px: int, recognise: Callable[[Frame], object]
) -> float:
    gate = MotionGate(MotionConfig())
    spent_ms = []
    for number in range(WARM_UP + FRAMES):
        pixels = scene[number % len(scene)].copy()
        moved_px = (number - WARM_UP) * speed_px
        if moved_px > 0:
            height = pixels.shape[0]
            pixels[height // 3 : height * 2 // 3, moved_px : moved_px + height // 2] = (
                30
            )
        since_s = number / FPS
        frame = Frame(pixels, START + timedelta(seconds=since_s), since_s)
        began = perf_counter()
        if gate.look(frame).is_recent and number >= WARM_UP:
            recognise(frame)
        spent_ms.append(1000 * (perf_counter() - began))
    return median(spent_ms[WARM_UP:])


def _scene(width: int, height: int) -> list[Pixels]:
    """A few pictures of the same street, with different noise."""
    random = np.random.default_rng(1)
    street = random.integers(90, 160, (height // 40 + 1, width // 40 + 1, 3))
    large = street.repeat(40, axis=0).repeat(40, axis=1)[:height, :width]
    return [
        np.clip(large + random.normal(0, NOISE, large.shape), 0, 255).astype(np.uint8)
        for _ in range(4)
    ]
