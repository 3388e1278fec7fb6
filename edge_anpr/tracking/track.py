"""One plate, followed from frame to frame."""

from dataclasses import dataclass, replace

from edge_anpr.config.tracking import TrackingConfig
from edge_anpr.records import Box, Direction
from edge_anpr.tracking.direction import direction
from edge_anpr.tracking.look import FrameSize, Look, Moment
from edge_anpr.tracking.motion import Motion, apart, growth
from edge_anpr.tracking.voting import Vote, vote

STILL = 0.5  # plate widths within which a plate stands still
SAME_SIZE = 0.4  # growth, as a logarithm, within which it has come no nearer


@dataclass(frozen=True, slots=True)
class Passage:
    """What is known so far of one vehicle passing."""

    number: int  # unique while the program runs
    first: Moment
    last: Moment  # when last seen
    looks: tuple[Look, ...]  # the best of those that were read
    vote: Vote | None  # None: never read
    direction: Direction
    place: Box  # where it has been standing still
    still_since_s: float  # since then, on the monotonic clock
    unread: Look | None = None  # the best of those that were not
    has_ended: bool = False  # nothing more will be heard of it
    may_be_misread: bool = False  # much the same was read there, and more often

    @property
    def has_moved(self) -> bool:
        return self.still_since_s > self.first.taken_s


class Track:
    """Looks at one plate; the best are kept, however long it stays."""

    def __init__(
        self, number: int, look: Look, at: Moment, config: TrackingConfig
    ) -> None:
        self.number = number
        self.first = self.last = at
        self.motion = Motion(look.box, at.taken_s)
        self.vote: Vote | None = None
        self.is_parked = False
        self.times_read = int(look.read is not None)
        self._rival: Track | None = None
        self.place = look.box  # where it has been standing still
        self._still_since_s = at.taken_s
        self._idle_s = 0.0  # since it was last seen, while nothing moved
        self._first_box = look.box
        self._looks: list[Look] = []
        self._unread: Look | None = None
        self._config = config
        self._keep(look)

    @property
    def box(self) -> Box:
        return self.motion.box

    @property
    def there_until_s(self) -> float:
        """It was there until then at least: while nothing moves, nothing leaves."""
        return self.last.taken_s + self._idle_s

    def add(self, look: Look, at: Moment) -> None:
        """Follow the plate to where it was seen next."""
        self.last, self._idle_s = at, 0.0
        self.motion.seen(look.box, at.taken_s)
        self.times_read += look.read is not None
        if self.is_parked:
            return
        if not is_still(self.place, look.box):
            self.place, self._still_since_s = look.box, at.taken_s
        self._keep(look)

    def stay(self, at: Moment) -> None:
        """It is still where it was last seen."""
        self.last, self._idle_s = at, 0.0
        self.motion.stood(at.taken_s)

    def idle(self, seconds: float) -> None:
        """Overlooked when last searched for, and nothing has moved for so long."""
        self._idle_s += seconds

    def has_left(self, at_s: float) -> bool:
        unseen_s = at_s - self.there_until_s
        if self.is_parked:
            return unseen_s > self._config.parked_forget_s
        return unseen_s > self._config.rejoin_s

    def should_park(self) -> bool:
        stood_s = self.last.taken_s - self._still_since_s
        # A plate that cannot be read yet may be when the light has changed.
        return (
            not self.is_parked
            and self.vote is not None
            and stood_s >= self._config.parked_after_s
        )

    def park(self) -> None:
        """Its passage is over, but it is known that it stands here."""
        self.is_parked = True
        self._looks.clear()
        self._unread = None

    def drives_off_to(self, box: Box) -> bool:
        """Whether a parked vehicle seen here has left its place."""
        return self.is_parked and (
            apart(self.place, box) > self._config.moved_away_widths
            or abs(growth(self.place, box)) > SAME_SIZE
        )

    def departed(self, number: int, look: Look, at: Moment) -> "Track":
        """The new passage of a parked vehicle that drives off."""
        track = Track(number, look, at, self._config)
        track._first_box = self.place
        return track

    def contend(self, other: "Track") -> None:
        """One of the two may be a misread of the other; that read more often is not."""
        if not self._rival or self._rival.times_read < other.times_read:
            self._rival = other

    def passage(self, frame: FrameSize) -> Passage:
        return Passage(
            self.number,
            self.first,
            self.last,
            tuple(self._looks),
            self.vote,
            direction(self._first_box, self.box, frame),
            self.place,
            self._still_since_s,
            self._unread,
        )

    def ended(self, frame: FrameSize) -> Passage:
        rival, self._rival = self._rival, None  # or each would keep the one before
        doubtful = rival is not None and rival.times_read > self.times_read
        return replace(self.passage(frame), has_ended=True, may_be_misread=doubtful)

    def _keep(self, look: Look) -> None:
        if not look.read:
            if not self._unread or _promise(look) > _promise(self._unread):
                self._unread = look
            return
        kept = sorted((*self._looks, look), key=_weight, reverse=True)
        kept = kept[: self._config.keep_looks]
        if any(each is look for each in kept):
            self._looks = kept
            self.vote = vote(kept)


def is_still(place: Box, box: Box) -> bool:
    """Whether a plate seen here stands where one was seen there."""
    return apart(place, box) <= STILL and abs(growth(place, box)) <= SAME_SIZE


def _weight(look: Look) -> float:
    return look.weight


def _promise(look: Look) -> float:
    return look.is_large + look.quality
