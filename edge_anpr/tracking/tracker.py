"""Follow the plates of successive frames: one passage for each vehicle passing.

A passage begins with the first look at a plate that no other passage accounts for. It
ends when the plate has been unseen for `rejoin_s`, or has stood still for
`parked_after_s`. A parked plate is remembered until unseen for `parked_forget_s`, and
its looks lead to nothing, until it drives off, which is a new passage. Time in which
nothing moves does not count: a parked vehicle cannot have left meanwhile.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

from edge_anpr.config.tracking import TrackingConfig
from edge_anpr.records import Box
from edge_anpr.tracking.association import are_rivals, assign
from edge_anpr.tracking.doubles import singled
from edge_anpr.tracking.look import FrameSize, Look, Moment
from edge_anpr.tracking.track import Passage, Track


class Tracker:
    """The plates in view, and those that may be seen again."""

    def __init__(self, config: TrackingConfig) -> None:
        self._config = config
        self._numbers = itertools.count(1)
        self._tracks: list[Track] = []
        self._looked_at: Moment | None = None
        self._frame = FrameSize(0, 0)

    def update(
        self, looks: Sequence[Look], at: Moment, frame: FrameSize
    ) -> list[Passage]:
        """Take the plates found in a frame; return what has changed."""
        ended = self._end(at.taken_s)  # first, or what is gone would be found again
        self._frame, self._looked_at = frame, at
        looks = singled(looks)
        whole = [not self._is_cut(look.box) for look in looks]
        # What is left of a plate at the edge tells where it is, not what it says.
        looks = [
            look if is_whole else replace(look, read=None)
            for look, is_whole in zip(looks, whole, strict=True)
        ]
        found = assign(self._tracks, looks, at.taken_s, self._config.max_gap_s)
        # Of those with a text, what began meanwhile; of others, all.
        since_s = {
            track.number: track.last.taken_s if track.vote else -math.inf
            for track in found.values()
        }
        # The known first: what they account for can be no echo and no rival.
        changed = [
            self._follow(track, looks[index], at) for index, track in found.items()
        ]
        for index, track in found.items():
            self._contend(track, looks[index], at, since_s[track.number])
        changed += [
            self._begin(look, at)
            for index, look in enumerate(looks)
            if index not in found and whole[index] and not self._is_echo(look, at)
        ]
        ended += self._end(at.taken_s)
        over = {passage.number for passage in ended}
        return [
            track.passage(frame)
            for track in changed
            if not track.is_parked and track.number not in over
        ] + ended

    def nothing_moved(self, at: Moment) -> list[Passage]:
        """Nothing has moved since the last frame: the plates in it are still there.

        For frames that were not searched for plates because nothing moved in them.
        """
        before = self._looked_at or at
        for track in self._tracks:
            if track.last == self._looked_at:
                track.stay(at)
            elif track.is_parked:
                track.idle(at.taken_s - before.taken_s)
        self._looked_at = at
        return self._end(at.taken_s)

    def nothing_seen(self, at_s: float) -> list[Passage]:
        """No frames come: until they do, nobody knows what is still there."""
        self._looked_at = None
        return self._end(at_s)

    def parked_until_s(self) -> dict[int, float]:
        """Until when parked plates were there, by the number of their passages."""
        return {
            track.number: track.there_until_s
            for track in self._tracks
            if track.is_parked
        }

    def flush(self) -> list[Passage]:
        """End everything, because no more frames will come."""
        ended = [
            track.ended(self._frame) for track in self._tracks if not track.is_parked
        ]
        self._tracks.clear()
        return ended

    def _begin(self, look: Look, at: Moment) -> Track:
        track = Track(next(self._numbers), look, at, self._config)
        self._contend(track, look, at)
        self._tracks.append(track)
        return track

    def _contend(
        self, track: Track, look: Look, at: Moment, since_s: float = -math.inf
    ) -> None:
        """What a track is first read as may be a misread of another one's plate.

        since_s: only of one that has begun since then. Where a track is found again and
        such a one has just been, that was the same plate.
        """
        for other in self._tracks:
            if other is track or other.first.taken_s <= since_s:
                continue
            if are_rivals(other, look, at.taken_s):
                track.contend(other)
                other.contend(track)

    def _follow(self, track: Track, look: Look, at: Moment) -> Track:
        if not track.drives_off_to(look.box):
            track.add(look, at)
            return track
        departed = track.departed(next(self._numbers), look, at)
        self._tracks[self._tracks.index(track)] = departed
        return departed

    def _end(self, at_s: float) -> list[Passage]:
        ended: list[Passage] = []
        for track in self._tracks:
            if not track.is_parked and (track.has_left(at_s) or track.should_park()):
                ended.append(track.ended(self._frame))
            if track.should_park():
                track.park()
        self._tracks = [track for track in self._tracks if not track.has_left(at_s)]
        return ended

    def _is_echo(self, look: Look, at: Moment) -> bool:
        """Whether another plate in view says the same: a trailer's, or a reflection."""
        return any(
            track.last == at
            and track.vote is not None
            and look.read is not None
            and track.vote.text == look.read.text
            for track in self._tracks
        )

    def _is_cut(self, box: Box) -> bool:
        """Whether a plate runs over the edge of the frame."""
        margin, frame = self._config.edge_margin_px, self._frame
        return (
            min(box.x1, box.y1) < margin
            or box.x2 > frame.width - margin
            or box.y2 > frame.height - margin
        )
