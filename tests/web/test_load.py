"""Many browsers at once cost little memory, and none of them holds up the others."""

import http.client
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

from tests.web.making import PASSWORD
from tests.web.site import Site

BROWSERS = 20
ROUNDS = 10
MOST_GROWTH_MB = 12.0
STATUS = Path("/proc/self/status")


def _memory_mb() -> float:
    line = next(x for x in STATUS.read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _everywhere(browse: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(BROWSERS) as pool:
        for done in [pool.submit(browse, number) for number in range(BROWSERS)]:
            done.result()


def test_twenty_open_browsers_take_little_memory(site: Site) -> None:
    def browse(_number: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        for _ in range(ROUNDS):
            for path in ("/", "/sightings", "/api/v1/status"):
                line.request("GET", path, headers={"X-Refresh": "1"})
                answer = line.getresponse()
                assert answer.status == 200
                answer.read()
        line.close()

    _everywhere(browse)  # until all that is kept is there
    before_mb = _memory_mb()
    _everywhere(browse)
    assert _memory_mb() - before_mb < MOST_GROWTH_MB


def test_those_who_wait_for_a_picture_hold_up_nobody(site: Site) -> None:
    body = f'{{"name": "anna", "password": "{PASSWORD}"}}'
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    headers = {"Content-Type": "application/json"}
    line.request("POST", "/api/v1/login", body, headers)
    answer = line.getresponse()
    cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    answer.read()
    line.close()

    def watch(number: int) -> None:
        own = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        path = "/health" if number % 4 == 3 else "/api/v1/aim"
        longest_s = 0.0
        for _ in range(4):
            began_s = monotonic()
            own.request("GET", path, headers={"Cookie": cookie})
            answer = own.getresponse()
            answer.read()
            longest_s = max(longest_s, monotonic() - began_s)
            assert answer.status == (200 if path == "/health" else 503)
        own.close()
        assert longest_s < 5

    _everywhere(watch)
