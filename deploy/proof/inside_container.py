"""What container.sh runs inside: the service, until it is well, and its end."""

import subprocess
import sys
import time
import urllib.request
from urllib.error import URLError

HEALTH = "http://127.0.0.1:8080/health"  # as the Dockerfile asks
WITHIN_S = 60.0
STOPS_WITHIN_S = 10.0


def main(command: list[str]) -> int:
    """0 when it is well, and ends in order."""
    with subprocess.Popen(command) as service:  # noqa: S603 (of the script)
        until_s = time.monotonic() + WITHIN_S
        while not (is_well := _is_well()) and time.monotonic() < until_s:
            time.sleep(1)
        service.terminate()
        status = service.wait(STOPS_WITHIN_S)
    sys.stdout.write(f"well: {is_well}, exit status {status}\n")
    return 0 if is_well and status == 0 else 1


def _is_well() -> bool:
    try:
        with urllib.request.urlopen(HEALTH, timeout=4) as answer:
            return bool(answer.status == 200)
    except URLError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
