"""Where models and their cards are written."""

from pathlib import Path
from typing import Any

import yaml

MODELS = Path(__file__).parent.parent


def write_card(file: Path, card: dict[str, Any]) -> None:
    text = yaml.safe_dump(card, sort_keys=False, width=88, allow_unicode=True)
    file.write_text(text, encoding="utf-8")
