"""What programs ask: probes, Prometheus, and the page's figures as JSON."""

from dataclasses import asdict
from importlib.resources import files

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest, Forbidden

from edge_anpr.records import Problem
from edge_anpr.web.device import Device, State
from edge_anpr.web.guard import Guard, token
from edge_anpr.web.login import refuse_guessing
from edge_anpr.web.metrics import CONTENT_TYPE, metrics
from edge_anpr.web.verdicts import Level, overall, verdicts
from edge_anpr.web.words import machine_time

OPENAPI = files("edge_anpr.web") / "openapi.json"


def pages(device: Device, guard: Guard) -> Blueprint:
    blueprint = Blueprint("api", __name__)

    @blueprint.get("/health")
    def health() -> Response:
        """For probes: 200 while the device does its work, 503 while it does not."""
        state = device.state()
        level = overall(state).level
        response = jsonify(
            status={Level.BAD: "failing", Level.POOR: "degraded"}.get(level, "well"),
            problems=[_problem(each) for each in state.problems],
        )
        response.status_code = 503 if level is Level.BAD else 200
        return response

    @blueprint.get("/metrics")
    def prometheus() -> Response:
        return Response(
            metrics(device.state(), device.totals()), content_type=CONTENT_TYPE
        )

    @blueprint.get("/api/v1/openapi.json")
    def openapi() -> Response:
        return Response(OPENAPI.read_bytes(), content_type="application/json")

    @blueprint.get("/api/v1/status")
    def status() -> Response:
        return jsonify(status_fields(device.state()))

    @blueprint.post("/api/v1/login")
    def log_in() -> Response:
        """Sets a cookie; changes also need the token, in a header."""
        refuse_guessing(guard)
        given = request.get_json()
        fields = given if isinstance(given, dict) else {}
        name, password = fields.get("name"), fields.get("password")
        if not isinstance(name, str) or not isinstance(password, str):
            raise BadRequest("Give name and password.")
        if not guard.log_in(name, password):
            raise Forbidden("Name or password is wrong.")
        return jsonify(name=name, csrf=token())

    @blueprint.post("/api/v1/logout")
    def log_out() -> Response:
        guard.log_out()
        return jsonify(name="")

    return blueprint


def status_fields(state: State) -> dict[str, object]:
    """As openapi.json has it."""
    summary = overall(state)
    health = asdict(state.health)
    health["problems"] = [_problem(each) for each in state.problems]
    return {
        "at": machine_time(state.at),
        "level": summary.level.css,
        "says": summary.says,
        "verdicts": [
            {
                "question": each.question,
                "level": each.level.css,
                "answer": each.answer,
                "detail": each.detail,
            }
            for each in verdicts(state)
        ],
        "health": health,
        "camera": asdict(state.camera),
        "broker": asdict(state.broker) if state.broker else None,
    }


def _problem(problem: Problem) -> dict[str, object]:
    return asdict(problem)
