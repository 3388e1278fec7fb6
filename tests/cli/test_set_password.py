"""edge-anpr set-password, as an installer runs it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from edge_anpr.cli import main
from edge_anpr.web.passwords import is_right


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text(f"storage: {{folder: {tmp_path}}}")
    return file


def test_a_line_of_standard_input_becomes_the_password(
    config: Path, tmp_path: Path
) -> None:
    told = CliRunner().invoke(
        main, ["set-password", "-c", str(config)], input="three old ladders\n"
    )
    assert (told.exit_code, "operator may log in" in told.output) == (0, True)
    assert "ladders" not in told.output
    assert is_right(tmp_path / "page-passwords", "operator", "three old ladders")


def test_a_short_one_is_refused_in_a_sentence(config: Path) -> None:
    told = CliRunner().invoke(
        main, ["set-password", "-c", str(config), "--name", "anna"], input="short\n"
    )
    assert (told.exit_code, told.stdout) == (2, "")
    assert "10 to 200 characters" in told.stderr


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("anna", b"\xff\xfe" * 9, "UTF-8"),
        (" anna", b"three old ladders", "cannot be a name"),
    ],
)
def test_what_could_never_log_in_is_refused_in_a_sentence(
    name: str, typed: bytes, says: str, config: Path, tmp_path: Path
) -> None:
    told = CliRunner().invoke(
        main, ["set-password", "-c", str(config), "--name", name], input=typed + b"\n"
    )
    assert (told.exit_code, told.stdout) == (2, "")
    assert says in told.stderr
    assert not (tmp_path / "page-passwords").exists()
