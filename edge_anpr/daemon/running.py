"""Build everything, start it, and stop it in reverse."""

import logging
from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from threading import Event
from time import monotonic

from edge_anpr.camera import open_camera
from edge_anpr.config import Config
from edge_anpr.daemon.condition import (
    Condition,
    certificate_problems,
    list_problems,
)
from edge_anpr.daemon.governing import Governor
from edge_anpr.daemon.page import Parts, delivery_problems, open_page
from edge_anpr.daemon.proving import Proving
from edge_anpr.daemon.recognising import Recognise
from edge_anpr.daemon.refuge import Opened, open_storage
from edge_anpr.daemon.reviews import open_reviews
from edge_anpr.daemon.saving import Saving
from edge_anpr.daemon.sight import Sight
from edge_anpr.daemon.upkeep import Upkeep
from edge_anpr.daemon.watching import Watch, moments, now_of, wait_alive
from edge_anpr.delivery.courier import Courier
from edge_anpr.delivery.former import FILE_NAME
from edge_anpr.delivery.mqtt_destination import MqttDestination, mqtt_pace, open_mqtt
from edge_anpr.delivery.tally import Tally
from edge_anpr.errors import StorageFailed
from edge_anpr.pipeline.funnel import Funnel
from edge_anpr.pipeline.funnel_history import FunnelHistory
from edge_anpr.pipeline.opening import model_names, open_pipeline
from edge_anpr.pipeline.pipeline import Pipeline
from edge_anpr.recognition.burst import Burst
from edge_anpr.recognition.motion import MotionGate
from edge_anpr.records import Problem
from edge_anpr.runtime import systemd
from edge_anpr.runtime.clock import Clock, is_right
from edge_anpr.runtime.health import Pulse, boot_id
from edge_anpr.runtime.signals import asked_to_end, ending_signals_held
from edge_anpr.runtime.worker import Worker, take_turns
from edge_anpr.storage.database import Database
from edge_anpr.storage.locking import FolderLock
from edge_anpr.storage.outbox import Outbox, Owed
from edge_anpr.storage.retention import Retention
from edge_anpr.storage.sightings import SightingStore
from edge_anpr.storage.status import storage_status
from edge_anpr.tracking.watch_lists import WatchLists
from edge_anpr.web.device import Stretch, Totals

log = logging.getLogger(__name__)

TURN_S = 0.5  # of the main thread
# Below 5 s in all.
JOIN_S = {
    "watch": 1.0,
    "recognise": 2.5,
    "deliver-mqtt": 1.0,
    "web": 0.3,
    "review": 0.1,  # what it has just asked is counted, and asked again
}
HURRY_S = 0.8  # below what is left of that for delivery
LAST_TURNS = 6  # of delivery at the end: two vehicles' sightings, alerts and crops
PAGE_AGAIN_S = 30.0  # after a fault of the page, which stops nothing else
REVIEW_AGAIN_S = 600.0  # after a fault of the review, likewise
PATIENCE_S = 30.0  # beyond the camera's own timeout, for a sign of life


class Daemon:
    """The service: one camera, its sightings, and where they go."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._stop = Event()
        self.was_asked_to_end = False  # by a signal, not by a recording's end
        self._has_lived_well = False  # the main thread; known once it begins to end
        self._workers: list[Worker] = []
        self._funnel: Callable[[], Funnel] = Funnel
        self._history = FunnelHistory(monotonic())

    @property
    def funnel(self) -> Funnel:
        """Where plates were lost on the way to the broker, since the start."""
        return self._funnel()

    @property
    def is_all_ended(self) -> bool:
        """False when a thread hangs, in a camera's driver for one."""
        return not any(worker.is_running for worker in self._workers)

    def run(self) -> bool:
        """Until it is told to end, or the end of a recording; false after a bug.

        Raise ConfigError, ModelMismatch or StorageFailed when it cannot start, such as
        FolderInUse.
        """
        with ending_signals_held(), ExitStack() as stack:
            self._live(stack)
            self._has_lived_well = True
        log.info("Stopped; %s", _in_one_line(self.funnel))
        for worker in self._workers:
            if worker.refusal:
                raise worker.refusal
        return not any(worker.has_failed for worker in self._workers)

    def _live(self, stack: ExitStack) -> None:
        config, stop = self._config, self._stop
        clock = Clock(partial(is_right, trust_rtc=config.clock.trust_rtc))
        watch_lists = WatchLists(config.watchlists)
        watch_lists.refresh(monotonic())
        pipeline = open_pipeline(config, watch_lists)
        governor, sight, pulse = Governor(), Sight(), Pulse()
        camera = open_camera(config.camera, partial(wait_alive, pulse, stop))

        opened = self._open_storage(stack)
        config, db = opened.config, opened.db
        retention = Retention(db, config.storage)
        store = _store(db, retention)
        destinations = _destinations(config, db)
        reviews = open_reviews(config, db, store, destinations, watch_lists, clock)
        saving = Saving(
            store, destinations, wants_review=reviews.wants, refuge=opened.refuge
        )
        saving.finish()

        burst = Burst(config.motion)
        watch = Watch(
            camera,
            config.camera,
            MotionGate(config.motion),
            burst,
            moments(config.camera, clock),
            governor.takes,
            sight.see,
            stop,
            pulse,
        )
        self._funnel = partial(_funnel, watch, pipeline, None)
        proving = Proving(pipeline.can_read)
        recognise = Recognise(watch, burst, pipeline, saving, proving, stop)
        troubles: list[Callable[[], Iterable[Problem]]] = [
            proving.problems,
            lambda: opened.problems,
            watch.problems,
            governor.problems,
            sight.problems,
            saving.problems,
            partial(list_problems, watch_lists),
            reviews.problems,
        ]
        condition = Condition(
            watch,
            burst,
            saving,
            proving,
            governor,
            clock,
            partial(storage_status, db),
            model_names(config.recognition),
            troubles,
            reviews.status,
        )
        upkeep = Upkeep(watch_lists, clock, store, retention, destinations)

        proving.prove()
        courier, tally = None, None
        if destinations:
            mqtt = open_mqtt(
                config.mqtt,
                config.device,
                config.home_assistant,
                condition.health,
                config.storage.folder / FILE_NAME,
                partial(now_of, clock),
            )
            self._funnel = partial(_funnel, watch, pipeline, mqtt.sent)
            tally = mqtt.sent
            courier = Courier(_outbox(db, mqtt.name), mqtt, mqtt_pace(config.mqtt))
            troubles += [
                partial(delivery_problems, courier),
                mqtt.problems,
                partial(certificate_problems, config.mqtt, clock),
            ]
            all_stored = Event()  # it goes on until then, for what is stored last
            deliver = partial(_deliver, courier, mqtt, all_stored, self._is_well)
            self._start("deliver-mqtt", deliver, stack)
            stack.callback(mqtt.hurry, HURRY_S)
            stack.callback(all_stored.set)
        if reviews.thread:
            review = partial(take_turns, reviews.thread.step, stop)
            self._start("review", review, stack, again_after_s=REVIEW_AGAIN_S)
        self._start("recognise", recognise.run, stack)
        self._start("watch", watch.run, stack, may_hang=True)
        if config.web.enabled:
            parts = Parts(
                config,
                watch,
                condition,
                db,
                store,
                watch_lists,
                destinations,
                courier,
                pipeline.misses,
                partial(self._totals, pipeline, saving, tally),
                self._last,
            )
            page = open_page(parts, stop)
            troubles.append(page.problems)
            self._start("web", page.run, stack, again_after_s=PAGE_AGAIN_S)
        stack.callback(self._begin_to_end)
        systemd.notify(systemd.READY)
        log.info("Watching, with %s", ", ".join(model_names(config.recognition)))

        self._wait_for_the_end(
            (upkeep.turn, saving.check, governor.turn, self._note_funnel),
            (watch.pulse, recognise.pulse),
        )

    def _open_storage(self, stack: ExitStack) -> Opened:
        lock = FolderLock(self._config.storage.folder)
        lock.hold(self._stop.wait)
        stack.callback(self._unless_in_use, lock.release)
        return open_storage(self._config, stack, self._close_unless_in_use)

    def _note_funnel(self) -> None:
        self._history.note(self.funnel, monotonic())

    def _totals(
        self, pipeline: Pipeline, saving: Saving, tally: Tally | None
    ) -> Totals:
        return Totals(
            stages=self.funnel.stages,
            left_out=pipeline.left_out,
            alerts=dict(saving.alerts_of.copy()),
            seconds=pipeline.seconds,
            published=tally.seconds if tally else None,
        )

    def _last(self, seconds: float) -> Stretch:
        """How far plates came lately."""
        stretch = self._history.last(seconds, self.funnel, monotonic())
        return Stretch(stretch.funnel.stages, stretch.seconds)

    def _wait_for_the_end(
        self, turns: Iterable[Callable[[], None]], pulses: Collection[Pulse]
    ) -> None:
        patience_s = PATIENCE_S + self._config.camera.timeout_s
        while not self._stop.is_set() and not asked_to_end(TURN_S):
            for turn in turns:
                turn()
            if max(pulse.age_s for pulse in pulses) < patience_s:
                systemd.notify(systemd.ALIVE)
        self.was_asked_to_end = not self._stop.is_set()

    def _start(
        self,
        name: str,
        run: Callable[[], None],
        stack: ExitStack,
        *,
        again_after_s: float | None = None,
        may_hang: bool = False,
    ) -> None:
        worker = Worker(
            name, run, self._stop, again_after_s=again_after_s, may_hang=may_hang
        )
        self._workers.append(worker)
        worker.start()
        stack.callback(worker.join, JOIN_S[name])

    def _begin_to_end(self) -> None:
        log.info("Stopping")
        systemd.notify(systemd.STOPPING)
        self._stop.set()

    def _is_well(self) -> bool:
        """Whether nothing but a wish or a recording's end has stopped it."""
        faults = (each.has_failed or each.refusal for each in self._workers)
        return self._has_lived_well and not any(faults)

    def _close_unless_in_use(self, db: Database) -> None:
        self._unless_in_use(db.close)

    def _unless_in_use(self, end: Callable[[], None]) -> None:
        if self.is_all_ended:  # SQLite outlives the rest, as it does a pulled plug
            end()


def _funnel(watch: Watch, pipeline: Pipeline, sent: Tally | None) -> Funnel:
    seen = pipeline.funnel
    frames = max(watch.frames, seen.frames)  # those dropped were frames, too
    return replace(seen, frames=frames, sent=sent.vehicles if sent else None)


def _in_one_line(funnel: Funnel) -> str:
    counts = funnel.stages.items()
    return ", ".join(f"{stage.replace('_', ' ')} {count}" for stage, count in counts)


def _store(db: Database, retention: Retention) -> SightingStore:
    store = SightingStore(db, retention, boot_id())
    with suppress(StorageFailed):  # the status says what is wrong with the disk
        store.begin_run()
    return store


def _destinations(config: Config, db: Database) -> tuple[str, ...]:
    """What is owed to one that is not set any more would be kept for ever."""
    if config.mqtt.host:
        return (MqttDestination.name,)
    with suppress(StorageFailed):  # the status says what is wrong with the disk
        count = Outbox(db, MqttDestination.name).refuse_all("mqtt.host is not set")
        if count:
            log.warning("%d messages wait for a broker that is not set", count)
    return ()


def _outbox(db: Database, destination: str) -> Outbox:
    """What it has refused is offered again, since the cause may have been mended."""
    outbox = Outbox(db, destination)
    with suppress(StorageFailed):  # the status says what is wrong with the disk
        outbox.owe_refused_again()
    return outbox


def _deliver(
    courier: Courier[Owed],
    mqtt: MqttDestination,
    stop: Event,
    is_well: Callable[[], bool],
) -> None:
    on_purpose = False
    try:
        take_turns(courier.step, stop)
        courier.finish(LAST_TURNS)
        on_purpose = is_well()
    finally:
        mqtt.close(on_purpose=on_purpose)
