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
