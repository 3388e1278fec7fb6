"""aMQTT, a broker in Python, in a thread of this program; it speaks MQTT 3.1.1."""

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from threading import Thread
from typing import Any

from edge_anpr.errors import BrokerMissing
from edge_anpr.runtime.signals import ending_signals_held

LIBRARY = "amqtt"
READY_WITHIN_S = 10.0
END_WITHIN_S = 3.0
ANYBODY = f"{LIBRARY}.plugins.authentication.AnonymousAuthPlugin"


def is_installed() -> bool:
    return find_spec(LIBRARY) is not None


@contextmanager
def serving(host: str, port: int) -> Iterator[None]:
    """Let anybody connect from here; raise BrokerMissing when it cannot start."""
    logging.getLogger("amqtt").setLevel(logging.CRITICAL)  # it tells of every client
    logging.getLogger("transitions").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    ready: Future[None] = Future()
    over = asyncio.Event()
    thread = Thread(
        target=loop.run_until_complete,
        args=[_serve(f"{host}:{port}", ready, over)],
        name="broker",
        daemon=True,
    )
    with ending_signals_held():  # it has to outlast the daemon
        thread.start()
    try:
        _wait_for(ready)
        yield
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(END_WITHIN_S)
        if not thread.is_alive():
            loop.close()


def _wait_for(ready: "Future[None]") -> None:
    try:
        ready.result(READY_WITHIN_S)
    except TimeoutError as error:
        raise BrokerMissing(
            f"The broker does not start within {READY_WITHIN_S:g} s; try again, or "
            "install Mosquitto."
        ) from error


async def _serve(address: str, ready: "Future[None]", over: asyncio.Event) -> None:
    """Until over; what the library raises is told to who waits for ready."""
    library: Any = import_module(f"{LIBRARY}.broker")  # an extra, which may be missing
    broker = library.Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": address}},
            "plugins": {ANYBODY: {"allow_anonymous": True}},
        }
    )
    try:
        await broker.start()
    except library.BrokerError as error:
        ready.set_exception(BrokerMissing(f"The broker cannot start: {error}."))
        return
    ready.set_result(None)
    await over.wait()
    await broker.shutdown()
