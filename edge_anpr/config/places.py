"""Where in the file of the settings a key stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

NUMBERS = {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}
OCTAL = re.compile(r"([-+]?)0+([0-7_]+)")


@dataclass(frozen=True, slots=True)
class Repeated:
    """A key that one mapping holds twice."""

    key: str
    line: int  # from 1, as the other
    first_line: int


def repeated(node: yaml.Node | None) -> Repeated | None:
    """A key that would silently take the place of another; None when there is none."""
    waiting = [node] if node else []
    known: set[int] = set()  # an alias may lead back
    while waiting:
        outer = waiting.pop()
        if id(outer) in known:
            continue
        known.add(id(outer))
        lines: dict[str, int] = {}
        for key, line, inner in inside(outer):
            if isinstance(key, str) and key in lines:
                return Repeated(key, line + 1, lines[key] + 1)
            lines[str(key)] = line
            waiting.append(inner)
    return None


@dataclass(frozen=True, slots=True)
class Disguised:
    """A number that YAML takes for another one than stands there."""

    key: str
    line: int  # from 1
    given: str
    taken_for: str
    meant: str


def disguised(node: yaml.Node | None) -> Disguised | None:
    """The first that counts by eights, as 010 does, or by sixties, as 1:30 does."""
    waiting = [("", 0, node)] if node else []
    known: set[int] = set()  # an alias may lead back
    while waiting:
        key, line, outer = waiting.pop()
        if id(outer) in known:
            continue
        known.add(id(outer))
        if isinstance(outer, yaml.ScalarNode) and outer.tag in NUMBERS:
            taken_for = str(yaml.safe_load(outer.value))
            octal = OCTAL.fullmatch(outer.value)
            if octal or ":" in outer.value:
                meant = octal[1] + octal[2] if octal else taken_for
                return Disguised(key, line + 1, outer.value, taken_for, meant)
        parts = [
            (f"{key}.{part}".lstrip("."), at, value)
            for part, at, value in inside(outer)
        ]
        waiting += reversed(parts)
    return None


def unfolded(node: yaml.Node, known: dict[int, int]) -> int:
    """How many values there are once every alias is written out.

    known: of the nodes that have been counted.
    """
    if id(node) not in known:
        known[id(node)] = 0  # an alias may lead back
        parts = (unfolded(inner, known) for _, _, inner in inside(node))
        known[id(node)] = 1 + sum(parts)
    return known[id(node)]


def line_of(node: yaml.Node | None, loc: tuple[int | str, ...]) -> int:
    """The line, from 1, of the deepest key of loc that the file holds."""
    line = node.start_mark.line if node else 0
    for part in loc:
        parts = {key: (at, value) for key, at, value in inside(node)}
        if part not in parts:
            break
        line, node = parts[part]
    return line + 1


def written(node: yaml.Node | None, loc: tuple[int | str, ...]) -> str:
    """The value there as it was typed; empty where there is none."""
    for part in loc:
        values = {key: value for key, _, value in inside(node)}
        node = values.get(part)
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def inside(node: yaml.Node | None) -> Iterator[tuple[int | str, int, yaml.Node]]:
    """What a mapping or a list holds: its key or place, its line and itself."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key.value, key.start_mark.line, value
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield place, value.start_mark.line, value
