"""Who looked at which plate."""

from flask import Blueprint, render_template

from edge_anpr.web.device import Device
from edge_anpr.web.guard import login_needed

MOST = 200


def pages(device: Device) -> Blueprint:
    blueprint = Blueprint("access_log", __name__)

    @blueprint.get("/access")
    @login_needed
    def show() -> str:
        return render_template(
            "access.html",
            log=device.access.recent(MOST),
            keep_days=device.config.storage.keep_access_days,
        )

    return blueprint
