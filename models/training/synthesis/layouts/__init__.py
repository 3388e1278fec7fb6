"""The layouts of the world, as data."""

from pathlib import Path
from typing import Any

import yaml

from models.training.synthesis.layout import Layout

_FILES = ("europe.yaml", "americas.yaml", "elsewhere.yaml")


def _layout(entry: dict[str, Any]) -> Layout:  # Any: YAML's values are of any kind
    lists = {
        key: tuple(value) for key, value in entry.items() if isinstance(value, list)
    }
    return Layout(**(entry | lists))


LAYOUTS = tuple(
    _layout(entry)
    for name in _FILES
    for entry in yaml.safe_load(
        (Path(__file__).parent / name).read_text(encoding="utf-8")
    )["layouts"]
)
