"""The vehicles that passed: look, search, download, correct."""

from datetime import UTC, datetime

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, NotFound, Unauthorized

from edge_anpr.storage.access import Action
from edge_anpr.storage.browsing import history, search
from edge_anpr.web.asked import place_text, search_of
from edge_anpr.web.device import Device
from edge_anpr.web.guard import FormTooOld, Guard, login_needed
from edge_anpr.web.lookup import corrected_by, crop_of, entry_of, fields_of, found_by
from edge_anpr.web.seen import OUTCOMES, characters, match_tag, tags
from edge_anpr.web.table import as_csv

PAGE = 25
MOST_DOWNLOADED = 5000
REFRESH_S = 4
LOOKED_MOST = 20


def pages(device: Device, guard: Guard) -> Blueprint:
    blueprint = Blueprint("sightings", __name__)
    has_broker = device.config.mqtt.host is not None

    @blueprint.get("/sightings")
    def show() -> str:
        what = search_of(request.args, PAGE)
        found = found_by(device, guard, what)
        is_first = what.before is None
        return render_template(
            "sightings.html",
            entries=found,
            asked=request.args,
            next_place=place_text(found[-1].place) if len(found) == what.most else "",
            characters=characters,
            tags=lambda entry: tags(entry, has_broker=has_broker),
            match_tag=match_tag,
            refresh_s=REFRESH_S if is_first else 0,
            most_downloaded=MOST_DOWNLOADED,
        )

    @blueprint.get("/sightings/<sighting_id>")
    @login_needed
    def one(sighting_id: str) -> str:
        entry = entry_of(device, sighting_id)
        guard.note_looks([sighting_id])
        return render_template(
            "sighting.html",
            entry=entry,
            typed=request.args.get("plate", ""),
            revisions=history(device.view, sighting_id),
            looked=device.access.of_sighting(sighting_id, LOOKED_MOST),
            characters=characters,
            tags=tags(entry, has_broker=has_broker),
            match_tag=match_tag,
            outcomes=OUTCOMES,
        )

    @blueprint.get("/sightings/<sighting_id>/crop.jpg")
    @login_needed
    def crop(sighting_id: str) -> Response:
        guard.note_looks([sighting_id])
        return crop_of(device, sighting_id)

    @blueprint.post("/sightings/<sighting_id>/correct")
    @login_needed
    def correct(sighting_id: str) -> ResponseReturnValue:
        revision = request.form.get("revision", 0, type=int)
        corrected_by(
            device, guard, sighting_id, revision, request.form.get("plate", "")
        )
        flash("The correction is stored and will be sent.")
        return redirect(url_for("sightings.one", sighting_id=sighting_id))

    @blueprint.errorhandler(FormTooOld)
    @blueprint.errorhandler(Unauthorized)
    def repeat(error: HTTPException) -> ResponseReturnValue:
        """What was typed is not lost with a login."""
        way_on = url_for(
            "sightings.one",
            **(request.view_args or {}),
            plate=request.form.get("plate", ""),
        )
        page = render_template(
            "fault.html",
            name="Not stored yet",
            says="Your login has ended, or the form was too old. Send it once more.",
            way_on=way_on,
        )
        return page, error.code or 403

    @blueprint.get("/sightings/download.<kind>")
    @login_needed
    def download(kind: str) -> ResponseReturnValue:
        if kind not in {"csv", "json"}:
            raise NotFound
        found = search(device.view, search_of(request.args, MOST_DOWNLOADED))
        guard.note(Action.DOWNLOAD, *(each.sighting.id for each in found))
        name = f"{device.config.device.topic_id}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
        if kind == "csv":
            return Response(
                as_csv(found, has_broker=has_broker),
                headers=headers,
                content_type="text/csv",
            )
        answer = jsonify(sightings=fields_of(device, found, in_full=True))
        answer.headers.update(headers)
        return answer

    return blueprint
