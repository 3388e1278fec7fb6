"""The first page: one look says whether anything needs doing."""

from flask import Blueprint, render_template

from edge_anpr.web.device import Device
from edge_anpr.web.facts import groups
from edge_anpr.web.verdicts import overall, verdicts

REFRESH_S = 2


def pages(device: Device) -> Blueprint:
    blueprint = Blueprint("status", __name__)

    @blueprint.get("/")
    def show() -> str:
        state = device.state()
        return render_template(
            "status.html",
            state=state,
            overall=overall(state),
            verdicts=verdicts(state),
            groups=groups(state),
            refresh_s=REFRESH_S,
        )

    return blueprint
