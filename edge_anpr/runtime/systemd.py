"""Tell systemd how the service is doing: sd_notify(3), over a datagram socket."""

import os
import socket

READY = "READY=1"
STOPPING = "STOPPING=1"
ALIVE = "WATCHDOG=1"
STATUS = "STATUS="  # and a few words, which systemctl status shows


def needs(seconds: float) -> str:
    """That it gets ready, or says something again, within this time from now on.

    It counts where it is later than what the unit's own TimeoutStartSec allows.
    """
    return f"EXTEND_TIMEOUT_USEC={round(seconds * 1e6)}"


def notify(state: str) -> None:
    """Nothing happens where systemd has not asked for it, or no longer listens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # the abstract namespace
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        try:
            line.connect(address)
            line.send(state.encode())
        except OSError:
            return  # it will act as on silence, which is all that could be done here
