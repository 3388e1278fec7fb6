"""Aim the camera: what it sees just now, how good that is, and what to change."""

from base64 import b64encode
from collections.abc import Sequence
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
from werkzeug.exceptions import BadRequest, NotFound, ServiceUnavailable

from edge_anpr.camera.exposure import shortest
from edge_anpr.config.camera import CameraConfig, CameraKind
from edge_anpr.recognition.drawing import hide, still
from edge_anpr.storage.access import Action
from edge_anpr.web.aiming import Check, checks, smear, viewing_angle, worst
from edge_anpr.web.device import Device
from edge_anpr.web.eyes import Busy, Eyes, SeenPlate
from edge_anpr.web.guard import Guard, login_needed, who
from edge_anpr.web.live import Live, LiveView, NoPicture
from edge_anpr.web.verdicts import Level

REPORT_PX, REPORT_QUALITY = 800, 70
USUAL_KMH, USUAL_US = 50.0, 1000.0
MOST = {"road_kmh": 400.0, "shutter_us": 1e6, "height_m": 50.0, "aside_m": 50.0,
        "distance_m": 500.0}  # fmt: skip
WHERE = ("height_m", "aside_m", "distance_m")


def pages(device: Device, guard: Guard, eyes: Eyes) -> Blueprint:
    blueprint = Blueprint("aim", __name__)
    live = Live(device.glance, eyes)

    @blueprint.get("/aim")
    @login_needed
    def show() -> str:
        given = forecast_fields(device.config.camera)
        return render_template(
            "aim.html",
            given=given,
            forecast=forecast(given),
            reports=device.reports.all(),
        )

    @blueprint.get("/api/v1/aim")
    @login_needed
    def view() -> Response:
        guard.note_looks(["live picture"])
        return jsonify(view_fields(_view(live)))

    @blueprint.post("/aim/reports")
    @login_needed
    def save() -> ResponseReturnValue:
        given = forecast_fields(device.config.camera)
        guard.note(Action.AIM, detail="commissioning report")
        try:
            view, pixels = live.fresh()
        except (NoPicture, Busy) as error:
            raise ServiceUnavailable(str(error)) from error
        hidden = hide(pixels, [each.detection.box for each in view.plates])
        body = {
            "camera": device.config.camera.kind,
            "width": view.width,
            "height": view.height,
            "given": given,
            "forecast": [_check_fields(each) for each in forecast(given)],
            "plates": [
                [_check_fields(check) for check in checks(each.view)]
                for each in view.plates
            ],
            "note": request.form.get("note", "")[:500],
        }
        number = device.reports.save(
            datetime.now(UTC), who(), body, still(hidden, REPORT_PX, REPORT_QUALITY)
        )
        flash("The report is saved.")
        return redirect(url_for("aim.report", number=number))

    @blueprint.get("/aim/reports/<int(max=999999999):number>")
    @login_needed
    def report(number: int) -> str:
        found = device.reports.find(number)
        if found is None:
            raise NotFound("There is no such report; the last twenty are kept.")
        return render_template(
            "report.html", report=found, still=b64encode(found.still).decode()
        )

    return blueprint


def view_fields(view: LiveView) -> dict[str, object]:
    """As openapi.json has it."""
    # Of several plates the nearest counts: the others may be far away still.
    widest = max(view.plates, key=lambda each: each.view.width_px, default=None)
    found = checks(widest.view) if widest else []
    return {
        "number": view.number,
        "width": view.width,
        "height": view.height,
        "still": b64encode(view.still).decode(),
        "plates": [plate_fields(each) for each in view.plates],
        "level": worst(found).css,
        "says": says_of(found),
    }


def plate_fields(seen: SeenPlate) -> dict[str, object]:
    """A plate with all its checks; as openapi.json has it."""
    box, read, found = seen.detection.box, seen.read, checks(seen.view)
    return {
        "box": [round(side, 1) for side in (box.x1, box.y1, box.x2, box.y2)],
        "detection_confidence": round(seen.detection.confidence, 4),
        "text": read.text if read else "",
        "confidence": round(read.confidence, 4) if read else 0.0,
        "level": worst(found).css,
        "checks": [_check_fields(each) for each in found],
    }


def forecast(given: dict[str, float]) -> list[Check]:
    """Smear, and the viewing angle where the mounting is known."""
    found = [smear(given["shutter_us"], given["road_kmh"])]
    if given["distance_m"]:
        found.append(viewing_angle(*(given[name] for name in WHERE)))
    return found


def forecast_fields(config: CameraConfig) -> dict[str, float]:
    """What was asked, else what is set; raise BadRequest."""
    usual = {
        "road_kmh": config.road_kmh or USUAL_KMH,
        "shutter_us": float(_shutter_us(config) or USUAL_US),
        **dict.fromkeys(WHERE, 0.0),
    }
    return {name: _number(name, usual[name]) for name in MOST}


def _number(name: str, usual: float) -> float:
    text = request.values.get(name, "").strip()
    try:
        number = float(text) if text else usual
    except ValueError as error:
        raise BadRequest(f"{name} is a number.") from error
    least = 0.0 if name in WHERE else 1.0
    if not least <= number <= MOST[name]:
        raise BadRequest(f"{name} is a number from {least:.0f} to {MOST[name]:.0f}.")
    return number


def _shutter_us(config: CameraConfig) -> int | None:
    """The longest that the settings allow."""
    match config.kind:
        case CameraKind.PI:
            return shortest(config.pi.exposure_limit_us, config.road_kmh)
        case CameraKind.JETSON:
            return shortest(config.jetson.exposure_limit_us, config.road_kmh)
        case CameraKind.USB:
            return config.usb.exposure_us
        case _:
            return None


def _view(live: Live) -> LiveView:
    try:
        return live.view()
    except (NoPicture, Busy) as error:
        raise ServiceUnavailable(str(error), retry_after=1) from error


def says_of(found: Sequence[Check]) -> str:
    """The worst advice first, once."""
    advice = sorted(found, key=lambda each: -each.level)
    if not found:
        return "No plate is in the picture: drive a vehicle to where plates will be."
    if advice[0].level is Level.GOOD:
        return "Plates can be seen well."
    return advice[0].advice


def _check_fields(check: Check) -> dict[str, object]:
    return {
        "name": check.name,
        "value": check.value,
        "level": check.level.css,
        "advice": check.advice,
    }
