"""What a key that is no setting may have been meant for."""

import difflib
from collections.abc import Iterator, Sequence
from typing import get_args

from pydantic import BaseModel

CLOSE = 0.6  # of 1: a slip of the finger, as difflib counts

Section = type[BaseModel]


def advice(config: Section, loc: Sequence[int | str]) -> str:
    """What to do about the key at the end of loc; it continues a sentence."""
    sections = {"": config, **dict(_within(config))}
    place = ".".join(part for part in loc[:-1] if isinstance(part, str))
    here = list(sections.get(place, config).model_fields)
    key = str(loc[-1])
    owner, _, name = key.rpartition(".")
    if owner and owner in sections and name in sections[owner].model_fields:
        return f"write {name}: below {owner}:, indented."
    owners = [each for each, held in sections.items() if key in held.model_fields]
    if owners == [""]:
        return "it begins in the first column."
    others = list(filter(None, owners))
    if others and not place:
        return f"it belongs below {_either(others)}, indented."
    if others:
        known = f"{place} has {', '.join(here)}"
        return f"it belongs below {_either(others)}, and {known}."
    close = difflib.get_close_matches(key, here, 1, CLOSE)
    if close:
        return f"did you mean {close[0]}?"
    return f"there {'are' if len(here) > 1 else 'is'} {', '.join(here)}."


def _within(section: Section, place: str = "") -> Iterator[tuple[str, Section]]:
    """Every section below one, with its place as camera.usb."""
    for key, field in section.model_fields.items():
        for inner in _sections(field.annotation):
            yield place + key, inner
            yield from _within(inner, f"{place}{key}.")


def _sections(annotation: object) -> Iterator[Section]:
    """The section a field is of, or a list of which it is."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _sections(inner)


def _either(names: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
