"""Answer the person behind a plate, for programs."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request

from edge_anpr.storage.access import Action
from edge_anpr.web.asked import plate_of
from edge_anpr.web.device import Device
from edge_anpr.web.guard import Guard, login_needed
from edge_anpr.web.subject import erased_by


def pages(device: Device, guard: Guard) -> Blueprint:
    blueprint = Blueprint("subject_api", __name__, url_prefix="/api/v1/subject")

    @blueprint.post("/export")
    @login_needed
    def export() -> Response:
        kept = device.export(plate := _plate())
        guard.note(Action.EXPORT, *dict.fromkeys(each.id for each in kept))
        return jsonify(
            plate=plate, sightings=[device.export_fields(each) for each in kept]
        )

    @blueprint.post("/erase")
    @login_needed
    def erase() -> Response:
        return jsonify(asdict(erased_by(device, guard, _plate())))

    return blueprint


def _plate() -> str:
    given = request.get_json()
    plate = given.get("plate") if isinstance(given, dict) else None
    return plate_of(plate if isinstance(plate, str) else "")
