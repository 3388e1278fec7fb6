"""Whether the clock can be trusted."""

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.records import ClockQuality
from edge_anpr.runtime.clock import AGREE_S, EARLIEST, Clock, is_kept, is_right


def test_a_clock_becomes_right_once() -> None:
    answers = iter([False, False, True])
    clock = Clock(lambda: next(answers))
    assert clock.quality == "unsynced"
    assert clock.has_been_set() is None
    shift = clock.has_been_set()
    assert shift is not None
    assert abs(shift.total_seconds()) < 1
    assert clock.quality == "synced"
    assert clock.has_been_set() is None


def test_a_right_clock_is_not_asked_again() -> None:
    answers = iter([True])
    clock = Clock(lambda: next(answers))
    assert clock.has_been_set() is None
    assert clock.quality is ClockQuality.SYNCED


def test_the_kernel_is_asked_by_default() -> None:
    assert Clock().quality in ClockQuality


@given(
    st.floats(0, 1e9),
    st.floats(-1e6, 1e9),
    st.lists(st.sampled_from(["stamp", "set", "notice"]), max_size=20),
)
def test_every_time_is_right_once_the_shift_is_known(
    start_s: float, step_s: float, happens: list[str]
) -> None:
    offset_s, is_set, shift, stamps = start_s, False, timedelta(), []
    clock = Clock(lambda: is_set, lambda: offset_s)
    for at_s, what in enumerate([*happens, "set", "notice", "stamp"]):
        if what == "stamp":
            stamps.append((at_s, clock.stamp(at_s)))
        elif what == "set":
            offset_s, is_set = start_s + step_s, True
        else:
            shift = clock.has_been_set() or shift
    for at_s, stamp in stamps:
        true = datetime.fromtimestamp(start_s + step_s + at_s, UTC)
        is_early = stamp.quality is ClockQuality.UNSYNCED
        off_s = (stamp.at + shift * is_early - true).total_seconds()
        assert math.isclose(off_s, 0, abs_tol=1e-3)


def test_a_clock_that_was_right_is_followed_when_it_is_set_again() -> None:
    offset_s = 100.0
    clock = Clock(lambda: True, lambda: offset_s)
    offset_s = 160.0
    assert clock.stamp(0).at == datetime.fromtimestamp(160, UTC)


NOW_S = EARLIEST.timestamp() + 10**7


def _rtc(folder: Path, name: str, shows: str) -> None:
    """As the kernel has it: a link to the device."""
    device = folder / "devices" / name
    device.mkdir(parents=True)
    (device / "since_epoch").write_text(shows)
    (folder / "class").mkdir(exist_ok=True)
    (folder / "class" / name).symlink_to(device)


@pytest.mark.parametrize(
    ("shows", "is_trusted"),
    [
        (f"{NOW_S:.0f}\n", True),
        (f"{NOW_S - AGREE_S + 1:.0f}\n", True),
        ("1234\n", False),
        (f"{NOW_S + 3600:.0f}\n", False),
        ("", False),
    ],
    ids=["the same", "drifted", "without battery", "local time", "unreadable"],
)
def test_a_battery_backed_clock_must_agree(
    tmp_path: Path, shows: str, *, is_trusted: bool
) -> None:
    _rtc(tmp_path, "rtc0", shows)
    assert is_kept(tmp_path / "class", NOW_S) is is_trusted


def test_any_battery_backed_clock_will_do(tmp_path: Path) -> None:
    assert not is_kept(tmp_path / "class", NOW_S)
    _rtc(tmp_path, "rtc0", "1234\n")
    (tmp_path / "class" / "rtc2").mkdir()
    _rtc(tmp_path, "rtc1", f"{NOW_S:.0f}\n")
    assert is_kept(tmp_path / "class", NOW_S)


def test_a_battery_backed_clock_that_was_reset_is_not_trusted(tmp_path: Path) -> None:
    reset_s = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
    _rtc(tmp_path, "rtc0", f"{reset_s:.0f}\n")
    assert not is_kept(tmp_path / "class", reset_s)


def test_this_computer_is_asked() -> None:
    assert is_right(trust_rtc=False) <= is_right(trust_rtc=True)
