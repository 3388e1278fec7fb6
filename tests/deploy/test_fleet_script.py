"""deploy/broker/fleet.sh, while no broker runs."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.programs import ROOT

BROKER = ROOT / "deploy" / "broker"
NOT_RUNNING = "the broker is not running; this holds from its next start."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where passwords and ACL are."""
    if not shutil.which("mosquitto_passwd"):
        pytest.skip("Mosquitto is not installed (apt install mosquitto).")
    shutil.copy(BROKER / "edge-anpr.acl", tmp_path)
    return tmp_path


def _fleet(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    options = ["--dir", str(folder), "--pid-file", str(folder / "pid")]
    return subprocess.run(
        [str(BROKER / "fleet.sh"), *options, *command],
        capture_output=True,
        text=True,
        check=False,
    )


def _dead_pid() -> str:
    process = subprocess.Popen(["/bin/true"])
    process.wait()
    return str(process.pid)


@pytest.mark.parametrize("left", ["nothing", "", "dead", "nonsense"])
@pytest.mark.parametrize("command", [("add", "pole-7"), ("receiver", "watch")])
def test_a_password_is_told_also_while_the_broker_is_down(
    folder: Path, left: str, command: tuple[str, str]
) -> None:
    if left != "nothing":
        (folder / "pid").write_text(_dead_pid() if left == "dead" else left)
    added = _fleet(folder, *command)
    name, password = added.stdout.splitlines()
    assert (added.returncode, name) == (0, command[1])
    assert len(password) == 32
    assert NOT_RUNNING in added.stderr
    assert _fleet(folder, "list").stdout.split() == [name]
    revoked = _fleet(folder, "revoke", name)
    assert (revoked.returncode, revoked.stdout) == (0, "")
    assert NOT_RUNNING in revoked.stderr
    assert _fleet(folder, "list").stdout == ""


def test_a_password_is_given_once(folder: Path) -> None:
    _fleet(folder, "add", "pole-7")
    again = _fleet(folder, "add", "pole-7")
    assert (again.returncode, again.stdout) == (2, "")
    assert "pole-7 has a password; revoke it first." in again.stderr
