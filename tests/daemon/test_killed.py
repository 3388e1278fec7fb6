"""What the service had finished outlives kill -9, and arrives.

`pytest tests/daemon/test_killed.py --long` kills it fifty times.
"""

import json
import random
import re
import shutil
import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from tests.broker import Mosquitto, Receiver, wait_until
from tests.daemon import traffic
from tests.daemon.service import Service

pytestmark = [pytest.mark.broker, pytest.mark.slow]

LONG_S = 120.0  # for a start, or for all that is owed, on a busy machine
STARTING_S = 2.0
LATEST_S = 6.0  # after it has begun to watch
WATCHING = "INFO Watching"
FINISHED = re.compile(r"Sighting (\S+) is final")
LAST = """
  select id, max(revision), stage, plate, confidence, first_seen, last_seen, reads,
    direction, crop from sighting group by id order by id
"""
FINALS = "select id, revision from sighting where stage = 'final'"


def _finding(folder: Path, copy: Path) -> str:
    """What SQLite makes of the database as it was left, in a copy."""
    copy.mkdir()
    for file in folder.glob("sightings.db*"):
        shutil.copy(file, copy)
    if not (copy / "sightings.db").exists():
        return "ok"
    with closing(sqlite3.connect(copy / "sightings.db")) as connection:
        return str(connection.execute("pragma integrity_check").fetchone()[0])


def _starts(service: Service) -> int:
    """How often it has got so far as to watch."""
    return service.log.read_text().count(WATCHING) if service.log.exists() else 0


def _start_watching(service: Service) -> None:
    before = _starts(service)
    service.start()
    wait_until(lambda: _starts(service) > before, LONG_S)


def _payloads(receiver: Receiver) -> dict[tuple[str, int], set[str]]:
    """What was said in each revision, but for whether it is late."""
    said: dict[tuple[str, int], set[str]] = defaultdict(set)
    for message in receiver.of("sighting"):
        fields = json.loads(message.payload)
        del fields["buffered"]
        said[fields["id"], fields["revision"]].add(json.dumps(fields))
    return said


def test_what_was_finished_outlives_kill_9_and_arrives(
    tmp_path: Path,
    models: Path,
    mosquitto: Mosquitto,
    receiver: Receiver,
    is_long: bool,
) -> None:
    kills = 50 if is_long else 5
    busy = traffic.busy(tmp_path / "busy", rounds=5)
    quiet = traffic.quiet(tmp_path / "quiet", rounds=1200)
    state = tmp_path / "state"
    state.mkdir()
    with Service(state, traffic.settings(models, busy), mosquitto) as service:
        moment, pause = random.Random(3), Event()
        for kill in range(kills):
            if kill % 5:
                _start_watching(service)
                pause.wait(moment.uniform(0, LATEST_S))
            else:  # while it starts
                service.start()
                pause.wait(moment.uniform(0, STARTING_S))
            service.kill()
            assert _finding(state, tmp_path / f"copy-{kill}") == "ok"
        service.configure(traffic.settings(models, quiet))
        _start_watching(service)
        nothing = [(0,)]
        wait_until(lambda: service.rows("select count(*) from owed") == nothing, LONG_S)
        assert service.stop() == 0

    assert not list(state.glob("*.damaged-*"))
    finished = set(FINISHED.findall(service.log.read_text()))
    stored = service.rows(FINALS)
    said = _payloads(receiver)
    print(  # noqa: T201 (the figures, with -s)
        f"{kills} kills, {len(finished)} sightings finished, {len(stored)} stored, "
        f"{len(receiver.of('sighting'))} messages of {len(said)} revisions"
    )
    assert len(finished) >= kills / 2
    assert finished <= {id for id, _ in stored}
    assert {(id, revision) for id, revision in stored} <= said.keys()
    assert [key for key, payloads in said.items() if len(payloads) > 1] == []


def test_a_vehicle_in_view_at_kill_9_is_final_after_the_next_start(
    tmp_path: Path, models: Path, mosquitto: Mosquitto, receiver: Receiver
) -> None:
    busy = traffic.settings(models, traffic.busy(tmp_path / "busy", rounds=20))
    busy["tracking"] = {"rejoin_s": LONG_S}  # whoever has passed may come back
    quiet = traffic.settings(models, traffic.quiet(tmp_path / "quiet", rounds=1200))
    with Service(tmp_path, busy, mosquitto) as service:
        service.start()
        wait_until(lambda: len(service.rows("select id from sighting")) > 0, LONG_S)
        service.kill()
        known = service.rows(LAST)
        assert {stage for _, _, stage, *_ in known} == {"provisional"}
        service.configure(quiet)
        _start_watching(service)
        wait_until(lambda: not service.rows("select * from owed"), LONG_S)
        assert service.stop() == 0
    finals = [(id, revision + 1, "final", *rest) for id, revision, _, *rest in known]
    assert service.rows(LAST) == finals
    said = [json.loads(message.payload) for message in receiver.of("sighting")]
    arrived = {(each["id"], each["revision"], each["stage"]) for each in said}
    assert {final[:3] for final in finals} <= arrived
    assert len(receiver.of("crop")) == len(finals)
