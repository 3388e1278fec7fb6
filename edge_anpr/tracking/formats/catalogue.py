"""Read the formats of the configured countries from the files beside this one."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from edge_anpr.config.formats import FormatsConfig
from edge_anpr.errors import ConfigError
from edge_anpr.tracking.formats.pattern import Format, shapes

FOLDER = Path(__file__).parent
LONGEST_PLATE = 10  # characters that the reader gives at most


@dataclass(frozen=True, slots=True)
class Examples:
    """Plates that a format must fit, and some that it must not."""

    fits: tuple[str, ...]
    fails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class National:
    """One country's file."""

    country: str
    formats: tuple[Format, ...]
    examples: tuple[Examples, ...]  # one for each format
    settles: dict[str, str]  # texts as read, and the plates they should become


def countries() -> list[str]:
    """The countries whose formats are known, as ISO 3166 codes."""
    return sorted(path.stem.upper() for path in FOLDER.glob("*.yaml"))


def national(country: str) -> National:
    """The formats of one country; raise ConfigError when they are not known."""
    known = countries()
    if country not in known:
        raise ConfigError(
            f"formats.countries: there are no formats of {country}; correct it, or "
            "leave it out: its plates stay as they are read. Known are "
            f"{', '.join(known)}."
        )
    path = FOLDER / f"{country.lower()}.yaml"
    facts = yaml.safe_load(path.read_text(encoding="utf-8"))
    kinds = facts["formats"]
    return National(
        country,
        tuple(
            Format(
                country,
                kind["name"],
                shapes(
                    kind["pattern"],
                    kind.get("letters", facts["letters"]),
                    kind.get("longest", LONGEST_PLATE),
                ),
            )
            for kind in kinds
        ),
        tuple(Examples(tuple(kind["fits"]), tuple(kind["fails"])) for kind in kinds),
        facts["settles"],
    )


def load_formats(config: FormatsConfig) -> tuple[Format, ...]:
    """The formats to expect, likeliest first; raise ConfigError."""
    return tuple(
        kind for country in config.countries for kind in national(country).formats
    )
