"""What the documents point to is there, and the settings they show are settings."""

import re
from pathlib import Path

import pytest
import yaml

from edge_anpr.config import load_config
from tests.programs import ROOT

FOLDERS = (".", "deploy", "deploy/broker", "docs", "models")
DOCUMENTS = sorted(file for each in FOLDERS for file in (ROOT / each).glob("*.md"))
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")  # no address elsewhere
BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
FOREIGN = {"triggers"}  # in what is for Home Assistant


def _settings(document: Path) -> list[str]:
    """The examples that belong into config.yaml; a watch list is no mapping."""
    examples = [(text, yaml.safe_load(text)) for text in BLOCK.findall(_text(document))]
    return [
        text
        for text, held in examples
        if isinstance(held, dict) and not FOREIGN & held.keys()
    ]


def _text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


EXAMPLES = [(file, text) for file in DOCUMENTS for text in _settings(file)]


def _links(document: Path) -> list[str]:
    return LINK.findall(_text(document))


def test_there_are_links_to_follow() -> None:
    assert "deploy/README.md" in _links(ROOT / "README.md")


@pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT))
)
def test_every_link_leads_somewhere(document: Path) -> None:
    gone = [link for link in _links(document) if not (document.parent / link).exists()]
    assert gone == []


def test_documents_show_settings() -> None:
    assert {"watchlists.md", "review.md"} <= {file.name for file, _ in EXAMPLES}


@pytest.mark.parametrize(
    "example", [text for _, text in EXAMPLES], ids=[file.name for file, _ in EXAMPLES]
)
def test_settings_in_documents_can_be_copied(example: str, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(example, encoding="utf-8")
    load_config(file)
