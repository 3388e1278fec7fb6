"""The vehicles that passed, for programs."""

from flask import Blueprint, Response, jsonify, request

from edge_anpr.web.asked import place_text, search_of
from edge_anpr.web.device import Device
from edge_anpr.web.guard import Guard, login_needed, who
from edge_anpr.web.lookup import corrected_by, crop_of, entry_of, fields_of, found_by

PAGE = 100


def pages(device: Device, guard: Guard) -> Blueprint:
    blueprint = Blueprint("sightings_api", __name__, url_prefix="/api/v1/sightings")

    @blueprint.get("")
    def show() -> Response:
        what = search_of(request.args, PAGE)
        found = found_by(device, guard, what)
        return jsonify(
            sightings=fields_of(device, found, in_full=bool(who())),
            next=place_text(found[-1].place) if len(found) == what.most else None,
        )

    @blueprint.get("/<sighting_id>")
    @login_needed
    def one(sighting_id: str) -> Response:
        entry = entry_of(device, sighting_id)
        guard.note_looks([sighting_id])
        return jsonify(fields_of(device, [entry], in_full=True)[0])

    @blueprint.get("/<sighting_id>/crop")
    @login_needed
    def crop(sighting_id: str) -> Response:
        guard.note_looks([sighting_id])
        return crop_of(device, sighting_id)

    @blueprint.post("/<sighting_id>/correction")
    @login_needed
    def correct(sighting_id: str) -> Response:
        given = request.get_json()
        fields = given if isinstance(given, dict) else {}
        revision, plate = fields.get("revision"), fields.get("plate")
        corrected_by(
            device,
            guard,
            sighting_id,
            revision if isinstance(revision, int) else 0,
            plate if isinstance(plate, str) else "",
        )
        entry = entry_of(device, sighting_id)
        return jsonify(fields_of(device, [entry], in_full=True)[0])

    return blueprint
