"""Settings of the national formats."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from edge_anpr.config.section import Section


def _not_a_truth_value(country: object) -> object:
    if country is False:  # what YAML makes of NO
        raise ValueError('Norway must be written "NO", in quotes')
    return country


Country = Annotated[
    str, Field(pattern="^[A-Z]{2}$"), BeforeValidator(_not_a_truth_value)
]


class FormatsConfig(Section):
    """Which countries' plates to expect."""

    countries: tuple[Country, ...] = ()
    """ISO 3166 codes, the likeliest first, such as [GB, IE]. Their formats tell O
    from 0, I from 1 and B from 8 by position. None: plates are left as read."""

    max_swaps: int = Field(default=2, ge=0, le=4)
    """Characters that may be exchanged for a look-alike to make a plate fit."""

    require: bool = False
    """Report only plates that fit a format of these countries."""
