"""The settings: one strict section per part, mirrored by config.yaml."""

import difflib
import json
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from edge_anpr.errors import ConfigError


class Section(BaseModel):
    """A part of config.yaml: read-only, and strict about types and unknown keys."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


class DetectorSize(StrEnum):
    """Which of the detectors looks at a picture."""

    AUTO = "auto"
    SMALL = "small"
    NORMAL = "normal"
    LARGE = "large"


class RecognitionConfig(Section):
    """How plates are found and read in a picture."""

    models: Path | None = None
    """Folder of the models and their cards; null: those that came with edge-anpr."""

    detector_size: DetectorSize = DetectorSize.AUTO
    """small is quickest, large finds the smallest plates; auto takes large for
    pictures with more than 1000 pixels on the longer side, otherwise normal."""

    threads: int = Field(default=1, ge=1, le=64)
    """Processor threads a model may use."""

    min_detection_confidence: float | None = Field(default=None, ge=0, le=1)
    """Weaker detections are not looked at (0..1); null: as the model's card says."""

    min_confidence: float = Field(default=0.0, ge=0, le=1)
    """Reads below this confidence are left out (0..1)."""


class Config(Section):
    """Everything that can be set."""

    recognition: RecognitionConfig = RecognitionConfig()
    """How plates are found and read in a picture."""


def load_config(path: Path) -> Config:
    """Raise ConfigError with file, line and remedy when it is not as it should be."""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        settings = yaml.safe_load(text)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}).") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = " ".join(str(error).split())
        raise ConfigError(f"{path}: this is not YAML: {where}.") from error
    try:
        # By way of JSON, because lists and strings may then become tuples and paths.
        return Config.model_validate_json(json.dumps(settings or {}, default=str))
    except ValidationError as error:
        raise ConfigError(_explain(path, error.errors()[0], node)) from error


def _explain(path: Path, fault: ErrorDetails, node: yaml.Node | None) -> str:
    key = ".".join(str(part) for part in fault["loc"]) or "the file"
    where = f"{path}, line {_line(node, fault['loc'])}"
    if fault["type"] == "extra_forbidden":
        valid = _valid_keys(fault["loc"])
        nearest = difflib.get_close_matches(str(fault["loc"][-1]), valid, 1, 0.0)
        return f"{where}: there is no setting {key}; did you mean {nearest[0]}?"
    message = fault["msg"][0].lower() + fault["msg"][1:]
    return f"{where}: {key} is {fault['input']!r}, but {message}."


def _line(node: yaml.Node | None, loc: tuple[int | str, ...]) -> int:
    """The line, from 1, of the deepest key of loc that the file holds."""
    line = node.start_mark.line if node else 0
    for part in loc:
        if not isinstance(node, yaml.MappingNode):
            break
        for key, value in node.value:
            if key.value == str(part):
                line, node = key.start_mark.line, value
                break
    return line + 1


def _valid_keys(loc: tuple[int | str, ...]) -> list[str]:
    section: type[BaseModel] = Config
    for part in loc[:-1]:
        inner = section.model_fields[str(part)].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            section = inner
    return list(section.model_fields)
