"""What is too large gets the page's own answer, and takes no room."""

import http.client
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from waitress.adjustments import Adjustments

from edge_anpr.web.receiving import MOST_RECEIVED, Parser
from edge_anpr.web.safety import HEADERS
from tests.web.site import Site
from tests.web.test_api import OPENAPI

MEGA = 10**6
FAULT = {"$ref": "#/components/schemas/Fault", "components": OPENAPI["components"]}


def _in_pieces(size: int) -> Iterator[bytes]:
    while size > 0:
        yield bytes(min(size, MEGA))
        size -= MEGA


@pytest.mark.parametrize("is_chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("path", ["/api/v1/picture", "/picture"])
def test_who_sends_too_much_is_told_so(path: str, is_chunked: bool, site: Site) -> None:
    size = site.shown.config.web.max_upload_mb * MEGA + 1
    length = {} if is_chunked else {"Content-Length": str(size)}
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    line.request("POST", path, _in_pieces(size), length, encode_chunked=is_chunked)
    answer = line.getresponse()
    said = answer.read().decode()
    line.close()
    assert answer.status == 413
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "web.max_upload_mb" in said
    if path.startswith("/api/"):
        Draft202012Validator(FAULT).validate(json.loads(said))


@pytest.mark.parametrize("size", [MOST_RECEIVED, 10**15])
def test_who_sends_far_too_much_is_cut_off(size: int, site: Site) -> None:
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    line.request("POST", "/api/v1/picture", b"", {"Content-Length": str(size)})
    answer = line.getresponse()
    said = json.loads(answer.read())
    line.close()
    assert answer.status == 413
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    Draft202012Validator(FAULT).validate(said)


@given(st.integers(1, 60_000), st.integers(1, 20_000), st.booleans())
def test_no_more_is_kept_than_shows_that_it_is_too_much(
    size: int, piece: int, is_chunked: bool
) -> None:
    most, body = 10_000, b"x" * size
    kind = b"Content-Length: %d" % size
    if is_chunked:
        kind, body = (
            b"Transfer-Encoding: chunked",
            b"%x\r\n%s\r\n0\r\n\r\n" % (size, body),
        )
    parser = Parser(Adjustments(inbuf_overflow=most + 2))
    assert parser.received(b"POST / HTTP/1.1\r\n%s\r\n\r\n" % kind)
    while body:
        body = body[parser.received(body[:piece]) :]
    assert parser.completed
    assert parser.body_rcv is not None
    kept = parser.body_rcv.getbuf()
    assert len(kept) == min(size, most + 1)
    assert not kept.overflowed
