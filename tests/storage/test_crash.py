"""What was saved outlives kill -9."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import ROOT
from tests.storage.making import Storage, sighting

KILLS = 20
LONGEST_S = 0.3


def _save_until_killed(folder: Path, first: int, after_s: float) -> list[int]:
    """The numbers it said it had stored; after_s: from the first of them."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.storage.saving", str(folder), str(first)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout
        begun = process.stdout.readline()
        try:
            process.wait(after_s)
        except subprocess.TimeoutExpired:
            process.kill()
        said = begun + process.stdout.read()
    complete = said[: said.rfind("\n") + 1]
    return [int(line) for line in complete.split()]


@pytest.mark.slow
def test_every_sighting_that_was_saved_outlives_kill_9(tmp_path: Path) -> None:
    moment = random.Random(1)
    saved: list[int] = []
    for kill in range(KILLS):
        first = 100_000 * (kill + 1)
        saved += _save_until_killed(tmp_path, first, moment.uniform(0, LONGEST_S))
        with_log = tmp_path / "sightings.db-wal"
        assert with_log.stat().st_size > 0  # it was killed, and did not end
    storage = Storage(tmp_path, max_mb=512)
    with storage.db.reading() as connection:
        assert connection.execute("pragma quick_check").fetchone()[0] == "ok"
        rows = connection.execute(
            "select id from sighting join crop on crop = crop.number"
        )
        stored = {row["id"] for row in rows}
        owed = connection.execute(
            "select sighting_id from owed group by 1 having count(*) = 2"
        )
        assert stored == {row["sighting_id"] for row in owed}
    assert not list(tmp_path.glob("*.damaged-*"))
    storage.db.close()
    assert len(saved) >= KILLS
    assert {sighting(number).id for number in saved} <= stored
