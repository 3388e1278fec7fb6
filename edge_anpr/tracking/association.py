"""Which look of a frame belongs to which track: by text first, by place where unread.

Places are compared in plate widths, because a plate is about half a metre wide wherever
it is in the picture.
"""

from collections.abc import Sequence
from enum import IntEnum

from edge_anpr.records import PlateRead
from edge_anpr.tracking.look import Look
from edge_anpr.tracking.lookalikes import distance
from edge_anpr.tracking.motion import apart, growth
from edge_anpr.tracking.track import STILL, Track
from edge_anpr.tracking.voting import Vote

SAME_TEXT = 0.5  # distance: no more than look-alikes differ
NEAR_TEXT = 0.25  # distance per character: about one is wrong
SURE = 0.75  # confidence from which two texts that differ are two plates
HARDLY_SURE = 0.2  # and two with little in common, once another vehicle may be there
FEWEST_SHARED = 3  # characters of a text that is part of another

RIVAL_TEXT = 0.6  # distance per character: of seven, three are alike
RIVAL_REACH = 1.0  # widths
HEADWAY_S = 0.6  # in which no vehicle comes to where another has just been

# How far from where it is expected a plate may be, in widths a second.
KNOWN_SPEED = 4.0  # when it has been seen twice
UNKNOWN_SPEED = 10.0
DRIVING_OFF = 3.0  # widths from where a vehicle was parked
FASTEST = 80.0  # by text alone: 150 km/h straight across
SIZE_CHANGE = 0.4  # growth at once, as a logarithm, by place
SIZE_CHANGE_PER_S = 1.0


class Likeness(IntEnum):
    """How a read and a track's text compare; the lower, the surer a match."""

    SAME = 0
    NEAR = 2
    UNKNOWN = 4  # unread, or nothing to rely on
    DIFFERENT = 9


def assign(
    tracks: Sequence[Track], looks: Sequence[Look], at_s: float, max_gap_s: float
) -> dict[int, Track]:
    """The track of each look, by the look's index; a look of none is left out."""
    costs = [
        (cost, row, column)
        for row, track in enumerate(tracks)
        for column, look in enumerate(looks)
        if (cost := _cost(track, look, at_s, max_gap_s)) is not None
    ]
    taken: set[int] = set()
    found: dict[int, Track] = {}
    for _, row, column in sorted(costs):
        if row not in taken and column not in found:
            taken.add(row)
            found[column] = tracks[row]
    return found


def are_rivals(track: Track, look: Look, at_s: float) -> bool:
    """Whether a look that suits no track may still be a bad read of this one's plate.

    It is where another vehicle could not be so soon, and the texts have much in common.
    """
    gap_s = at_s - track.last.taken_s
    if not track.vote or not look.read or gap_s <= 0:
        return False
    longest = max(len(track.vote.text), len(look.read.text))
    if distance(track.vote.text, look.read.text) > RIVAL_TEXT * longest:
        return False
    if track.is_parked:
        return apart(track.place, look.box) <= STILL
    off = apart(track.motion.expected(at_s), look.box)
    return gap_s <= HEADWAY_S and off <= RIVAL_REACH + KNOWN_SPEED * gap_s


def likeness(vote: Vote | None, read: PlateRead | None, gap_s: float) -> Likeness:
    """Whether a read may be of the plate that a vote is about, unseen for gap_s."""
    if not vote or not read:
        return Likeness.UNKNOWN
    unlike = distance(vote.text, read.text)
    shorter, longer = sorted((vote.text, read.text), key=len)
    if unlike <= SAME_TEXT:
        return Likeness.SAME
    if unlike <= NEAR_TEXT * len(longer):
        return Likeness.NEAR
    if shorter in longer and len(shorter) >= FEWEST_SHARED:
        return Likeness.NEAR
    # A track that takes what is unlike it grows ever less sure, and takes all the more.
    may_be_another = gap_s > HEADWAY_S and unlike > RIVAL_TEXT * len(longer)
    sure = HARDLY_SURE if may_be_another else SURE
    if min(vote.confidence, read.confidence) < sure:
        return Likeness.UNKNOWN
    return Likeness.DIFFERENT


def _cost(track: Track, look: Look, at_s: float, max_gap_s: float) -> float | None:
    """How ill a look suits a track; None when it cannot be of it."""
    gap_s = at_s - track.last.taken_s
    like = likeness(track.vote, look.read, gap_s)
    if like is Likeness.DIFFERENT and not _is_misread(track, look, at_s):
        return None
    off = _off_place(track, look, like, gap_s, max_gap_s)
    if off is not None:
        # One that has long been unseen may be anywhere near: that it fits says little.
        return like + (off + min(gap_s / max_gap_s, 1.0)) / 2
    if track.is_parked or gap_s > max_gap_s:
        by_text = like is Likeness.SAME
    else:
        by_text = like in {Likeness.SAME, Likeness.NEAR}
    off = apart(track.box, look.box) / (STILL + FASTEST * gap_s)
    return like + 1 + off if by_text and off <= 1 else None


def _is_misread(track: Track, look: Look, at_s: float) -> bool:
    """Whether a rival is where no plate but the track's can be so soon."""
    if track.is_parked or not track.motion.is_known:
        return False
    expected = track.motion.expected(at_s)
    return (
        are_rivals(track, look, at_s)
        and apart(expected, look.box) <= STILL
        and abs(growth(expected, look.box)) <= SIZE_CHANGE
    )


def _off_place(
    track: Track, look: Look, like: Likeness, gap_s: float, max_gap_s: float
) -> float | None:
    """How far off its place a plate is, 0..1; None when too far to be the same."""
    if track.is_parked and like is not Likeness.UNKNOWN:
        expected, reach, change = track.place, DRIVING_OFF, 2 * SIZE_CHANGE
    elif track.is_parked or gap_s > max_gap_s:
        expected, reach, change = track.box, STILL, SIZE_CHANGE
    else:
        expected = track.motion.expected(track.last.taken_s + gap_s)
        speed = KNOWN_SPEED if track.motion.is_known else UNKNOWN_SPEED
        reach = STILL + speed * gap_s
        change = SIZE_CHANGE + SIZE_CHANGE_PER_S * gap_s
    off = apart(expected, look.box)
    if off > reach:
        return None
    fits = abs(growth(expected, look.box)) <= change
    return off / reach if fits or _is_in_place(track, off, gap_s) else None


def _is_in_place(track: Track, off: float, gap_s: float) -> bool:
    """Whether no other plate can be there so soon, however large this one was found."""
    return not track.is_parked and gap_s <= HEADWAY_S and off <= STILL
