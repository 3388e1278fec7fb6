"""What a Raspberry Pi's firmware says of heat and power."""

from pathlib import Path

import pytest

from edge_anpr.runtime.strain import Strain, strain


@pytest.fixture
def flags(tmp_path: Path) -> Path:
    """As the kernel of a Raspberry Pi 5 has it."""
    folder = tmp_path / "soc@107c000000" / "soc@107c000000:firmware"
    folder.mkdir(parents=True)
    return folder / "get_throttled"


@pytest.fixture
def sensors(tmp_path: Path) -> Path:
    """Where there is only the sensor of the voltage."""
    sensor = tmp_path / "hwmon" / "hwmon1"
    sensor.mkdir(parents=True)
    (sensor / "name").write_text("rpi_volt\n")
    (sensor / "in0_lcrit_alarm").write_text("1\n")
    return sensor.parent


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("0", Strain.NONE),
        ("50000", Strain.NONE),  # it was, and is over
        ("50005", Strain.WEAK_POWER | Strain.THROTTLED),
        ("80008", Strain.WARM),
        ("e0006", Strain.CAPPED | Strain.THROTTLED),
    ],
)
def test_only_what_holds_now_counts(
    said: str, meant: Strain, flags: Path, tmp_path: Path
) -> None:
    flags.write_text(f"{said}\n")
    assert strain(tmp_path, tmp_path / "none") == meant
    assert meant.is_heat == (said in {"80008", "e0006"})


def test_without_flags_the_sensor_of_the_voltage_is_asked(
    sensors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert strain(tmp_path / "none", sensors) == Strain.WEAK_POWER


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("throttled=0x20002", Strain.CAPPED),
        ("throttled=0x50000", Strain.NONE),  # the sensor takes longer to notice
        ("VCHI initialization failed", Strain.WEAK_POWER),  # then the sensor counts
    ],
)
def test_the_firmwares_program_knows_more_than_the_sensor(
    said: str,
    meant: Strain,
    sensors: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = tmp_path / "vcgencmd"
    program.write_text(f"#!/bin/sh\necho {said}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert strain(tmp_path / "none", sensors) == meant


def test_another_computer_says_nothing(tmp_path: Path) -> None:
    assert strain(tmp_path, tmp_path) is None
