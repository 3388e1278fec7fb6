"""What a technician wants to know first: does it see, read, deliver, and what to do."""

from dataclasses import dataclass
from enum import IntEnum

from edge_anpr.web.device import State
from edge_anpr.web.words import ago, duration, plural

STALE_FRAME_S = 10.0  # a camera that gives none for longer does not see
ENOUGH, HALF = 10, 0.5  # of so many vehicles so many should be read
LONG_OWED_S = 3600.0  # by then someone should look after the network


class Level(IntEnum):
    """How well something is; the page has a colour, a sign and a word for each."""

    OFF = 0  # not set up, and that is all right
    GOOD = 1
    POOR = 2
    BAD = 3

    @property
    def css(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one question."""

    question: str
    level: Level
    answer: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Overall:
    """All answers in one sentence."""

    level: Level
    says: str


def verdicts(state: State) -> list[Verdict]:
    """Seeing, reading, delivering."""
    return [_seeing(state), _reading(state), _delivering(state)]


def overall(state: State) -> Overall:
    """The worst of all."""
    found = verdicts(state)
    level = max(each.level for each in found)
    if state.problems:
        grave = any(problem.is_grave for problem in state.problems)
        level = max(level, Level.BAD if grave else Level.POOR)
    if level is Level.BAD:
        bad = [each.question.lower() for each in found if each.level is Level.BAD]
        return Overall(level, f"Not {' or '.join(bad)}" if bad else "It needs help now")
    if level is Level.POOR:
        count = len(state.problems)
        says = f"Working, with {plural(count, 'thing')} to do" if count else "Working"
        return Overall(level, says)
    return Overall(Level.GOOD, "All is well")


def _seeing(state: State) -> Verdict:
    camera, rate = state.camera, state.health.frames_per_s
    if camera.trouble:
        return Verdict("Seeing", Level.BAD, "No picture", camera.trouble)
    if camera.frame_age_s is None:
        return Verdict("Seeing", Level.POOR, "Waiting", "for the first frame")
    last = f"last frame {ago(camera.frame_age_s)}"
    if camera.frame_age_s > STALE_FRAME_S:
        return Verdict("Seeing", Level.BAD, "Stands still", last)
    level = _level_of(state, "view", "camera")
    answer = {Level.GOOD: "Yes"}.get(level, "Poorly")
    return Verdict("Seeing", level, answer, f"{rate or 0:.0f} frames/s, {last}")


def _reading(state: State) -> Verdict:
    level = _level_of(state, "reading")
    if level is not Level.GOOD:
        return Verdict("Reading", level, "No", "the models fail on a drawn plate")
    counts = state.hour.counts if state.hour else {}
    passed, read = counts.get("passages", 0), counts.get("reported", 0)
    if not passed:
        return Verdict("Reading", level, "Yes", "no vehicle in the last hour")
    detail = f"{read:,} of {plural(passed, 'vehicle')} in the last hour"
    if passed >= ENOUGH and read < HALF * passed:
        return Verdict("Reading", Level.POOR, "Too few", f"{detail}: see Why")
    return Verdict("Reading", level, "Yes", detail)


def _delivering(state: State) -> Verdict:
    broker, storage = state.broker, state.storage
    if broker is None:
        return Verdict("Delivering", Level.OFF, "Not set up", "sightings are stored")
    if storage is None:
        return Verdict("Delivering", Level.BAD, "Not known", "storage cannot be asked")
    owed = state.health.owed or 0
    age_s = state.health.oldest_owed_s or 0.0
    waiting = f"{owed:,} waiting, the oldest {duration(age_s)}"
    if broker.trouble:
        level = Level.BAD if owed and age_s > LONG_OWED_S else Level.POOR
        return Verdict(
            "Delivering", level, "Not now", waiting if owed else "none waits"
        )
    if state.health.refused:
        refused = f"{plural(state.health.refused, 'message')} refused"
        return Verdict("Delivering", Level.POOR, "Mostly", refused)
    if owed:
        return Verdict("Delivering", Level.GOOD, "Yes", waiting)
    return Verdict("Delivering", Level.GOOD, "Yes", "nothing is waiting")


def _level_of(state: State, *parts: str) -> Level:
    """By what is said of these parts of the device."""
    graves = [each.is_grave for each in state.problems if each.part in parts]
    if not graves:
        return Level.GOOD
    return Level.BAD if any(graves) else Level.POOR
