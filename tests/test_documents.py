"""What the documents point to is there."""

import re
from pathlib import Path

import pytest

from tests.programs import ROOT

FOLDERS = (".", "deploy", "deploy/broker", "docs", "models")
DOCUMENTS = sorted(file for each in FOLDERS for file in (ROOT / each).glob("*.md"))
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")  # no address elsewhere


def _links(document: Path) -> list[str]:
    return LINK.findall(document.read_text())


def test_there_are_links_to_follow() -> None:
    assert "deploy/README.md" in _links(ROOT / "README.md")


@pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT))
)
def test_every_link_leads_somewhere(document: Path) -> None:
    gone = [link for link in _links(document) if not (document.parent / link).exists()]
    assert gone == []
