"""One frame in, the sightings that follow from it out."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from edge_anpr.pipeline.canary import Canary
from edge_anpr.pipeline.funnel import Funnel
from edge_anpr.pipeline.looking import Looking
from edge_anpr.pipeline.searching import Search
from edge_anpr.recognition.motion import Motion
from edge_anpr.records import Frame, Sighting, Stage
from edge_anpr.runtime.histogram import Histogram
from edge_anpr.tracking.look import FrameSize, Moment
from edge_anpr.tracking.misses import Misses, Reason
from edge_anpr.tracking.sightings import SightingMaker


class Pipeline:
    """Detection, reading and tracking of one camera's frames; for one thread.

    The motion gate comes before it, since it also decides which frames may wait.
    """

    def __init__(
        self,
        search: Search,
        looking: Looking,
        maker: SightingMaker,
        canary: Callable[[], Canary],
    ) -> None:
        self._search = search
        self._looking = looking
        self._maker = maker
        self._canary = canary
        self._counts = Funnel()

    @property
    def funnel(self) -> Funnel:
        """What has become of all that was seen so far."""
        left_out = self._maker.left_out.copy()  # another thread may ask
        agreed = self._counts.reported + left_out[Reason.NO_FORMAT]
        undecided = (Reason.MISREAD, Reason.FEW_READS, Reason.UNSURE)
        legible = agreed + sum(left_out[reason] for reason in undecided)
        sharp = legible + left_out[Reason.UNREAD]
        near = sharp + left_out[Reason.BLURRED]
        return replace(
            self._counts,
            passages=near + left_out[Reason.SMALL],
            near=near,
            sharp=sharp,
            legible=legible,
            agreed=agreed,
        )

    @property
    def left_out(self) -> dict[str, int]:
        """Passages that were not reported, by reason."""
        return {str(reason): n for reason, n in self._maker.left_out.copy().items()}

    @property
    def misses(self) -> Misses:
        """The last of these."""
        return self._maker.misses

    @property
    def seconds(self) -> dict[str, Histogram]:
        """What the models take, by name."""
        return {"detector": self._search.seconds, "reader": self._looking.seconds}

    def can_read(self) -> bool:
        """Try the very models that frames go through on a drawn plate."""
        return self._canary().is_read()

    def look(self, frame: Frame, motion: Motion, at: Moment) -> list[Sighting]:
        """Take a frame in which something moves, or did a moment ago.

        at: when it was taken. Frames come in order of time.
        """
        plates = self._search.plates(frame, motion)
        looks, counts = self._looking.looks(frame, plates)
        self._counts += counts + Funnel(frames=1, moving=1)
        height, width = frame.pixels.shape[:2]
        return self._counted(self._maker.update(looks, at, FrameSize(width, height)))

    def nothing_moved(self, at: Moment, frames: int = 1) -> list[Sighting]:
        """Take note that until now so many frames were like the one before."""
        self._counts += Funnel(frames=frames)
        return self._counted(self._maker.nothing_moved(at))

    def nothing_seen(self, at_s: float) -> list[Sighting]:
        """There have been no frames until then, on the monotonic clock."""
        return self._counted(self._maker.nothing_seen(at_s))

    def flush(self) -> list[Sighting]:
        """Make every sighting final, because no more frames will come."""
        return self._counted(self._maker.flush())

    def _counted(self, sightings: Sequence[Sighting]) -> list[Sighting]:
        finals = sum(each.stage is Stage.FINAL for each in sightings)
        self._counts += Funnel(reported=finals)
        return list(sightings)
