"""A sighting as the page shows it: in full after a login, masked before."""

from dataclasses import dataclass

from edge_anpr.records import ListKind, Outcome, Sighting, Stage, WatchMatch
from edge_anpr.storage.browsing import Entry
from edge_anpr.web.asked import place_text
from edge_anpr.web.verdicts import Level
from edge_anpr.web.words import masked, percent

SURE, UNSURE = 0.9, 0.6  # confidence of a character
STAGES = {
    Stage.PROVISIONAL: ("in view", Level.OFF),
    Stage.FINAL: ("read", Level.OFF),
    Stage.REVIEWED: ("reviewed", Level.OFF),
    Stage.CORRECTED: ("corrected", Level.GOOD),
}
OUTCOMES = {
    Outcome.CONFIRMED: "it read the same",
    Outcome.CHANGED: "it changed the plate",
    Outcome.DISAGREED: "it read another, less likely plate",
    Outcome.NOTHING_READ: "it read nothing",
}
LISTS = {
    ListKind.ALLOW: Level.GOOD,
    ListKind.WATCH: Level.POOR,
    ListKind.DENY: Level.BAD,
}


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a plate."""

    text: str
    confidence: str
    level: Level


@dataclass(frozen=True, slots=True)
class Tag:
    """A word with its colour."""

    text: str
    level: Level


def characters(sighting: Sighting) -> list[Character]:
    return [
        Character(text, percent(confidence), _level(confidence))
        for text, confidence in zip(
            sighting.plate, sighting.char_confidences, strict=False
        )
    ]


def tags(entry: Entry, *, has_broker: bool) -> list[Tag]:
    """Stage, that the plate is a guess, and delivery."""
    sighting = entry.sighting
    unsure = [Tag("unsure", Level.POOR)] if sighting.is_unsure else []
    sent = delivery(entry, has_broker=has_broker)
    return [Tag(*STAGES[sighting.stage]), *unsure, sent]


def delivery(entry: Entry, *, has_broker: bool) -> Tag:
    if entry.waiting:
        return Tag("waiting to be sent", Level.POOR)
    if entry.refused:
        return Tag("refused", Level.BAD)
    return Tag("sent", Level.GOOD) if has_broker else Tag("stored", Level.OFF)


def match_tag(match: WatchMatch) -> Tag:
    """Without the entry, which is a plate."""
    return Tag(f"{match.kind}: {match.name or match.list_name}", LISTS[match.kind])


def entry_fields(
    entry: Entry, fields: dict[str, object], sent: Tag, *, in_full: bool
) -> dict[str, object]:
    """As openapi.json has it. fields: as they go over MQTT; sent: its delivery."""
    sighting = entry.sighting
    shown = {
        **fields,
        "has_crop": entry.has_crop,
        "delivery": sent.text,
        "place": place_text(entry.place),
    }
    for transport_only in ("buffered", "crop"):
        shown.pop(transport_only, None)
    if in_full:
        return shown
    kept = ("id", "revision", "stage", "first_seen", "last_seen", "clock")
    return {
        **{name: shown[name] for name in (*kept, "has_crop", "delivery", "place")},
        "plate": masked(sighting.plate),
        "confidence": round(sighting.confidence, 4),
    }


def _level(confidence: float) -> Level:
    if confidence >= SURE:
        return Level.GOOD
    return Level.POOR if confidence >= UNSURE else Level.BAD
