"""A broker for the demo, where there is none."""

from pathlib import Path

import pytest

from edge_anpr.demo import broker as broker_module
from edge_anpr.demo import embedded
from edge_anpr.demo.broker import HOST, free_port, running_broker
from edge_anpr.errors import BrokerMissing


def test_a_broker_that_cannot_start_says_why() -> None:
    port = free_port()
    with (
        embedded.serving(HOST, port),
        pytest.raises(BrokerMissing, match="cannot start"),
        embedded.serving(HOST, port),
    ):
        pass


SLOW = """
import asyncio
class BrokerError(Exception): pass
class Broker:
    def __init__(self, settings): pass
    async def start(self): await asyncio.sleep(0.3)
    async def shutdown(self): pass
"""


def test_a_broker_that_is_too_slow_to_start_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "slowly").mkdir()
    (tmp_path / "slowly/broker.py").write_text(SLOW)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(embedded, "LIBRARY", "slowly")
    monkeypatch.setattr(embedded, "READY_WITHIN_S", 0.0)
    with (
        pytest.raises(BrokerMissing, match="not start within 0 s"),
        embedded.serving(HOST, free_port()),
    ):
        pass


def test_without_any_broker_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "LIBRARY", "no_such_library")
    with (
        pytest.raises(BrokerMissing, match=r"edge-anpr\[demo\]"),
        running_broker(tmp_path, must_be_embedded=True),
    ):
        pass


def test_the_embedded_broker_is_told_of(tmp_path: Path) -> None:
    with running_broker(tmp_path, must_be_embedded=True) as broker:
        assert broker.name == "aMQTT"
        assert broker.config.host == broker_module.HOST
