"""Answer the person behind a plate: give out what is kept of it, and erase it."""

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from edge_anpr.storage.access import Action
from edge_anpr.storage.subject import Erasure
from edge_anpr.web.asked import plate_of
from edge_anpr.web.device import Device
from edge_anpr.web.guard import Guard, login_needed
from edge_anpr.web.words import plural


def pages(device: Device, guard: Guard) -> Blueprint:
    blueprint = Blueprint("subject", __name__)

    @blueprint.get("/subject")
    @login_needed
    def show() -> str:
        return render_template("subject.html", plate="", kept=None, erased=None)

    @blueprint.post("/subject")
    @login_needed
    def find() -> str:
        plate = plate_of(request.form.get("plate", ""))
        kept = device.export(plate)
        guard.note(Action.LOOK, *dict.fromkeys(each.id for each in kept))
        return render_template("subject.html", plate=plate, kept=kept, erased=None)

    @blueprint.post("/subject/export")
    @login_needed
    def export() -> ResponseReturnValue:
        plate = plate_of(request.form.get("plate", ""))
        kept = device.export(plate)
        guard.note(Action.EXPORT, *dict.fromkeys(each.id for each in kept))
        answer = jsonify(
            plate=plate,
            device=device.config.device.title,
            sightings=[device.export_fields(each) for each in kept],
        )
        answer.headers["Content-Disposition"] = 'attachment; filename="subject.json"'
        return answer

    @blueprint.post("/subject/erase")
    @login_needed
    def erase() -> ResponseReturnValue:
        plate = plate_of(request.form.get("plate", ""))
        if plate_of(request.form.get("again", "")) != plate:
            raise BadRequest("The two plates differ; nothing was erased.")
        erased = erased_by(device, guard, plate)
        return render_template("subject.html", plate=plate, kept=None, erased=erased)

    return blueprint


def erased_by(device: Device, guard: Guard, plate: str) -> Erasure:
    ids = dict.fromkeys(each.id for each in device.export(plate))
    guard.note(Action.ERASE, *ids, detail=plural(len(ids), "sighting"))
    return device.erase(plate)
