"""Settings that contradict one another are refused."""

import pytest
from pydantic import ValidationError

from edge_anpr.config.formats import FormatsConfig
from edge_anpr.config.tracking import TrackingConfig


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"max_gap_s": 6.0}, "rejoin_s must be at least max_gap_s"),
        ({"parked_forget_s": 1.0}, "parked_forget_s must be at least rejoin_s"),
        ({"min_reads": 30}, "min_reads must be at most keep_looks"),
        ({"keep_looks": 1}, "greater than or equal to 2"),
    ],
)
def test_settings_that_cannot_be_are_refused(
    settings: dict[str, object], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        TrackingConfig.model_validate(settings)


@pytest.mark.parametrize("country", ["gb", "GBR", "England"])
def test_a_country_is_a_code(country: str) -> None:
    with pytest.raises(ValidationError, match="two capital letters"):
        FormatsConfig(countries=(country,))


def test_what_yaml_makes_of_norway_is_explained() -> None:
    with pytest.raises(ValidationError, match='Norway must be written "NO"'):
        FormatsConfig.model_validate_json('{"countries": [false]}')
