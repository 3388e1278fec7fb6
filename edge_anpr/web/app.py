"""Put the page together."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files

from flask import Flask, request, url_for
from flask.sessions import SecureCookieSessionInterface

from edge_anpr.config.web import WebConfig
from edge_anpr.web import (
    access_log,
    aim,
    api,
    login,
    picture,
    sightings,
    sightings_api,
    status,
    subject,
    subject_api,
    why,
)
from edge_anpr.web.device import Device
from edge_anpr.web.eyes import Eyes
from edge_anpr.web.guard import Guard
from edge_anpr.web.hosts import host_check
from edge_anpr.web.login_file import LoginFile
from edge_anpr.web.passwords import is_any_set
from edge_anpr.web.safety import MEGA, BoundedJson, InMemoryRequest, protect
from edge_anpr.web.words import clock_time, duration, machine_time, masked, percent

FORM_BYTES = 100_000  # of a form's fields together, a picture apart
LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"]


@dataclass(frozen=True, slots=True)
class Page:
    """One of the tabs."""

    endpoint: str
    name: str
    icon: str


PAGES = (
    Page("status.show", "Status", "status"),
    Page("sightings.show", "Sightings", "sightings"),
    Page("why.show", "Why", "why"),
    Page("aim.show", "Aim", "aim"),
    Page("picture.show", "Try", "picture"),
)
COOKIE = "edge_anpr_session"


class Sessions(SecureCookieSessionInterface):
    """A cookie that was given over TLS never comes without."""

    def get_cookie_secure(self, app: Flask) -> bool:
        del app
        return request.is_secure


def create_app(device: Device) -> Flask:
    """Touches no network until it is asked something."""
    config = device.config
    login_file = LoginFile(device.login_file)
    app = Flask(__name__.rpartition(".")[0])
    app.request_class = InMemoryRequest
    app.session_interface = Sessions()
    app.secret_key = login_file.secret()
    app.json = BoundedJson(app)
    app.config.update(
        MAX_CONTENT_LENGTH=config.web.max_upload_mb * MEGA,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=config.web.session_hours),
        SESSION_COOKIE_NAME=_cookie(config.web.port),
        SESSION_COOKIE_HTTPONLY=True,
        # With Strict a link to us, as in Home Assistant, would end the login.
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    if is_any_set(device.password_file):
        app.before_request(host_check(config))
    else:
        # Then only this computer may ask, and no page of others through its browser.
        app.config["TRUSTED_HOSTS"] = LOOPBACK_NAMES
    app.jinja_env.filters.update(
        clock_time=clock_time,
        duration=duration,
        machine_time=machine_time,
        masked=masked,
        percent=percent,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    shared = {
        "title": config.device.title,
        "area": config.device.area,
        "pages": PAGES,
        "static": static_address,
    }
    app.context_processor(lambda: shared)
    protect(app)
    guard, eyes = Guard(device, login_file), Eyes(config)
    guard.protect(app)
    for blueprint in (
        status.pages(device),
        sightings.pages(device, guard),
        subject.pages(device, guard),
        access_log.pages(device),
        why.pages(device, guard),
        aim.pages(device, guard, eyes),
        picture.pages(device, eyes),
        login.pages(guard),
        api.pages(device, guard),
        sightings_api.pages(device, guard),
        subject_api.pages(device, guard),
    ):
        app.register_blueprint(blueprint)
    return app


def _cookie(port: int) -> str:
    """Browsers send cookies to every port of a host, so to a second camera's, too."""
    usual = WebConfig.model_fields["port"].default
    return COOKIE if port == usual else f"{COOKIE}_{port}"


@cache
def static_address(name: str) -> str:
    """With a mark of its content, so that browsers may keep it."""
    content = (files("edge_anpr.web") / "static" / name).read_bytes()
    return url_for("static", filename=name, v=hashlib.sha256(content).hexdigest()[:12])
