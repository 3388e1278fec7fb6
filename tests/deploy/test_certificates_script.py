"""deploy/broker/certificates.sh: what there is stays until the new is complete."""

import subprocess
from pathlib import Path

import pytest

from tests.programs import ROOT

SCRIPT = ROOT / "deploy" / "broker" / "certificates.sh"


def _certificates(
    *arguments: str, path: str | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(SCRIPT), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": path} if path else None,
    )


def _contents(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """In a folder whose name has a space."""
    folder = tmp_path / "our authority"
    done = _certificates("authority", str(folder))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


@pytest.mark.parametrize("name", ["ca", "broker", "../ca", "a/b", "", "-x", "Pole 7"])
def test_no_device_takes_the_place_of_the_authority(name: str, authority: Path) -> None:
    before = _contents(authority)
    done = _certificates("device", str(authority), name)
    assert done.returncode == 2
    assert "name" in done.stderr
    assert _contents(authority) == before


@pytest.mark.parametrize("command", ["broker", "device"])
def test_without_the_authority_s_key_it_is_asked_for_and_nothing_is_lost(
    command: str, authority: Path
) -> None:
    name = "broker" if command == "broker" else "pole-7"
    assert _certificates(command, str(authority), name).returncode == 0
    (authority / "ca.key").unlink()  # it is kept elsewhere
    before = _contents(authority)
    done = _certificates(command, str(authority), name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"certificates.sh: {authority}/ca.key is missing; bring the authority.\n"
    )
    assert _contents(authority) == before
    again = _certificates("authority", str(authority))
    assert again.returncode == 2
    assert _contents(authority) == before


def test_what_openssl_refuses_is_said_and_replaces_nothing(authority: Path) -> None:
    assert _certificates("broker", str(authority), "broker.example").returncode == 0
    before = _contents(authority)
    done = _certificates("broker", str(authority), f"{'a' * 70}.example")
    assert done.returncode == 2
    assert "too long" in done.stderr
    assert _contents(authority) == before


def test_a_missing_openssl_is_named(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "mkdir").symlink_to("/bin/mkdir")
    done = _certificates("authority", str(tmp_path / "authority"), path=str(tools))
    assert done.returncode == 2
    assert "openssl" in done.stderr
