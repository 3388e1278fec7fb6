"""The READMEs say what `metrics.json` says."""

import json
from pathlib import Path

from models.training.tables import as_markdown, headline

ROOT = Path(__file__).parent.parent.parent


def test_the_tables_of_both_readmes_are_those_of_the_metrics() -> None:
    metrics = json.loads((ROOT / "models" / "metrics.json").read_text())
    assert headline(metrics) in (ROOT / "README.md").read_text()
    assert as_markdown(metrics) in (ROOT / "models" / "README.md").read_text()
