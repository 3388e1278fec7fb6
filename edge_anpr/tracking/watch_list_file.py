"""Read a watch list from a file, or say which line of it is wrong."""

import csv
import difflib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import yaml

from edge_anpr.errors import WatchListBroken, WatchListUnreadable
from edge_anpr.records import ListKind
from edge_anpr.tracking.plate_text import plain

MOST_BYTES = 10_000_000
MOST_YAML_BYTES = 300_000  # read within seconds on the slowest board, whatever it holds
MOST_DEPTH = 3  # a list of mappings, and one level to say what is wrong with it
YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast
COLUMNS = ("plate", "name", "kind")

Row: TypeAlias = tuple[int, dict[str, str]]  # the line, from 1, and what it says

_ENTRY = re.compile(r"[A-Z0-9*?]{1,20}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a watch list."""

    plate: str  # A-Z and 0-9, with the wildcards * and ?
    name: str
    kind: ListKind

    @property
    def has_wildcards(self) -> bool:
        return "*" in self.plate or "?" in self.plate


def read_watch_list(path: Path, kind: ListKind) -> tuple[Entry, ...]:
    """The entries of a .csv, .yaml or .yml file; raise WatchListBroken.

    kind: of the lines that do not give one.
    """
    is_table = path.suffix.lower() == ".csv"
    text = _text(path, MOST_BYTES if is_table else MOST_YAML_BYTES)
    read_rows = _csv_rows if is_table else _yaml_rows
    entries: dict[str, tuple[int, Entry]] = {}
    for line, row in read_rows(path, text):
        entry = _entry(path, line, row, kind)
        before, known = entries.setdefault(entry.plate, (line, entry))
        if known.kind is not entry.kind:
            raise WatchListBroken(
                f"{path}, line {line}: this plate is {entry.kind} here but "
                f"{known.kind} on line {before}; keep one of them."
            )
    return tuple(entry for _, entry in entries.values())


def _text(path: Path, most_bytes: int) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except OSError as error:
        raise WatchListUnreadable(
            f"{path}: cannot be read ({error.strerror})."
        ) from error
    if len(content) > most_bytes:
        fix = "divide it" if most_bytes == MOST_BYTES else "make it a table (.csv)"
        raise WatchListBroken(f"{path}: is larger than {most_bytes} bytes; {fix}.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise WatchListBroken(
            f"{path}, line {line}: is not UTF-8; save the file as UTF-8."
        ) from error


def _csv_rows(path: Path, text: str) -> Iterator[Row]:
    """Of a table whose first line names the columns; # begins a comment."""
    lines = (line.strip() for line in io.StringIO(text))
    heading = next((each for each in lines if each and not each.startswith("#")), "")
    delimiter = max(",;\t", key=heading.count)
    table = csv.reader(_without_comments(text), delimiter=delimiter, strict=True)
    columns: list[str] = []
    try:
        for cells in table:
            row = _without_empty_end([cell.strip() for cell in cells])
            if not row or row[0].startswith("#"):
                continue
            if not columns:
                columns = [cell.lower() for cell in row]
                _check_columns(path, table.line_num, columns)
                continue
            if len(row) > len(columns):
                raise WatchListBroken(
                    f"{path}, line {table.line_num}: has {len(row)} cells, but there "
                    f"are {len(columns)} columns; put text with commas in quotes."
                )
            yield table.line_num, dict(zip(columns, row, strict=False))
    except csv.Error as error:
        raise WatchListBroken(
            f"{path}, line {table.line_num}: is not CSV: {error}."
        ) from error


def _without_comments(text: str) -> Iterator[str]:
    """With an empty line for each: a quote in one would go on to the next quote."""
    is_quoted = False  # a cell of several lines
    for line in io.StringIO(text, newline=""):
        if line.lstrip().startswith("#") and not is_quoted:
            yield "\n"
            continue
        is_quoted ^= line.count('"') % 2 == 1
        yield line


def _without_empty_end(row: list[str]) -> list[str]:
    """A spreadsheet saves columns that were emptied, too."""
    while row and not row[-1]:
        row = row[:-1]
    return row


def _yaml_rows(path: Path, text: str) -> Iterator[Row]:
    """Of a list of mappings, or of plates alone."""
    try:
        root = _composed(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else f"{path}"
        raise WatchListBroken(f"{where}: this is not YAML.") from error
    if root is None:
        return
    if not isinstance(root, yaml.SequenceNode):
        raise WatchListBroken(f"{path}, line 1: write a list, each line after a dash.")
    for node in root.value:
        line = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            yield line, {"plate": node.value}
            continue
        pairs = node.value if isinstance(node, yaml.MappingNode) else [(node, node)]
        if not all(
            isinstance(each, yaml.ScalarNode) for pair in pairs for each in pair
        ):
            raise WatchListBroken(
                f"{path}, line {line}: write {' and '.join(COLUMNS)}."
            )
        row = {key.value.lower(): value.value.strip() for key, value in pairs}
        _check_columns(path, line, list(row))
        yield line, row


def _composed(text: str) -> yaml.Node | None:
    depth = 0
    # Beforehand: the fast loader does not survive what is nested very deeply.
    for event in yaml.parse(text, Loader=YAML_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise yaml.YAMLError
    return yaml.compose(text, Loader=YAML_LOADER)


def _check_columns(path: Path, line: int, columns: list[str]) -> None:
    for column in columns:
        if column not in COLUMNS:
            raise WatchListBroken(
                f"{path}, line {line}: a column is {_instead(column, COLUMNS)}."
            )
    if "plate" not in columns or len(set(columns)) < len(columns):
        raise WatchListBroken(
            f"{path}, line {line}: name plate, and each of {', '.join(COLUMNS)} once."
        )


def _entry(path: Path, line: int, row: dict[str, str], kind: ListKind) -> Entry:
    plate = plain(row.get("plate", ""))  # the last cells of a line may be missing
    if not _ENTRY.fullmatch(plate):
        raise WatchListBroken(
            f"{path}, line {line}: the plate is not 1 to 20 letters and digits, with * "
            "and ? for any."
        )
    try:
        own_kind = ListKind(row.get("kind", "").lower() or kind)
    except ValueError as error:
        raise WatchListBroken(
            f"{path}, line {line}: kind is {_instead(row['kind'], tuple(ListKind))}."
        ) from error
    return Entry(plate, row.get("name", ""), own_kind)


def _instead(word: str, known: Sequence[str]) -> str:
    # A word that is like none of the known may be a plate, which no log should hold.
    is_slip = difflib.get_close_matches(word.lower(), known, 1)
    given = repr(word) if is_slip else "something else"
    return f"{given}; write {', '.join(known[:-1])} or {known[-1]}"
