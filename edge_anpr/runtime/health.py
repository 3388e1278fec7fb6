"""Signs of life, and what the computer says of itself."""

from pathlib import Path
from time import monotonic

TEMPERATURE = Path("/sys/class/thermal/thermal_zone0/temp")  # thousandths of a degree
SENSORS = Path("/sys/class/hwmon")
UNDERVOLTAGE = "in0_lcrit_alarm"  # of the driver rpi_volt
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Pulse:
    """When a thread last got on with its work."""

    def __init__(self) -> None:
        self._beat_s = monotonic()

    def beat(self) -> None:
        self._beat_s = monotonic()

    @property
    def age_s(self) -> float:
        return monotonic() - self._beat_s


def cpu_celsius() -> float | None:
    """None where the computer does not say."""
    text = _text(TEMPERATURE)
    return int(text) / 1000 if text.lstrip("-").isdigit() else None


def is_undervolted() -> bool | None:
    """Whether the power supply is too weak, on a Raspberry Pi."""
    for sensor in SENSORS.glob("*"):
        if _text(sensor / "name") == "rpi_volt":
            return _text(sensor / UNDERVOLTAGE) == "1"
    return None


def boot_id() -> str:
    """Names this run of the machine's clock."""
    return _text(BOOT_ID) or "unknown"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
