"""Whether a Raspberry Pi is short of power or too hot, as its firmware sees it."""

import subprocess
from enum import Flag
from pathlib import Path

from edge_anpr.runtime.kernel import said_in

FLAGS = Path("/sys/devices/platform")
FLAGS_FILE = "soc*/*firmware/get_throttled"  # of Raspberry Pi's own kernels
PROGRAM = ["vcgencmd", "get_throttled"]  # prints throttled=0x50005
PROGRAM_S = 2.0
SENSORS = Path("/sys/class/hwmon")
VOLTAGE_SENSOR, TOO_LOW = "rpi_volt", "in0_lcrit_alarm"


class Strain(Flag):
    """What holds just now; the bits are the firmware's.

    https://www.raspberrypi.com/documentation/computers/os.html#get_throttled; what has
    happened since the start stands in higher bits, which we leave alone.
    """

    NONE = 0
    WEAK_POWER = 1 << 0
    CAPPED = 1 << 1  # the processor's speed
    THROTTLED = 1 << 2
    WARM = 1 << 3  # the soft limit of the temperature

    @property
    def is_heat(self) -> bool:
        return self is not Strain.NONE and not self & Strain.WEAK_POWER


ALL = sum(each.value for each in Strain)


def strain(flags: Path = FLAGS, sensors: Path = SENSORS) -> Strain | None:
    """None where the computer does not say: it is no Raspberry Pi."""
    for file in flags.glob(FLAGS_FILE):
        return _from_hex(said_in(file))
    for sensor in sensors.glob("*"):
        if said_in(sensor / "name") == VOLTAGE_SENSOR:
            by_program = _by_program()
            return _by_voltage(sensor) if by_program is None else by_program
    return None


def _by_program() -> Strain | None:
    try:
        done = subprocess.run(  # noqa: S603 (constant, and no shell)
            PROGRAM, capture_output=True, text=True, check=False, timeout=PROGRAM_S
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return _from_hex(done.stdout.strip().partition("=0x")[2])


def _by_voltage(sensor: Path) -> Strain:
    return Strain.WEAK_POWER if said_in(sensor / TOO_LOW) == "1" else Strain.NONE


def _from_hex(text: str) -> Strain | None:
    try:
        return Strain(int(text, 16) & ALL)
    except ValueError:
        return None
