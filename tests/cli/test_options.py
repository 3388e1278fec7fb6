"""What several commands take, and what none does."""

import math

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.cli import main
from edge_anpr.cli.options import Number


def _is_taken(value: float, number: Number) -> bool:
    try:
        number.convert(repr(value), None, None)
    except click.BadParameter:
        return False
    return True


@given(st.floats())
def test_a_number_is_finite_and_in_its_range(value: float) -> None:
    assert _is_taken(value, Number(0, 1)) is (0 <= value <= 1)
    assert _is_taken(value, Number(0)) is (value >= 0 and math.isfinite(value))


@pytest.mark.parametrize(
    "arguments",
    [
        ["replay", "--interval=nan", "pictures"],
        ["read", "--min-confidence=nan", "car.jpg"],
        ["bench", "--seconds=nan"],
        ["bench", "--seconds=inf"],
    ],
    ids=" ".join,
)
def test_every_command_takes_finite_numbers(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is not a number that can be used" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["replay", ""],
        ["read", "--annotate=", "car.jpg"],
        ["run", "--config="],
        ["sample", ""],
    ],
    ids=" ".join,
)
def test_an_empty_path_is_not_the_current_folder(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'' is no path; is the variable of your shell set?" in result.stderr
