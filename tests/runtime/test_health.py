"""How the device is, in figures."""

from pathlib import Path

import pytest

from edge_anpr.runtime.health import Rate, cpu_celsius


class _Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_a_rate_is_that_of_the_last_ten_seconds() -> None:
    clock = _Clock()
    rate = Rate(clock)
    for second in range(1, 31):
        clock.now_s = 100.0 + second
        count = 30 * min(second, 15)  # nothing more after fifteen seconds
        last = rate.per_s(count)
    assert last == 0.0
    clock.now_s += 1
    assert rate.per_s(count + 100) == pytest.approx(10.0)


def test_asked_seldom_a_rate_covers_all_of_the_time_between() -> None:
    clock = _Clock()
    rate = Rate(clock)
    clock.now_s += 60
    assert rate.per_s(600) == pytest.approx(10.0)
    clock.now_s += 60
    assert rate.per_s(1800) == pytest.approx(20.0)


def _zone(folder: Path, number: int, kind: str, temperature: str) -> None:
    zone = folder / f"thermal_zone{number}"
    zone.mkdir()
    (zone / "type").write_text(f"{kind}\n")
    (zone / "temp").write_text(f"{temperature}\n")


def test_the_processors_own_zone_counts(tmp_path: Path) -> None:
    _zone(tmp_path, 0, "gpu-thermal", "41000")
    _zone(tmp_path, 1, "cpu-thermal", "61500")
    assert cpu_celsius(tmp_path) == 61.5


def test_a_zone_that_says_nothing_is_passed_over(tmp_path: Path) -> None:
    _zone(tmp_path, 0, "cpu-thermal", "")
    _zone(tmp_path, 1, "acpitz", "-5000")
    assert cpu_celsius(tmp_path) == -5.0
    assert cpu_celsius(tmp_path / "none") is None
