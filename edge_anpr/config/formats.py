"""Settings of the national formats."""

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from edge_anpr.config.section import Section, like


def _not_mistaken(country: object) -> object:
    if country is False:  # what YAML makes of NO
        raise ValueError('Norway must be written "NO", in quotes')
    if country == "UK":
        raise ValueError("ISO 3166 calls the United Kingdom GB")
    return country


Country = Annotated[
    str,
    like("[A-Z]{2}", "a country is two capital letters of ISO 3166, such as GB"),
    BeforeValidator(_not_mistaken),
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

    @model_validator(mode="after")
    def _something_can_fit(self) -> Self:
        if self.require and not self.countries:
            raise ValueError(
                "require leaves out every plate without countries; name them, such as "
                "[GB, IE]"
            )
        return self
