"""Days of frames take no more memory than minutes, and an old frame is never shown.

`pytest tests/daemon/test_endurance.py --long` plays 100,000 frames.
"""

from pathlib import Path
from threading import Event

import pytest

from tests.daemon import traffic
from tests.daemon.service import Service

pytestmark = pytest.mark.slow

LOOK_S = 0.1
LONGEST_S = 3600.0
MOST_GROWTH_BYTES = 12_000_000


def _resident_bytes(process: Path) -> int | None:
    """How much of the memory a process takes; None when it has ended."""
    try:
        lines = (process / "status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    taken = [int(line.split()[1]) for line in lines if line.startswith("VmRSS:")]
    return taken[0] * 1024 if taken else None


def test_memory_does_not_grow_with_the_frames(
    tmp_path: Path, models: Path, is_long: bool
) -> None:
    frames = 100_000 if is_long else 5_000
    rounds = frames // traffic.DRIVE_BY.count
    state = tmp_path / "state"
    state.mkdir()
    settings = traffic.settings(models, traffic.busy(tmp_path / "busy", rounds), "fast")
    taken: list[int] = []
    pause = Event()
    with Service(state, settings) as service:
        service.start()
        process = Path("/proc") / str(service.process.pid)
        while (bytes_now := _resident_bytes(process)) is not None:
            taken.append(bytes_now)
            pause.wait(LOOK_S)
        assert service.process.wait(LONGEST_S) == 0, service.log.read_text()
    early, late = taken[len(taken) // 4 : len(taken) // 2], taken[-len(taken) // 4 :]
    growth = max(late) - max(early)
    stored = service.rows("select count(distinct id) from sighting")
    print(  # noqa: T201 (the figures, with -s)
        f"{service.log.read_text().splitlines()[-1]}\n"
        f"{stored[0][0]} sightings stored, {max(taken) / 1e6:.0f} MB at most, "
        f"{growth / 1e6:+.1f} MB from the second quarter to the last"
    )
    assert stored[0][0] >= rounds / 50
    assert growth < MOST_GROWTH_BYTES
