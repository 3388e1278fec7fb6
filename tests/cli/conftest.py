"""What the tests of commands share."""

from tests.broker import mosquitto

__all__ = ["mosquitto"]
