"""What stands below the verdicts on the status page: figures in groups."""

from collections.abc import Iterator
from dataclasses import dataclass

from edge_anpr.records import ClockQuality, ReviewStatus
from edge_anpr.runtime.health import Health
from edge_anpr.web.device import State
from edge_anpr.web.words import ago, duration, plural, size

HOT_CELSIUS = 80.0  # a Raspberry Pi slows down from here on


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure, with how full something is where that can be drawn."""

    name: str
    value: str
    share: float | None = None  # 0..1


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    facts: tuple[Fact, ...]


UNKNOWN = "not known"


def groups(state: State) -> list[Group]:
    review = state.health.review
    return [
        Group("Camera", tuple(_camera(state))),
        Group("Delivery", tuple(_delivery(state))),
        *([Group("Second opinions", tuple(_review(review)))] if review else []),
        Group("Computer", tuple(_computer(state))),
        Group("Software", tuple(_software(state))),
    ]


def _camera(state: State) -> list[Fact]:
    camera, health = state.camera, state.health
    age_s = camera.frame_age_s
    rate = health.frames_per_s
    return [
        Fact("Kind", camera.kind),
        Fact("Last frame", UNKNOWN if age_s is None else ago(age_s)),
        Fact("Frames a second", UNKNOWN if rate is None else f"{rate:.1f}"),
        Fact("Frames seen", f"{camera.frames:,}"),
        Fact("Frames dropped", f"{health.frames_dropped or 0:,}"),
    ]


def _delivery(state: State) -> list[Fact]:
    health, broker = state.health, state.broker
    facts = [
        Fact("Broker", broker.address if broker else "none set up"),
        Fact("Waiting to be sent", _count(health.owed)),
    ]
    if health.oldest_owed_s is not None:
        facts.append(Fact("Oldest waiting", duration(health.oldest_owed_s)))
    facts.append(Fact("Refused", _count(health.refused)))
    if broker and broker.trouble:
        facts.append(Fact("Trouble", broker.trouble))
    return facts


def _review(review: ReviewStatus) -> list[Fact]:
    facts = [
        Fact("State", review.state),
        Fact("Waiting for one", f"{review.owed:,}"),
        _budget("Units this month", review.units_month, review.monthly_units),
        _budget("Units today", review.units_day, review.daily_units),
        Fact("Confirmed", f"{review.confirmed:,}"),
        Fact("Changed", f"{review.changed:,}"),
        Fact("Disagreed", f"{review.disagreed:,}"),
        Fact("Nothing read", f"{review.nothing_read:,}"),
        Fact("Changes corrected since", f"{review.corrected:,}"),
    ]
    if review.says:
        facts.insert(1, Fact("Why", review.says))
    return facts


def _budget(name: str, spent: int, most: int) -> Fact:
    share = min(spent / most, 1.0) if most else None
    return Fact(name, f"{spent:,} of {most:,}", share)


def _computer(state: State) -> list[Fact]:
    health, storage = state.health, state.storage
    facts = [
        *_board(health),
        Fact("Clock", "set" if health.clock is ClockQuality.SYNCED else "not set"),
        Fact("Running for", duration(health.uptime_s)),
    ]
    if storage:
        used, most = storage.files_bytes, storage.max_bytes
        facts += [
            Fact("Storage", f"{size(used)} of {size(most)}", min(used / most, 1)),
            Fact("Free on the disk", size(storage.disk_free_bytes)),
            Fact("Kept", plural(storage.sightings, "sighting")),
        ]
    return facts


def _board(health: Health) -> Iterator[Fact]:
    """What this board tells of itself; only a Raspberry Pi tells all."""
    heat = health.cpu_celsius
    if heat is not None:
        share = min(max(heat / HOT_CELSIUS, 0), 1)
        yield Fact("Temperature", f"{heat:.0f} °C", share)
    if health.throttled is not None:
        yield Fact("Processor speed", "held back" if health.throttled else "full")
    if health.weak_power is not None:
        yield Fact("Power supply", "too weak" if health.weak_power else "good")


def _software(state: State) -> list[Fact]:
    health = state.health
    can_read = {None: "not tried yet", True: "read", False: "not read"}
    return [
        Fact("edge-anpr", health.version),
        *(Fact("Model", model) for model in health.models),
        Fact("Drawn test plate", can_read[health.can_read]),
    ]


def _count(number: int | None) -> str:
    return UNKNOWN if number is None else f"{number:,}"
