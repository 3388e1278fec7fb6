"""A card wears out by what is written to it, so that is measured."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.storage.making import CROP, NOON, SIGHTING, Storage, sighting

SIGHTINGS = 1000
MOST_MB = 75  # of writes per 1000 sightings
PROC_IO = Path("/proc/self/io")


def written_bytes() -> int:
    """What this process gave the disk to write; file systems add their journal."""
    fields = dict(line.split(": ") for line in PROC_IO.read_text().splitlines())
    return int(fields["write_bytes"])


def run(storage: Storage, numbers: range) -> None:
    """Save, deliver twice, and erase what is as old as there are numbers."""
    for number in numbers:
        each = sighting(number, crop=os.urandom(5000))
        storage.sightings.save(each, [SIGHTING, CROP])
        storage.deliver_all()
        if number % 100 == 0:
            now = NOON + timedelta(days=30, minutes=number - len(numbers))
            storage.retention.turn(now)


@pytest.mark.slow
@pytest.mark.skipif(not PROC_IO.exists(), reason="this kernel does not count writes")
def test_writes_are_few(storage: Storage) -> None:
    run(storage, range(SIGHTINGS))
    before = written_bytes()
    run(storage, range(SIGHTINGS, 2 * SIGHTINGS))
    storage.db.checkpoint("restart")
    written_mb = (written_bytes() - before) / 10**6
    if not written_mb:
        pytest.skip("this folder is in memory")
    print(f"{written_mb:.1f} MB for {SIGHTINGS} sightings")  # noqa: T201
    assert written_mb < MOST_MB
