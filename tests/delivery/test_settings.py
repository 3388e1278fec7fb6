import re

import pytest
from pydantic import ValidationError

from edge_anpr.config.delivery import DeviceConfig, MqttConfig

AS_TOPICS_HAVE_IT = "[a-z0-9][a-z0-9_-]*"


@pytest.mark.parametrize(
    ("host", "topic_id"),
    [
        ("pole7", "pole7"),
        ("Pole_7.lan", "pole-7"),
        ("über/#+", "ber"),
        ("...", "camera"),
        ("x" * 80, "x" * 48),
    ],
)
def test_without_an_id_the_host_name_is_made_fit_for_topics(
    monkeypatch: pytest.MonkeyPatch, host: str, topic_id: str
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: host)
    assert DeviceConfig().topic_id == topic_id
    assert re.fullmatch(AS_TOPICS_HAVE_IT, topic_id)


@pytest.mark.parametrize("id", ["", "Pole", "pole/7", "pole+", "#", "-pole", "a b"])
def test_an_id_that_does_not_fit_a_topic_is_an_error(id: str) -> None:
    with pytest.raises(ValidationError):
        DeviceConfig(id=id)


def test_people_see_the_name_if_there_is_one() -> None:
    assert DeviceConfig(id="pole-7").title == "pole-7"
    assert DeviceConfig(id="pole-7", name="Pole 7").title == "Pole 7"


def test_a_certificate_needs_its_key() -> None:
    with pytest.raises(ValidationError, match="go together"):
        MqttConfig.model_validate_json('{"certificate_file": "pole-7.crt"}')


def test_nothing_is_sent_unless_a_broker_is_named() -> None:
    assert MqttConfig().host is None


@pytest.mark.parametrize(
    "host",
    [
        "broker..lan",
        ".local",
        "a" * 64 + ".lan",
        "mqtts://broker",
        "broker:8883",
        "[::1]",
        "bro ker",
        "",
    ],
)
def test_a_host_that_nobody_can_look_up_is_an_error(host: str) -> None:
    with pytest.raises(ValidationError):
        MqttConfig(host=host)


@pytest.mark.parametrize(
    "host",
    ["broker", "broker.example.", "10.0.0.1", "::1", "fe80::1%eth0", "bröker.example"],
)
def test_names_and_addresses_are_hosts(host: str) -> None:
    assert MqttConfig(host=host).host == host
