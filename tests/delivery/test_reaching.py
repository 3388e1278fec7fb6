"""How a line finds its broker, where that is no Mosquitto."""

import pytest

from edge_anpr.config.delivery import MqttConfig
from edge_anpr.delivery.mqtt import MqttLine
from edge_anpr.errors import DeliveryFailed


@pytest.mark.parametrize("host", ["broker..lan", ".local", "a" * 64 + ".lan"])
def test_a_name_the_resolver_stumbles_over_is_a_failure(host: str) -> None:
    config = MqttConfig(tls=False).model_copy(update={"host": host})
    with pytest.raises(DeliveryFailed, match="there is no such name"):
        MqttLine(config, "pole-7").connect()
