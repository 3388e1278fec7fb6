"""Frames for ever: a lost camera is told of once and opened again and again."""

import logging
import random
from collections.abc import Callable, Generator
from contextlib import closing

from edge_anpr.camera import Camera
from edge_anpr.errors import CameraLost
from edge_anpr.records import Frame

log = logging.getLogger(__name__)

FIRST_RETRY_S = 1.0
STEADY_S = 10.0  # a camera that has worked for this long is a good one again


class Reopening:
    """Another camera, for as long as there is anyone to watch."""

    def __init__(
        self,
        camera: Camera,
        retry_max_s: float,
        wait: Callable[[float], bool],
        on_lost: Callable[[CameraLost], None],
        on_back: Callable[[], None],
    ) -> None:
        """wait: for so many seconds, or until it is True that the end has come.

        on_lost is called once, however many attempts fail, and again when they fail for
        another reason; on_back with the next frame.
        """
        self._camera = camera
        self._retry_max_s = retry_max_s
        self._wait = wait
        self._on_lost = on_lost
        self._on_back = on_back
        self._trouble: str | None = None  # why it is lost
        self._retry_s = FIRST_RETRY_S

    def frames(self) -> Generator[Frame, None, None]:
        """Until the end of a recording, or of waiting. Raises ConfigError."""
        while True:
            try:
                yield from self._while_it_lasts()
            except CameraLost as error:
                self._lost(error)
            else:
                return
            # Spread out, because a power cut takes all cameras of a site at once.
            if self._wait(self._retry_s * random.uniform(0.75, 1.0)):
                return
            self._retry_s = min(2 * self._retry_s, self._retry_max_s)

    def _while_it_lasts(self) -> Generator[Frame, None, None]:
        began_s: float | None = None
        with closing(self._camera.frames()) as frames:
            for frame in frames:
                began_s = frame.taken_s if began_s is None else began_s
                self._back()
                # One frame does not make a camera good: it may be gone at the next.
                if frame.taken_s - began_s > STEADY_S:
                    self._retry_s = min(FIRST_RETRY_S, self._retry_max_s)
                yield frame

    def _lost(self, error: CameraLost) -> None:
        if str(error) == self._trouble:  # say it once, not at every attempt
            return
        if self._trouble is None:
            log.warning("The camera is lost: %s", error)
        else:
            log.info("The camera is still lost: %s", error)
        self._trouble = str(error)
        self._on_lost(error)

    def _back(self) -> None:
        if self._trouble is not None:
            self._trouble = None
            log.info("The camera is back")
            self._on_back()
