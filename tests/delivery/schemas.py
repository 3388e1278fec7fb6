"""Hold messages against the schemas that ship."""

import json
from importlib.resources import files

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

SCHEMAS = files("edge_anpr.delivery") / "schemas"
NAMES = ("sighting", "alert", "health")


def schema(name: str) -> dict[str, object]:
    loaded: dict[str, object] = json.loads(
        (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")
    )
    return loaded


def validate(name: str, payload: bytes) -> None:
    """Raise jsonschema.ValidationError."""
    registry = Registry().with_resources(
        (f"{each}.schema.json", Resource.from_contents(schema(each))) for each in NAMES
    )
    Draft202012Validator(schema(name), registry=registry).validate(json.loads(payload))
