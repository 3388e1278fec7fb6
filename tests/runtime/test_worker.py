"""A thread that fails takes the program with it."""

from threading import Event

import pytest

from edge_anpr.errors import ConfigError
from edge_anpr.runtime.worker import Worker, take_turns


def _done(worker: Worker) -> Worker:
    worker.start()
    worker.join(5)
    assert not worker.is_running
    return worker


def test_a_bug_stops_everything_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    stop = Event()
    worker = _done(Worker("watch", [].pop, stop))
    assert stop.is_set()
    assert worker.has_failed
    assert "IndexError" in caplog.text


def test_what_the_rest_can_do_without_begins_anew(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stop, left = Event(), [IndexError, KeyError]

    def run() -> None:
        if left:
            raise left.pop()
        stop.set()

    worker = _done(Worker("web", run, stop, again_after_s=0.01))
    assert not worker.has_failed
    assert caplog.text.count("Thread web has failed") == 2


def test_a_wrong_setting_is_kept_for_the_user() -> None:
    def refuse() -> None:
        raise ConfigError("mend it")

    stop = Event()
    worker = _done(Worker("watch", refuse, stop))
    assert stop.is_set()
    assert str(worker.refusal) == "mend it"
    assert not worker.has_failed


@pytest.mark.parametrize(("may_hang", "level"), [(False, "ERROR"), (True, "INFO")])
def test_a_thread_that_hangs_is_not_waited_for(
    may_hang: bool, level: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    release = Event()
    worker = Worker(
        "watch",
        lambda: take_turns(lambda: 60, release),
        Event(),
        may_hang=may_hang,
    )
    worker.start()
    worker.join(0.01)
    assert worker.is_running
    assert "watch does not end" in caplog.text
    assert [each.levelname for each in caplog.records] == [level]
    release.set()
    worker.join(5)


def test_turns_end_with_stop() -> None:
    stop, turns = Event(), []

    def step() -> float:
        turns.append(1)
        if len(turns) == 3:
            stop.set()
        return 0

    take_turns(step, stop)
    assert len(turns) == 3
