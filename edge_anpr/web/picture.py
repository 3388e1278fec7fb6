"""Try a picture: what every stage makes of a photograph. Nothing is kept."""

from base64 import b64encode

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ServiceUnavailable, UnprocessableEntity

from edge_anpr.errors import PictureUnreadable
from edge_anpr.recognition.drawing import draw_plates, still
from edge_anpr.recognition.picture_file import decode_picture
from edge_anpr.records import ILLEGIBLE, Pixels, Plate
from edge_anpr.web.aim import plate_fields
from edge_anpr.web.device import Device
from edge_anpr.web.eyes import Busy, Eyes, SeenPlate
from edge_anpr.web.guard import login_needed
from edge_anpr.web.safety import MEGA
from edge_anpr.web.stages import stages_of

WAIT_S = 8.0  # for others' pictures
SHOWN_PX, SHOWN_QUALITY = 1280, 80


def pages(device: Device, eyes: Eyes) -> Blueprint:
    blueprint = Blueprint("picture", __name__)

    @blueprint.get("/picture")
    @login_needed
    def show() -> str:
        return render_template("picture.html", result=None, web=device.config.web)

    @blueprint.post("/picture")
    @login_needed
    def look() -> ResponseReturnValue:
        upload, web = request.files.get("picture"), device.config.web
        try:
            pixels, seen = _looked(device, eyes, upload.read() if upload else b"")
        except UnprocessableEntity as error:  # and another may be tried at once
            fault = error.description
            page = render_template("picture.html", result=None, web=web, fault=fault)
            return page, UnprocessableEntity.code
        drawn = draw_plates(
            pixels, [Plate(each.detection, each.read or ILLEGIBLE) for each in seen]
        )
        result = {
            "picture": b64encode(still(drawn, SHOWN_PX, SHOWN_QUALITY)).decode(),
            "width": pixels.shape[1],
            "height": pixels.shape[0],
            "plates": [(each, stages_of(each)) for each in seen],
        }
        return render_template("picture.html", result=result, web=web)

    @blueprint.post("/api/v1/picture")
    @login_needed
    def ask() -> Response:
        """The body is the picture itself."""
        pixels, seen = _looked(device, eyes, request.get_data(cache=False))
        height, width = pixels.shape[:2]
        return jsonify(
            width=width,
            height=height,
            plates=[
                {
                    **plate_fields(each),
                    "stages": [
                        {
                            "name": stage.name,
                            "value": stage.value,
                            "level": stage.level.css,
                            "advice": stage.advice,
                        }
                        for stage in stages_of(each)
                    ],
                }
                for each in seen
            ],
        )

    return blueprint


def _looked(
    device: Device, eyes: Eyes, content: bytes
) -> tuple[Pixels, list[SeenPlate]]:
    """Raise UnprocessableEntity, ServiceUnavailable."""
    try:
        pixels = decode_picture(content, device.config.web.max_upload_mpx * MEGA)
        return pixels, eyes.look(pixels, WAIT_S)
    except PictureUnreadable as error:
        raise UnprocessableEntity(f"This file {error}") from error
    except Busy as error:
        raise ServiceUnavailable(str(error), retry_after=2) from error
