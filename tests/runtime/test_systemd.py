"""What systemd hears."""

import socket
from pathlib import Path

import pytest

from edge_anpr.runtime.systemd import ALIVE, READY, needs, notify


@pytest.mark.parametrize("kind", ["a path", "an abstract name"])
def test_systemd_hears_it(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = str(tmp_path / "notify")
    if kind == "an abstract name":
        address = f"@{address}"
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(address.replace("@", "\0"))
        ear.settimeout(5)
        notify(READY)
        notify(ALIVE)
        notify(needs(90.5))
        said = [b"READY=1", b"WATCHDOG=1", b"EXTEND_TIMEOUT_USEC=90500000"]
        assert [ear.recv(99) for _ in said] == said


def test_nobody_need_listen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    notify(ALIVE)
    monkeypatch.delenv("NOTIFY_SOCKET")
    notify(ALIVE)
