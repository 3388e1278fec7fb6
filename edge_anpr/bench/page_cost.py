"""What open pages cost the service: it runs as it ships, and browsers come and go."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import monotonic, sleep

from edge_anpr.bench.cold_start import draw_sample
from edge_anpr.bench.program import command, environment
from edge_anpr.errors import BenchFailed

HOST = "127.0.0.1"
ALONE = 0
BROWSERS = (ALONE, 1, 20)  # open at once
STRETCH_S = 4.0
FEWEST_TURNS = 2  # however little time there is
POLL_S = 2.0  # what the page says of itself
ANSWER_S = 10.0
FRAMES_S = 0.01  # between two frames: more than there is time for
SCENES = 4
READY_WITHIN_S = 90.0
END_WITHIN_S = 15.0
SPARE_S = 120.0  # that the recording lasts longer than is measured
DETECTIONS = "edge_anpr_inference_seconds_count"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some seconds beside so many open pages."""

    browsers: int
    seconds: float
    detections: int
    cpu_s: float  # of the service, all its threads
    memory_mb: float  # resident, at the end

    @property
    def per_second(self) -> float:
        return self.detections / self.seconds

    @property
    def cpu_ms(self) -> float:
        """For each detection, and all that goes with one."""
        return 1000 * self.cpu_s / max(self.detections, 1)


@dataclass(frozen=True, slots=True)
class PageCost:
    """Turns of one stretch for each of BROWSERS, forth and back."""

    turns: tuple[dict[int, Stretch], ...]

    def per_second(self, browsers: int) -> float:
        return median(turn[browsers].per_second for turn in self.turns)

    def speed(self, browsers: int) -> float:
        """Detections a second over those of the same turn without a browser."""
        return median(
            turn[browsers].per_second / turn[ALONE].per_second for turn in self.turns
        )

    def cpu(self, browsers: int) -> float:
        """Processor time a detection over that of the same turn without one."""
        return median(turn[browsers].cpu_ms / turn[ALONE].cpu_ms for turn in self.turns)

    def memory_mb(self, browsers: int) -> float:
        return max(turn[browsers].memory_mb for turn in self.turns)


def measure_page(
    models: Path | None, seconds: float, stretch_s: float = STRETCH_S
) -> PageCost:
    """Take about this many seconds and a few more; raise BenchFailed."""
    turns: list[dict[int, Stretch]] = []
    order = list(BROWSERS)
    with TemporaryDirectory(prefix="edge-anpr-") as name:
        service = _Service(Path(name), models, lasts_s=seconds + SPARE_S)
        with service.running():
            until_s = monotonic() + seconds
            while len(turns) < FEWEST_TURNS or monotonic() < until_s:
                turns.append(
                    {count: _stretch(service, count, stretch_s) for count in order}
                )
                order.reverse()
    return PageCost(tuple(turns))


def _stretch(service: "_Service", browsers: int, seconds: float) -> Stretch:
    with ExitStack() as stack:
        for number in range(browsers):
            stack.enter_context(_open_page(service.port, POLL_S * number / browsers))
        before, cpu_s, began_s = service.detections(), service.cpu_s(), monotonic()
        sleep(seconds)
        return Stretch(
            browsers,
            monotonic() - began_s,
            service.detections() - before,
            service.cpu_s() - cpu_s,
            service.memory_mb(),
        )


@contextmanager
def _open_page(port: int, first_after_s: float) -> Iterator[None]:
    """Asks as the page's script does."""
    closed = Event()

    def poll() -> None:
        line = HTTPConnection(HOST, port, timeout=ANSWER_S)
        etag, wait_s = "", first_after_s
        while not closed.wait(wait_s):
            line.request("GET", "/", headers={"X-Refresh": "1", "If-None-Match": etag})
            answer = line.getresponse()
            answer.read()
            etag, wait_s = answer.getheader("ETag", etag), POLL_S
        line.close()

    browser = Thread(target=poll, daemon=True)
    browser.start()
    try:
        yield
    finally:
        closed.set()
        browser.join(ANSWER_S)


class _Service:
    """edge-anpr run on a recording that gives more frames than it can look at."""

    def __init__(self, folder: Path, models: Path | None, lasts_s: float) -> None:
        self.port = _free_port()
        self._folder = folder
        self._lasts_s = lasts_s
        self._models = models
        self._process_id = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Raise BenchFailed."""
        log = self._folder / "log"
        with (
            log.open("wb") as stderr,
            subprocess.Popen(  # noqa: S603 (our own program)
                command("run", "--config", str(self._settings())),
                stderr=stderr,
                env=environment(),
            ) as process,
        ):
            self._process_id = process.pid
            try:
                self._wait_until_ready(process, log)
                yield
            finally:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(END_WITHIN_S)
                except subprocess.TimeoutExpired:
                    process.kill()

    def detections(self) -> int:
        """Since its start; 0 while nobody answers."""
        line = HTTPConnection(HOST, self.port, timeout=ANSWER_S)
        try:
            line.request("GET", "/metrics")
            return _detections(line.getresponse().read().decode().splitlines())
        except (OSError, HTTPException):
            return 0
        finally:
            line.close()

    def cpu_s(self) -> float:
        """proc(5): user and system time are fields 14 and 15, in ticks."""
        fields = self._proc("stat").rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        pages = int(self._proc("statm").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def _proc(self, name: str) -> str:
        return Path(f"/proc/{self._process_id}/{name}").read_text()

    def _wait_until_ready(self, process: subprocess.Popen[bytes], log: Path) -> None:
        until_s = monotonic() + READY_WITHIN_S
        while not self.detections():
            if process.poll() is not None or monotonic() > until_s:
                raise BenchFailed(" ".join(log.read_text().split()[-40:]))
            sleep(0.2)

    def _settings(self) -> Path:
        clip, state = self._folder / "clip", self._folder / "state"
        clip.mkdir()
        state.mkdir()
        for number in range(SCENES):
            draw_sample(self._folder / f"{number}.jpg", seed=number)
        for number in range(int(self._lasts_s / FRAMES_S)):
            (clip / f"{number:06}.jpg").symlink_to(f"../{number % SCENES}.jpg")
        replay = {"path": str(clip), "interval_s": FRAMES_S}
        settings = {
            "camera": {"kind": "replay", "replay": replay},
            "storage": {"folder": str(state)},
            "web": {"port": self.port, "address": HOST},
            **({"recognition": {"models": str(self._models)}} if self._models else {}),
        }
        file = self._folder / "config.yaml"
        file.write_text(json.dumps(settings))  # which is YAML, too
        return file


def _detections(metrics: Sequence[str]) -> int:
    wanted = f'{DETECTIONS}{{model="detector"}} '
    return next(
        (
            int(float(line[len(wanted) :]))
            for line in metrics
            if line.startswith(wanted)
        ),
        0,
    )


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
