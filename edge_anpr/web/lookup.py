"""Find sightings and change them, for the page and for programs alike."""

from collections.abc import Iterable

from flask import Response
from werkzeug.exceptions import Conflict, NotFound

from edge_anpr.errors import NotYetFinal, RevisionTaken, SightingUnknown
from edge_anpr.storage.access import Action
from edge_anpr.storage.browsing import Entry, Search, look_up, search
from edge_anpr.web.asked import plate_of
from edge_anpr.web.device import Device
from edge_anpr.web.guard import Guard, who
from edge_anpr.web.seen import delivery, entry_fields


def found_by(device: Device, guard: Guard, what: Search) -> list[Entry]:
    """What is not written down is not shown in full."""
    found = search(device.view, what)
    if who():
        guard.note_looks(each.sighting.id for each in found)
    return found


def entry_of(device: Device, sighting_id: str) -> Entry:
    """Raise NotFound."""
    entry = look_up(device.view, sighting_id)
    if entry is None:
        raise NotFound("There is no such sighting; it may have been erased.")
    return entry


def crop_of(device: Device, sighting_id: str) -> Response:
    jpeg = entry_of(device, sighting_id).sighting.crop_jpeg
    if jpeg is None:
        raise NotFound("Its crop is no longer kept.")
    return Response(jpeg, content_type="image/jpeg")


def corrected_by(
    device: Device, guard: Guard, sighting_id: str, revision: int, typed: str
) -> None:
    """Raise BadRequest, NotFound or Conflict."""
    plate = plate_of(typed)
    guard.note(Action.CORRECT, entry_of(device, sighting_id).sighting.id)
    try:
        device.correct(sighting_id, revision, plate)
    except SightingUnknown as error:
        raise NotFound(str(error)) from error
    except (RevisionTaken, NotYetFinal) as error:
        raise Conflict(str(error)) from error


def fields_of(
    device: Device, entries: Iterable[Entry], *, in_full: bool
) -> list[dict[str, object]]:
    has_broker = device.config.mqtt.host is not None
    return [
        entry_fields(
            each,
            device.fields(each.sighting),
            delivery(each, has_broker=has_broker),
            in_full=in_full,
        )
        for each in entries
    ]
