"""Make one sighting of every passage: provisional while in view, final in the end.

A sighting is provisional from the second look that agrees on the plate. Should the
plate change after that, a further provisional revision says so. The final revision
comes once, when the vehicle has left or parked.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from edge_anpr.config.formats import FormatsConfig
from edge_anpr.config.tracking import TrackingConfig
from edge_anpr.records import Sighting, Stage
from edge_anpr.tracking.finding import Finder, Finding
from edge_anpr.tracking.known import KnownPlates
from edge_anpr.tracking.look import FrameSize, Look, Moment
from edge_anpr.tracking.misses import Misses, Reason, unread_reason
from edge_anpr.tracking.track import Passage
from edge_anpr.tracking.tracker import Tracker
from edge_anpr.tracking.voting import Vote
from edge_anpr.tracking.watch_lists import WatchLists

FEWEST_AGREEING = 2  # looks behind a provisional sighting
SLEWED = timedelta(seconds=1)  # no clock that is merely corrected is off by more


@dataclass(frozen=True, slots=True)
class Origin:
    """What every sighting of a device has in common."""

    models: tuple[str, ...]  # name and version of detector and reader
    new_id: Callable[[datetime], str]  # such as ids.time_ordered_id


@dataclass(frozen=True, slots=True)
class _Reported:
    """What has been said of a passage so far."""

    id: str
    revision: int
    plate: str
    vote: Vote
    at_s: float


class SightingMaker:
    """From looks to sightings: tracking, voting, formats and watch lists."""

    def __init__(
        self,
        tracking: TrackingConfig,
        formats: FormatsConfig,
        watch_lists: WatchLists,
        origin: Origin,
    ) -> None:
        """Raise ConfigError when a country's formats are not known."""
        self.left_out: Counter[Reason] = Counter()  # passages not reported
        self.misses = Misses()  # the last of them
        self._config = tracking
        self._must_fit = formats.require
        self._finder = Finder(formats)
        self._watch_lists = watch_lists
        self._origin = origin
        self._tracker = Tracker(tracking)
        self._reported: dict[int, _Reported] = {}  # by number of the passage
        self._known = KnownPlates(tracking)

    def update(
        self, looks: Sequence[Look], at: Moment, frame: FrameSize
    ) -> list[Sighting]:
        """Take the plates found in a frame; return the sightings to store."""
        return self._report(self._tracker.update(looks, at, frame))

    def nothing_moved(self, at: Moment) -> list[Sighting]:
        """Nothing has moved since the last frame, which was not searched."""
        return self._report(self._tracker.nothing_moved(at))

    def nothing_seen(self, at_s: float) -> list[Sighting]:
        """There have been no frames until then, on the monotonic clock."""
        return self._report(self._tracker.nothing_seen(at_s))

    def flush(self) -> list[Sighting]:
        """Make every sighting final, because no more frames will come."""
        return self._report(self._tracker.flush())

    def _report(self, passages: Sequence[Passage]) -> list[Sighting]:
        for passage in passages:
            self._known.follow(passage)
        self._known.stay(self._tracker.parked_until_s())
        reports = (
            self._final(passage) if passage.has_ended else self._provisional(passage)
            for passage in passages
        )
        return [sighting for sighting in reports if sighting]

    def _provisional(self, passage: Passage) -> Sighting | None:
        before = self._reported.get(passage.number)
        at_s = passage.last.taken_s
        if before and (
            passage.vote is before.vote
            or at_s - before.at_s < self._config.provisional_every_s
        ):
            return None
        finding = self._finding(passage)
        if (
            not finding
            or finding.reads < FEWEST_AGREEING
            or (before and before.plate == finding.settled.plate)
            or self._objection(passage, finding)
            or self._is_known(passage, finding, before)
        ):
            return None
        sighting = self._sighting(passage, finding, Stage.PROVISIONAL, before)
        self._reported[passage.number] = _Reported(
            sighting.id, sighting.revision, sighting.plate, finding.vote, at_s
        )
        return sighting

    def _final(self, passage: Passage) -> Sighting | None:
        before = self._reported.pop(passage.number, None)
        finding = self._finding(passage)
        # What has been said cannot be unsaid, only made final.
        reason = None if before else self._objection(passage, finding)
        if not finding or reason:
            reason = reason or unread_reason(passage.unread)
            self.left_out[reason] += 1
            self.misses.add(reason, passage)
            return None
        if self._is_known(passage, finding, before):
            return None
        return self._sighting(passage, finding, Stage.FINAL, before)

    def _finding(self, passage: Passage) -> Finding | None:
        if not passage.vote:
            return None
        return self._finder.find(passage.vote, passage.looks)

    def _objection(self, passage: Passage, finding: Finding | None) -> Reason | None:
        """Why a passage is not to be reported; None when it is."""
        if not finding:
            return unread_reason(passage.unread)
        if passage.may_be_misread and finding.reads < FEWEST_AGREEING:
            return Reason.MISREAD
        if finding.reads < self._config.min_reads:
            return Reason.FEW_READS
        if finding.vote.confidence < self._config.min_confidence:
            return Reason.UNSURE
        if self._must_fit and not finding.settled.format:
            return Reason.NO_FORMAT
        return None

    def _is_known(
        self, passage: Passage, finding: Finding, before: _Reported | None
    ) -> bool:
        """Whether the vehicle was reported as another passage."""
        plate = finding.settled.plate
        return not before and self._known.account_for(passage, plate)

    def _sighting(
        self,
        passage: Passage,
        finding: Finding,
        stage: Stage,
        before: _Reported | None,
    ) -> Sighting:
        settled, vote = finding.settled, finding.vote
        self._known.learn(passage, settled.plate)
        return Sighting(
            id=before.id if before else self._origin.new_id(passage.first.taken_at),
            revision=before.revision + 1 if before else 1,
            stage=stage,
            plate=settled.plate,
            raw_text=vote.text,
            alternatives=vote.alternatives,
            confidence=vote.confidence,
            char_confidences=finding.char_confidences,
            country=settled.country,
            format=settled.format,
            first_seen=_first_seen(passage),
            last_seen=passage.last.taken_at,
            reads=finding.reads,
            direction=passage.direction,
            match=self._watch_lists.match(settled.plate),
            crop_jpeg=finding.evidence.crop_jpeg,
            clock=passage.last.clock,
            models=self._origin.models,
        )


def _first_seen(passage: Passage) -> datetime:
    """When it was first seen, by the better clock: it may have been set since."""
    first, last = passage.first, passage.last
    by_last = last.taken_at - timedelta(seconds=last.taken_s - first.taken_s)
    went_back = last.taken_at < first.taken_at
    has_jumped = went_back or abs(by_last - first.taken_at) > SLEWED
    return by_last if has_jumped or first.clock is not last.clock else first.taken_at
