"""The page on a real server."""

from functools import partial
from threading import Event, Thread

from edge_anpr.web.app import create_app
from edge_anpr.web.serving import Serving
from tests.broker import free_port, wait_until
from tests.web.shown import Shown


class Site:
    """The page on a port of its own, which can be taken away and given back."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        self.port = free_port()
        self._stop = Event()
        self._thread: Thread | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._stop = Event()
        settings = {"port": self.port, "address": "127.0.0.1"}
        page = Serving(
            partial(create_app, self.shown.device),
            self.shown.config.web.model_copy(update=settings),
            self.shown.device.password_file,
            self._stop,
            retry_s=0.1,
        )
        self._thread = Thread(target=page.run)
        self._thread.start()
        wait_until(lambda: page.port is not None)

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(10)
