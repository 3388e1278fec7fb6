"""What is wrong with a file that is no YAML, for whoever has never heard of YAML."""

import re

import yaml

KEY = "a key ends with a colon and a space, as in `kind: usb`"
COLUMN = "it begins in another column than the lines it belongs with"
QUOTES = "a text that begins with {} needs quotes"
OPENED = "a {} that is opened here is not closed, or a comma is missing"
BEGUN = {  # as PyYAML names what it was in the middle of
    "while scanning a quoted scalar": "a quote that is opened here is not closed",
    "while parsing a flow sequence": OPENED.format("["),
    "while parsing a flow mapping": OPENED.format("{"),
    "while scanning a simple key": KEY,
}
PROBLEMS = {  # part of PyYAML's own words
    r"'\t'": "a tab cannot stand here; put spaces in its place",
    "undefined alias": QUOTES.format("*"),
    "<block end>": COLUMN,
    "another document": "after --- another file begins; leave it out",
}
FIRST_CHARACTER = re.compile(r"(?:found character|the tag) '([^\\])")
IN_ORDER = re.compile(r":( |$)|^ *-|[\]}]$")  # a line that may stand above a key


ODD_SPACE = re.compile(r"^ *\u00a0|:\u00a0", re.MULTILINE)


def odd_space(text: str) -> int | None:
    """The line, from 1, where a key is set off by what only looks like a space.

    It comes from web pages and telephones, and YAML takes it for a letter.
    """
    found = ODD_SPACE.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else None


def fault_of(text: str, error: yaml.YAMLError) -> tuple[int, str]:
    """The line, from 1, and what is wrong there."""
    if isinstance(error, yaml.reader.ReaderError):
        return text.count("\n", 0, error.position) + 1, error.reason
    if not isinstance(error, yaml.MarkedYAMLError) or not error.problem_mark:
        return 1, " ".join(str(error).split())
    line, problem = error.problem_mark.line + 1, error.problem or ""
    if error.context_mark and error.context in BEGUN:
        return error.context_mark.line + 1, BEGUN[error.context]
    if "mapping values" in problem or "<document start>" in problem:
        return _misplaced_key(text.splitlines(), line)
    if first := FIRST_CHARACTER.search(problem):
        return line, QUOTES.format(first[1])
    known = (says for words, says in PROBLEMS.items() if words in problem)
    return line, next(known, problem)


def _misplaced_key(lines: list[str], line: int) -> tuple[int, str]:
    """Something is wrong with it, or with the line above."""
    if lines[line - 1].count(": ") > 1:
        return line, "a text with a colon in it needs quotes"
    above = ((n, lines[n - 1].split("#")[0].rstrip()) for n in range(line - 1, 0, -1))
    number, content = next((each for each in above if each[1]), (line, ""))
    return (line, COLUMN) if IN_ORDER.search(content) else (number, KEY)
