"""What every section of the settings has in common."""

import re

from pydantic import AfterValidator, BaseModel, ConfigDict


def like(pattern: str, says: str) -> AfterValidator:
    """For text; says: what it takes, for whoever cannot read the pattern."""

    def fits(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(says)
        return text

    return AfterValidator(fits)


class Section(BaseModel):
    """A part of config.yaml: read-only, and strict about types and unknown keys."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )
