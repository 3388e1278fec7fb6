"""Say what open pages cost: a table for people, an object for programs."""

import json

from edge_anpr import __version__
from edge_anpr.bench.machine import Machine
from edge_anpr.bench.page_cost import BROWSERS, STRETCH_S, PageCost


def page_as_json(cost: PageCost, machine: Machine) -> str:
    """One line of JSON; memory in MB (10^6 bytes)."""
    return json.dumps(
        {
            "version": __version__,
            "machine": machine.name,
            "turns": len(cost.turns),
            "stretch_s": STRETCH_S,
            "browsers": [
                {
                    "open": count,
                    "detections_per_second": round(cost.per_second(count), 1),
                    "speed_ratio": round(cost.speed(count), 3),
                    "cpu_ratio": round(cost.cpu(count), 3),
                    "memory_mb": round(cost.memory_mb(count), 1),
                }
                for count in BROWSERS
            ],
        }
    )


def page_as_lines(cost: PageCost, machine: Machine) -> list[str]:
    turns = f"{len(cost.turns)} turns of {STRETCH_S:.0f} s each"
    return [
        f"edge-anpr {__version__}, {machine.name}",
        "The service looks at as many frames as it can, beside open status pages.",
        "",
        f"{turns:<24}{'detections/s':>13}{'speed':>8}{'CPU':>8}{'memory MB':>11}",
        *(
            f"{_named(count):<24}{cost.per_second(count):13.1f}{cost.speed(count):8.3f}"
            f"{cost.cpu(count):8.3f}{cost.memory_mb(count):11.1f}"
            for count in BROWSERS
        ),
        "",
        "Speed is detections a second over those of the same turn without a page; CPU,",
        "likewise, is the service's processor time a detection. Medians of all turns.",
    ]


def _named(browsers: int) -> str:
    return {0: "no page", 1: "one page"}.get(browsers, f"{browsers} pages")
