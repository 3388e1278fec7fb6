"""The central side: receives what a device sends, and says when it has stopped."""

from collections.abc import Callable
from dataclasses import replace
from threading import Event

from edge_anpr.config.delivery import MqttConfig
from edge_anpr.delivery.fleet import DeviceProblems, DeviceStatus, News, Passage, follow
from edge_anpr.delivery.topics import STOPPED
from edge_anpr.records import Stage


class Central:
    """Run it in a thread of its own."""

    def __init__(self, config: MqttConfig, show: Callable[[News], None]) -> None:
        self.plates: list[str] = []  # of final sightings
        self.over = Event()  # nothing more will come
        self._config = config
        self._show = show

    def run(self) -> None:
        """Until the device has stopped, or over is set."""
        for news in follow(self._config, self.over):
            # What this computer lacks, such as a time server, is not what is shown.
            if isinstance(news, Passage):
                self._show(replace(news, is_dated=True))
            elif not isinstance(news, DeviceProblems):
                self._show(news)
            if isinstance(news, Passage) and not news.is_alert:
                self.plates += [news.plate] * (news.stage == Stage.FINAL)
            if isinstance(news, DeviceStatus) and news.status == STOPPED:
                self.over.set()
