"""Sightings as a table for spreadsheets."""

import csv
import io
from collections.abc import Sequence

from edge_anpr.storage.browsing import Entry
from edge_anpr.web.seen import delivery
from edge_anpr.web.words import machine_time

COLUMNS = (
    "id", "revision", "stage", "plate", "confidence", "first_seen", "last_seen",
    "clock", "country", "format", "reads", "direction", "list", "kind", "name",
    "delivery",
)  # fmt: skip


def as_csv(entries: Sequence[Entry], *, has_broker: bool) -> str:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for entry in entries:
        sighting, match = entry.sighting, entry.sighting.match
        table.writerow(
            _harmless(str(value))
            for value in (
                sighting.id,
                sighting.revision,
                sighting.stage,
                sighting.plate,
                f"{sighting.confidence:.4f}",
                machine_time(sighting.first_seen),
                machine_time(sighting.last_seen),
                sighting.clock,
                sighting.country or "",
                sighting.format or "",
                sighting.reads,
                sighting.direction,
                match.list_name if match else "",
                match.kind if match else "",
                match.name if match else "",
                delivery(entry, has_broker=has_broker).text,
            )
        )
    return text.getvalue()


def _harmless(value: str) -> str:
    """A list's name must not become a formula in a spreadsheet."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
