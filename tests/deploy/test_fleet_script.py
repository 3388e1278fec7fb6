"""deploy/broker/fleet.sh, while no broker runs."""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
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


STRICT = """#!/bin/sh
# As later versions are: only the caller's own file will do.
for file; do
    [ ! -e "$file" ] || [ -O "$file" ] || { echo "owner of $file" >&2; exit 1; }
done
exec %s "$@"
"""


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


@pytest.mark.parametrize(
    "line", ["user pete", "user  pete", " user pete", "user pete "]
)
def test_no_device_is_named_as_a_receiver_is(folder: Path, line: str) -> None:
    with (folder / "edge-anpr.acl").open("a") as acl:
        acl.write(f"\n{line}\ntopic read edge-anpr/#\n")
    added = _fleet(folder, "add", "pete")
    assert (added.returncode, added.stdout) == (2, "")
    assert "pete is a receiver" in added.stderr
    assert _fleet(folder, "receiver", "pete").returncode == 0


def test_none_who_are_added_at_the_same_time_is_lost(folder: Path) -> None:
    names = sorted(f"pole-{number}" for number in range(12))
    with ThreadPoolExecutor(len(names)) as pool:
        added = list(pool.map(lambda name: _fleet(folder, "add", name), names))
    assert [each.stdout.splitlines()[0] for each in added] == names
    assert sorted(_fleet(folder, "list").stdout.split()) == names


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_passwords_belong_to_the_broker_and_no_warning_is_given(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.chown(folder / "edge-anpr.acl", 65534, 65534)
    program = tmp_path / "bin" / "mosquitto_passwd"
    program.parent.mkdir()
    program.write_text(STRICT % shutil.which("mosquitto_passwd"))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    for command in (("add", "pole-7"), ("add", "pole-8"), ("revoke", "pole-7")):
        done = _fleet(folder, *command)
        assert (done.returncode, done.stderr) == (0, f"fleet.sh: {NOT_RUNNING}\n")
        state = (folder / "edge-anpr.passwords").stat()
        assert (state.st_uid, state.st_gid, state.st_mode & 0o777) == (
            65534,
            65534,
            0o600,
        )
    assert _fleet(folder, "list").stdout.split() == ["pole-8"]
    assert not (folder / "edge-anpr.passwords.new").exists()


def test_where_no_password_can_be_given_those_there_are_stay(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fleet(folder, "add", "pole-7")
    before = (folder / "edge-anpr.passwords").read_text()
    program = tmp_path / "bin" / "mosquitto_passwd"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\n: >"$1"\nexit 1\n')  # as on a full disk
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    added = _fleet(folder, "add", "pole-8")
    assert (added.returncode, added.stdout) == (1, "")
    assert (folder / "edge-anpr.passwords").read_text() == before
