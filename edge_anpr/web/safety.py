"""What every answer has: headers that allow nothing from outside, and plain faults."""

from http import HTTPStatus
from io import BytesIO
from typing import IO, Any

from flask import (
    Flask,
    Request,
    Response,
    current_app,
    jsonify,
    render_template,
    request,
)
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from edge_anpr.errors import ConfigError, StorageFailed

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
NAMES: dict[int, str] = {  # for people, whom HTTP's own tell nothing
    HTTPStatus.BAD_REQUEST: "Not understood",
    HTTPStatus.FORBIDDEN: "Not allowed",
    HTTPStatus.NOT_FOUND: "Not there",
    HTTPStatus.METHOD_NOT_ALLOWED: "Not understood",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Too large",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not just now",
}
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
NOT_ITS_NAME = "This is not its name; once it has a password, web.names adds names.\n"
DAY_S = 86_400
MEGA = 10**6


class InMemoryRequest(Request):
    """Keeps what is uploaded off the disk; its size is limited."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        return BytesIO()


class BoundedJson(DefaultJSONProvider):
    """What is nested too deeply is as wrong as what is no JSON."""

    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:  # Any: as flask has it
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError(str(error)) from error


def protect(app: Flask) -> None:
    app.after_request(_with_headers)
    app.register_error_handler(HTTPException, fault)
    app.register_error_handler(StorageFailed, _storage_fault)
    app.register_error_handler(ConfigError, _settings_fault)


def is_api() -> bool:
    """Whether a program asks, and not a person."""
    return request.path.startswith("/api/") or request.path in {"/health", "/metrics"}


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if request.endpoint == "static":
        # Its address changes with its content.
        response.cache_control.max_age = DAY_S
        return response
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Cookie"
    if request.method == "GET" and response.status_code == 200:
        # Who asks every few seconds gets an answer only when there is news.
        response.add_etag()
        response.make_conditional(request)
    return response


def fault(error: HTTPException) -> Response:
    """A page, or JSON for programs."""
    if isinstance(error, SecurityError):  # no page can be made for a wrong host
        return Response(NOT_ITS_NAME, 400, content_type="text/plain")
    says = error.description or ""
    if isinstance(error, RequestEntityTooLarge):
        most_mb = current_app.config["MAX_CONTENT_LENGTH"] // MEGA
        says = f"A picture has at most {most_mb} MB here: web.max_upload_mb."
    code = error.code or 500
    name = error.name if is_api() else NAMES.get(code, error.name)
    headers = {
        name: value
        for name, value in error.get_headers()
        if name in {"Allow", "Retry-After", "Location"}
    }
    return _answer(code, name, says, headers)


def _storage_fault(error: StorageFailed) -> Response:
    return _answer(503, "Storage is not ready", str(error), {"Retry-After": "10"})


def _settings_fault(error: ConfigError) -> Response:
    return _answer(503, "The settings are wrong", str(error), {})


def _answer(code: int, name: str, says: str, headers: dict[str, str]) -> Response:
    if is_api():
        response = jsonify(error=name, message=says)
    else:
        response = Response(render_template("fault.html", name=name, says=says))
    response.status_code = code
    response.headers.update(headers)
    return response
