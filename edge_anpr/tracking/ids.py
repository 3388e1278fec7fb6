"""Names for sightings that are never given twice, and that sort by time."""

import secrets
import uuid
from datetime import datetime


def time_ordered_id(at: datetime) -> str:
    """A UUID of version 7 (RFC 9562): milliseconds, and 74 random bits.

    A clock that is wrong spoils the order and nothing else.
    """
    milliseconds = int(at.timestamp() * 1000) & (1 << 48) - 1
    number = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return str(uuid.UUID(int=number | 0b10 << 62 | secrets.randbits(62)))
