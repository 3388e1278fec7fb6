"""Figures as people read them at a glance."""

from datetime import UTC, datetime

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
NOW_S = 2.0


def duration(seconds: float) -> str:
    """The two largest units: 3 h 12 min."""
    whole = int(seconds)
    if whole < MINUTE_S:
        return f"{whole} s"
    if whole < HOUR_S:
        return f"{whole // MINUTE_S} min"
    if whole < DAY_S:
        return f"{whole // HOUR_S} h {whole % HOUR_S // MINUTE_S} min"
    days, hours = whole // DAY_S, whole % DAY_S // HOUR_S
    return f"{days} day{'s' if days > 1 else ''} {hours} h"


def ago(seconds: float) -> str:
    return "just now" if seconds < NOW_S else f"{duration(seconds)} ago"


def size(count: float) -> str:
    """Bytes, in powers of ten as disks are sold."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def percent(fraction: float) -> str:
    """Never 100 % of what is not certain."""
    return f"{min(int(fraction * 100 + 0.5), 99) if fraction < 1 else 100} %"


def clock_time(time: datetime) -> str:
    """In UTC, which the page says at its foot; its script turns it into local time."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def machine_time(time: datetime) -> str:
    """RFC 3339 to the second."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def plural(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def masked(plate: str) -> str:
    """Enough to know one's own plate by, too little to know another's: AB•••23."""
    kept = 2 if len(plate) >= 7 else 1 if len(plate) >= 4 else 0
    hidden = "•" * (len(plate) - 2 * kept)
    return plate[:kept] + hidden + plate[len(plate) - kept :]
