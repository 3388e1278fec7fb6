"""What a person or a program asks for in an address, made sure of."""

import re
from datetime import UTC, datetime

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from edge_anpr.storage.browsing import Place, Search
from edge_anpr.tracking.plate_text import plain

MOST_CHARACTERS = 12  # of a plate
FRAGMENT = re.compile(rf"[A-Z0-9]{{0,{MOST_CHARACTERS}}}")
PLATE = re.compile(rf"[A-Z0-9]{{2,{MOST_CHARACTERS}}}")
PLACE = re.compile(r"(-?\d{1,17})\.(\d{1,18})")
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def search_of(arguments: MultiDict[str, str], most: int) -> Search:
    """Raise BadRequest, with a sentence."""
    fragment = plain(arguments.get("plate", ""))
    if not FRAGMENT.fullmatch(fragment):
        raise BadRequest(
            f"plate is a part of a plate: up to {MOST_CHARACTERS} letters and digits."
        )
    return Search(
        fragment=fragment,
        since=_time(arguments, "since"),
        until=_time(arguments, "until"),
        before=_place(arguments.get("before", "")),
        most=_count(arguments, most),
    )


def plate_of(text: str) -> str:
    """As a person typed it; raise BadRequest."""
    plate = plain(text)
    if not PLATE.fullmatch(plate):
        raise BadRequest(f"A plate has 2 to {MOST_CHARACTERS} letters and digits.")
    return plate


def place_text(place: Place) -> str:
    """For the address of the next page."""
    return f"{place.last_seen_micros}.{place.number}"


def _place(text: str) -> Place | None:
    if not text:
        return None
    found = PLACE.fullmatch(text)
    if not found:
        raise BadRequest("before is what the last page named as its end.")
    return Place(int(found[1]), int(found[2]))


def _time(arguments: MultiDict[str, str], name: str) -> datetime | None:
    """RFC 3339, or what a browser's field gives; without a zone it is UTC."""
    text = arguments.get(name, "").strip()
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
        time = time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRequest(f"{name} is a time such as 2026-05-04T12:00:00Z.") from error
    return min(max(time, EARLIEST), LATEST)


def _count(arguments: MultiDict[str, str], most: int) -> int:
    text = arguments.get("most", "")
    if not text:
        return most
    if not re.fullmatch(r"[1-9]\d{0,8}", text):
        raise BadRequest("most is a number from 1.")
    return min(int(text), most)
