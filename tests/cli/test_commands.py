"""All commands are there, and none is loaded for another."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from edge_anpr import cli
from edge_anpr.cli import COMMANDS, main
from tests.programs import run_python


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert f"main {name}" in result.output


def test_every_file_with_a_command_is_listed() -> None:
    files = Path(cli.__file__).parent.glob("*.py")
    with_command = {
        file.stem.replace("_", "-")
        for file in files
        if "@click.command" in file.read_text(encoding="utf-8")
    }
    assert with_command == set(COMMANDS)


def test_an_unknown_command_is_refused() -> None:
    result = CliRunner().invoke(main, ["fly"])
    assert result.exit_code == 2
    assert "fly" in result.output


def test_reading_a_picture_loads_nothing_of_the_service() -> None:
    program = (
        "import sys, edge_anpr.cli.read; "
        "print(*[m for m in ('flask', 'paho', 'waitress') if m in sys.modules])"
    )
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    assert result.stdout.strip() == ""


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_output_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unbuffered: str
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    picture = str(tmp_path / "a.jpg")
    settings = tmp_path / "config.yaml"
    settings.write_text(f"storage: {{folder: {tmp_path}}}")
    with_input = 'echo "three old ladders" | "$@" >/dev/full'
    to_full = ("/bin/sh", "-c", with_input, "sh")
    for arguments in (
        ["privacy-report"],
        ["sample", picture],
        ["read", picture],
        ["set-password", "-c", str(settings)],
    ):
        done = run_python("-m", "edge_anpr", *arguments, through=to_full)
        assert done.returncode == 2
        assert done.stderr == (
            "The output cannot be written (no space left on device); "
            "send it where there is room.\n"
        )
